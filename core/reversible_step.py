"""Steps that carry a second state along, by which they can be undone exactly."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .bound_field import BoundField
from .field_stepper import FieldStepper
from .integration_method import IntegrationMethod, Row
from .stepper import Attempt, Memory, Stepper

_HALF, _ONE = Fraction(1, 2), Fraction(1)
PARABOLA: tuple[Row, ...] = ((_ONE, -_HALF), (Fraction(0), _HALF))
"""The dense output of z1 = z + h (k_1 + k_2) / 2 whose slope goes evenly from k_1 to k_2."""


@dataclass(frozen=True)
class ReversibleMethod(IntegrationMethod):
    """Moves z and a companion in turn; its recorded vectors are two slopes, z1 = z + h (k_1 + k_2) / 2."""

    name: str
    title: str
    citation: str
    help: str
    order: int = 2
    embedded_order: int | None = 1
    dense: tuple[Row, ...] | None = PARABOLA

    @property
    def stages(self) -> int:
        """Two slopes."""
        return 2

    @abstractmethod
    def opening(self, z: Any, slope: Any) -> Memory:
        """The companion at the start, with what else the first step needs; slope: f there."""

    @abstractmethod
    def move(self, stepper: Stepper, t: Any, h: Any, z: Any, memory: Memory) -> tuple[Any, Any, Memory]:
        """The slopes k_1 and k_2 of a step, and what the next one is given."""

    def stepper(self, field: BoundField, tolerances: tuple[float, float] | None) -> ReversibleStep:
        """Its steps."""
        return ReversibleStep(field, self, tolerances)


class ReversibleStep(FieldStepper):
    """The steps of a reversible method; the error is |h (k_2 - k_1) / 2|, the distance from a step by k_1 alone."""

    def __init__(self, field: BoundField, method: ReversibleMethod, tolerances: tuple[float, float] | None) -> None:
        super().__init__(field, method, tolerances)
        self._pair = method

    @property
    def least_calls(self) -> int:
        """One."""
        return 1

    def open(self, t: Any, z: Any, slope: Any) -> Memory:
        """What the method begins with."""
        return self._pair.opening(z, self.slope(t, z) if slope is None else slope)

    def step(self, t: Any, h: Any, z: Any, memory: Memory) -> Attempt:
        """One step of size h (L,) from z (L, n) at t (L,)."""
        library = self.library
        width = library.cast(h, z.dtype)[:, None]
        first, second, after = self._pair.move(self, t, h, z, memory)
        z1 = z + 0.5 * width * (first + second)
        stages = library.stack([first, second], axis=1)
        error = library.full_like(z[:, 0], 0.0)
        if self.tolerances is not None:
            error = self.error_ratio(0.5 * width * (second - first), z, z1)
        return Attempt(z1, stages, self.where_finite(error, stages, z1), after, 1)
