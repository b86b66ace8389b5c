"""Equal steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from ..parameter import Range
from ..step_controller import StepController, StepMemory


@dataclass(frozen=True)
class Fixed(StepController):
    """Every step has the size `step`; the last one ends at the end of the span."""

    step: Annotated[float, Range(1e-6, 10.0, log=True, symbol="h", help="size of every step")] = 0.05

    name: ClassVar[str] = "fixed"
    title: ClassVar[str] = "fixed step"
    citation: ClassVar[str] = "E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I, II.1"
    adaptive: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if not 0.0 < self.step < float("inf"):
            raise ValueError(f"step must be a finite number greater than 0, not {self.step}")

    @property
    def limits(self) -> tuple[float, float]:
        """(1, 1): the step never changes."""
        return 1.0, 1.0

    @property
    def tolerances(self) -> None:
        """None: no error is estimated."""
        return

    @property
    def first_step(self) -> float:
        """The step itself."""
        return self.step

    def after_acceptance(self, error: Any, before: StepMemory, order: int) -> Any:  # noqa: ARG002 - the contract's arguments
        """1: the step never changes."""
        return 1.0

    def after_rejection(self, error: Any, order: int) -> Any:  # noqa: ARG002 - the contract's arguments
        """1: a fixed step is never rejected."""
        return 1.0


CONTROLLER = Fixed
