"""Which back end sweeps a plane: a compiled kernel, or numpy, which is called "python"."""

from __future__ import annotations

from typing import Literal

from .kernels.compiler import is_available
from .language.program import Program

SweepPath = Literal["kernel", "python"]
LARGEST_FORMULA = 600
"""Operations up to which a kernel is compiled in a moment."""


def choose_sweep_path(program: Program, path: str = "auto") -> SweepPath:
    """A kernel wherever one can be compiled and `path` does not ask for another back end.

    Raises ValueError, with a cure, where a kernel is asked for and cannot be compiled.
    """
    if path not in ("auto", "kernel"):
        return "python"
    obstacle = length_obstacle(program, "formula") or compiler_obstacle()
    if path == "kernel" and obstacle is not None:
        raise ValueError(f'path="kernel" {obstacle}: use path="auto"')
    return "kernel" if obstacle is None else "python"


def length_obstacle(program: Program, what: str) -> str | None:
    """Why it is too long to be compiled, if it is, as the end of a sentence; what: what it is."""
    count = operations(program)
    if count <= LARGEST_FORMULA:
        return None
    return f"compiles up to {LARGEST_FORMULA} operations, and this {what} has {count}"


def compiler_obstacle() -> str | None:
    """Why nothing can be compiled here, if it cannot."""
    return None if is_available() else "needs the package llvmlite, which is not installed here"


def operations(program: Program) -> int:
    """How many operations the outputs of a program need."""
    return sum(1 for count in program.uses() if count)
