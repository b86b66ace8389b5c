"""Soederlind's digital filter H211b for the step size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from ..adaptive_controller import AdaptiveController
from ..parameter import Range
from ..step_controller import StepMemory


@dataclass(frozen=True)
class FilteredH211b(AdaptiveController):
    """h_next = h safety (error previous)^-(1/(b q)) growth^-(1/b): steps change smoothly though errors are rough.

    growth is this step over the one before.
    """

    b: Annotated[float, Range(1.0, 8.0, help="smoothness: the larger, the slower steps change")] = 4.0

    name: ClassVar[str] = "h211b"
    title: ClassVar[str] = "H211b filter"
    citation: ClassVar[str] = "G. Soederlind, ACM TOMS 29 (2003) 1"
    remembers: ClassVar[tuple[str, ...]] = ("previous", "growth")

    def after_acceptance(self, error: Any, before: StepMemory, order: int) -> Any:
        """safety (error previous)^-(1/(b q)) growth^-(1/b)."""
        errors = error * before.previous
        return self.safety * errors ** -(1.0 / (self.b * (order + 1))) * before.growth ** -(1.0 / self.b)


CONTROLLER = FilteredH211b
