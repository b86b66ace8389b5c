"""The contract of a step-size controller: how large the first and the next step is, and what error is allowed.

A controller is a frozen value; what it needs to remember of a trajectory the loop keeps, as a `StepMemory`. Its
formulas are products, quotients and powers with positive numbers, so that the same lines serve Python floats,
tensors, and kernels, which keep the logarithms; the loop clips what they return to `limits`.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Any, ClassVar, NamedTuple


class StepMemory(NamedTuple):
    """What a loop remembers of a trajectory for its step control.

    previous, earlier: error ratios of the last two accepted steps, at least 1e-4, which they are at the start.
    growth: the step under way over the accepted one before it; 1 at the start.
    """

    previous: Any
    earlier: Any
    growth: Any


class StepController(ABC):
    """A frozen dataclass whose fields carry a `Range`."""

    name: ClassVar[str]
    title: ClassVar[str]
    citation: ClassVar[str]
    adaptive: ClassVar[bool]
    """Whether steps can be rejected and follow the method's error estimate."""
    remembers: ClassVar[tuple[str, ...]] = ()
    """Which fields of `StepMemory` the formula after an acceptance reads: loops need not keep the others."""
    longest: float = math.inf
    """No step is longer, but by rounding the last one."""
    shortest: float = 0.0
    """No step is shorter but the last one; where a shorter one is needed a trajectory ends."""

    @property
    @abstractmethod
    def limits(self) -> tuple[float, float]:
        """The least and the greatest factor between one step and the next."""

    @property
    @abstractmethod
    def tolerances(self) -> tuple[float, float] | None:
        """(rtol, atol) of an adaptive controller; None where steps are fixed."""

    @property
    @abstractmethod
    def first_step(self) -> float | None:
        """The size of the first step; None: from the field at the start (`initial_step`)."""

    def tightened(self, factor: float) -> StepController:  # noqa: ARG002 - an adaptive controller uses it
        """The same control with `factor` times the tolerances; fixed steps have none and stay."""
        return self

    @abstractmethod
    def after_acceptance(self, error: Any, before: StepMemory, order: int) -> Any:
        """The factor for the step after an accepted one.

        error: error ratio of that step, in (0, 1]. before: what is remembered from before it.
        order: of the error estimate, so that the ratio is proportional to h^(order + 1).
        """

    @abstractmethod
    def after_rejection(self, error: Any, order: int) -> Any:
        """The factor, below 1, for the next attempt after one with the error ratio `error` > 1."""
