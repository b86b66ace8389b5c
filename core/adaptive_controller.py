"""What step-size controllers that follow an error estimate share."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Self

from .parameter import Range
from .step_controller import StepController


@dataclass(frozen=True)
class AdaptiveController(StepController):
    """Steps whose error ratio stays just below 1.

    The error ratio of a step is sqrt(mean_i (e_i / (atol + rtol max(|z0_i|, |z1_i|)))^2). The next step is the factor
    of `after_acceptance` or `after_rejection` times this one, the factor clipped to [smallest, largest], and never
    above 1 right after a rejection. A subclass declares how the factor follows from the ratios; with q the order of
    the estimate + 1, the ratio is proportional to h^q.

    Raises ValueError where a tolerance is not a number an error can be compared with.
    """

    rtol: Annotated[float, Range(1e-13, 1e-1, log=True, help="relative error allowed in one step")] = 1e-6
    atol: Annotated[float, Range(1e-16, 1e-1, log=True, help="absolute error allowed in one step")] = 1e-9
    safety: Annotated[float, Range(0.5, 0.99, help="fraction of the step that the error would allow")] = 0.9
    smallest: Annotated[float, Range(0.05, 0.9, help="least factor between two steps")] = 0.2
    largest: Annotated[float, Range(1.1, 20.0, help="greatest factor between two steps")] = 10.0
    longest: Annotated[float, Range(1e-12, math.inf, log=True, help="no step is longer than this time")] = math.inf
    shortest: Annotated[float, Range(0.0, math.inf, help="what needs a shorter step ends, but the last one")] = 0.0

    adaptive: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not 0.0 < self.rtol < 1.0:
            raise ValueError(f"rtol must lie between 0 and 1, not {self.rtol}: try 1e-6")
        if not 0.0 <= self.atol < float("inf"):
            raise ValueError(f"atol must be a finite number of at least 0, not {self.atol}: try 1e-9")
        if not 0.0 < self.safety < 1.0 or not 0.0 < self.smallest < 1.0 < self.largest < float("inf"):
            raise ValueError("step control needs safety and smallest between 0 and 1 and largest above 1")
        if not self.longest > 0.0:
            raise ValueError(f"the longest step must be greater than 0, not {self.longest}")
        if not 0.0 <= self.shortest <= self.longest or math.isinf(self.shortest):
            raise ValueError(f"the shortest step must lie between 0 and the longest, not at {self.shortest}")

    @property
    def limits(self) -> tuple[float, float]:
        """(smallest, largest)."""
        return self.smallest, self.largest

    @property
    def tolerances(self) -> tuple[float, float]:
        """(rtol, atol)."""
        return self.rtol, self.atol

    @property
    def first_step(self) -> None:
        """None: it follows from the field at the start."""
        return

    def tightened(self, factor: float) -> Self:
        """The same control with `factor` times the tolerances."""
        return replace(self, rtol=factor * self.rtol, atol=factor * self.atol)

    def after_rejection(self, error: Any, order: int) -> Any:
        """safety error^-(1/q): the steps before say nothing about where this one failed."""
        return self.safety * error ** -(1.0 / (order + 1))
