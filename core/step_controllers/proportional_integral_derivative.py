"""Proportional-integral-derivative control of the step size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from ..adaptive_controller import AdaptiveController
from ..parameter import Range
from ..step_controller import StepMemory


@dataclass(frozen=True)
class ProportionalIntegralDerivative(AdaptiveController):
    """h_next = h safety error^-(a/q) previous^(b/q) earlier^-(c/q): also how the change of the errors changes."""

    a: Annotated[float, Range(0.1, 1.0, help="weight of the error of this step")] = 0.49
    b: Annotated[float, Range(0.0, 1.0, help="weight of the error of the step before")] = 0.34
    c: Annotated[float, Range(0.0, 0.5, help="weight of the error of the step before that")] = 0.10

    name: ClassVar[str] = "pid"
    title: ClassVar[str] = "PID control"
    citation: ClassVar[str] = "C. A. Kennedy, M. H. Carpenter, R. M. Lewis, Appl. Numer. Math. 35 (2000) 177"
    remembers: ClassVar[tuple[str, ...]] = ("previous", "earlier")

    def after_acceptance(self, error: Any, before: StepMemory, order: int) -> Any:
        """safety error^-(a/q) previous^(b/q) earlier^-(c/q)."""
        q = order + 1
        factor = self.safety * error ** -(self.a / q) * before.previous ** (self.b / q)
        return factor * before.earlier ** -(self.c / q)


CONTROLLER = ProportionalIntegralDerivative
