"""Steps that solve the linear part of a field exactly and only the rest by a rule: stiffness without equations."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any

from .bound_field import BoundField
from .field_stepper import FieldStepper
from .integration_method import IntegrationMethod, Row
from .stepper import Attempt, Memory


@dataclass(frozen=True)
class ExponentialMethod(IntegrationMethod):
    """A method with equal steps that is exact for z' = L z + c. Its recorded vectors are the slopes at both ends."""

    name: str
    title: str
    citation: str
    help: str
    order: int
    embedded_order: int | None = None
    dense: tuple[Row, ...] | None = None

    @property
    def stages(self) -> int:
        """The slopes at both ends."""
        return 2

    @property
    @abstractmethod
    def calls(self) -> int:
        """Evaluations of the field in a step, that at its end among them."""

    @abstractmethod
    def opening(self, field: BoundField, t: Any, z: Any) -> Memory:
        """What the first step is given beside the slope."""

    @abstractmethod
    def move(self, field: BoundField, t: Any, h: Any, z: Any, slope: Any, memory: Memory) -> tuple[Any, Memory]:
        """z1 (L, n), and what the next step is given; slope: f(t, z)."""

    def stepper(self, field: BoundField, tolerances: tuple[float, float] | None) -> ExponentialStep:  # noqa: ARG002 - no estimate
        """Its steps."""
        return ExponentialStep(field, self)


class ExponentialStep(FieldStepper):
    """The steps of `method` along `field`. Its memory is the slope where the last accepted step ended, and what the
    method carries along."""

    def __init__(self, field: BoundField, method: ExponentialMethod) -> None:
        super().__init__(field, method, None)
        self._moving = method

    @property
    def least_calls(self) -> int:
        """Those of every step."""
        return self._moving.calls

    def open(self, t: Any, z: Any, slope: Any) -> Memory:
        """The slope at the start, and what the method begins with."""
        return (self.slope(t, z) if slope is None else slope, *self._moving.opening(self._field, t, z))

    def step(self, t: Any, h: Any, z: Any, memory: Memory) -> Attempt:
        """One step of size h (L,) from z (L, n) at t (L,)."""
        library, (first, *others) = self.library, memory
        z1, after = self._moving.move(self._field, t, h, z, first, tuple(others))
        last = self.slope(t + h, z1)
        stages = library.stack([first, last], axis=1)
        error = self.where_finite(library.full_like(z[:, 0], 0.0), stages, z1)
        return Attempt(z1, stages, error, (last, *after), self.least_calls)
