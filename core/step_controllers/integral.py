"""Integral control of the step size, the elementary kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from ..adaptive_controller import AdaptiveController
from ..step_controller import StepMemory


@dataclass(frozen=True)
class Integral(AdaptiveController):
    """h_next = h safety error^-(1/q): the step that would have had just the error allowed."""

    name: ClassVar[str] = "i"
    title: ClassVar[str] = "I control"
    citation: ClassVar[str] = "E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I, II.4"

    def after_acceptance(self, error: Any, before: StepMemory, order: int) -> Any:  # noqa: ARG002 - the contract's arguments
        """safety error^-(1/q)."""
        return self.safety * error ** -(1.0 / (order + 1))


CONTROLLER = Integral
