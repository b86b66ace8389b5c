"""Which of our back ends an integration takes: the fastest that this version and this machine have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..formula_field import FormulaField
from ..integration import integrate
from ..language import System
from ..ode_path import choose_path


@dataclass(frozen=True)
class OwnPath:
    """What to ask `integrate` for, what then runs, and why that is not the fast path, where it is not."""

    asked: str
    runs: str
    slow: str = ""


def own_path(system: System, start: Any, samples: int) -> OwnPath:
    """The kernel where `integrate` takes it for `system`, else what it chooses by itself for so many samples.

    start: of one trajectory, which is followed for a moment to find out.
    """
    try:
        integrate(system, start, t=(0.0, 1e-3), at=(1e-3,), path="kernel")
    except ValueError as refusal:
        runs = choose_path(FormulaField(system, None), samples)
        return OwnPath("auto", runs, f"the fast path did not run, but {runs}: {refusal}")
    return OwnPath("kernel", "kernel")
