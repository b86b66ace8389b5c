"""Caps on every run: nothing loops for ever."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from .parameter import Range


@dataclass(frozen=True)
class Budget:
    """What a run may spend before it ends with "max_steps", "max_iterations", "max_evaluations" or "max_time".

    steps: accepted and rejected steps (or iterations) of one sample.
    evaluations: calls of the vector field or layer by one sample.
    seconds: wall-clock time of the whole run.
    """

    steps: Annotated[int, Range(1, 10_000_000, log=True, help="attempted steps per trajectory")] = 100_000
    evaluations: Annotated[int, Range(1, 100_000_000, log=True, help="field evaluations per trajectory")] = 1_000_000
    seconds: Annotated[float, Range(0.01, 86_400.0, log=True, unit="s", help="wall-clock time of a run")] = 60.0

    def __post_init__(self) -> None:
        for name in ("steps", "evaluations", "seconds"):
            if not getattr(self, name) > 0:
                raise ValueError(f"budget: {name} must be greater than 0, not {getattr(self, name)}")
