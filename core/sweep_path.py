"""Which back end sweeps a plane: a compiled kernel, or numpy, which is called "python"."""

from __future__ import annotations

from typing import Literal

from .kernels.compiler import is_available
from .language.program import Program

SweepPath = Literal["kernel", "python"]
LARGEST_FORMULA = 600
"""Operations up to which a kernel is compiled in a moment."""


def choose_sweep_path(program: Program, path: str = "auto") -> SweepPath:
    """A kernel wherever one can be compiled and `path` does not ask for another back end."""
    wished = path in ("auto", "kernel")
    return "kernel" if wished and operations(program) <= LARGEST_FORMULA and is_available() else "python"


def operations(program: Program) -> int:
    """How many operations the outputs of a program need."""
    return sum(1 for count in program.uses() if count)
