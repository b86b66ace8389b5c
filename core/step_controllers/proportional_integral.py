"""Proportional-integral control of the step size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from ..adaptive_controller import AdaptiveController
from ..parameter import Range
from ..step_controller import StepMemory


@dataclass(frozen=True)
class ProportionalIntegral(AdaptiveController):
    """h_next = h safety error^-(1/q - 0.75 beta) previous^beta: steps follow the errors without swinging."""

    beta: Annotated[float, Range(0.0, 0.1, symbol="β", help="weight of the step before; 0: plain control")] = 0.04

    name: ClassVar[str] = "pi"
    title: ClassVar[str] = "PI control"
    citation: ClassVar[str] = (
        "K. Gustafsson, ACM TOMS 17 (1991) 533; as in DOPRI5 of E. Hairer, S. P. Norsett, G. Wanner, "
        "Solving Ordinary Differential Equations I, II.4"
    )
    remembers: ClassVar[tuple[str, ...]] = ("previous",)

    def after_acceptance(self, error: Any, before: StepMemory, order: int) -> Any:
        """safety error^-(1/q - 0.75 beta) previous^beta."""
        return self.safety * error ** -(1.0 / (order + 1) - 0.75 * self.beta) * before.previous**self.beta

    def after_rejection(self, error: Any, order: int) -> Any:
        """The same without the step before, which says nothing about where the step failed."""
        return self.safety * error ** -(1.0 / (order + 1) - 0.75 * self.beta)


CONTROLLER = ProportionalIntegral
