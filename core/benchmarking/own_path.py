"""Which of our back ends an integration takes: the fastest that this version and this machine have."""

from __future__ import annotations

from dataclasses import dataclass

from ..formula_field import FormulaField
from ..language import System
from ..ode_path import choose_path


@dataclass(frozen=True)
class OwnPath:
    """What to ask `integrate` for, what then runs, and why that is not the fast path, where it is not."""

    asked: str
    runs: str
    slow: str = ""


def own_path(system: System, samples: int) -> OwnPath:
    """The kernel where `integrate` takes it for `system`, else what it chooses by itself for so many samples.

    Nothing is compiled to find out: the first call that is timed pays for that.
    """
    field = FormulaField(system, None)
    try:
        runs = choose_path(field, samples, "kernel")
    except ValueError as refusal:
        runs = choose_path(field, samples)
        return OwnPath("auto", runs, f"the fast path did not run, but {runs}: {refusal}")
    return OwnPath(runs, runs)
