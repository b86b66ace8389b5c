"""Steps that move positions and momenta in turn: kick, drift, kick, each exact for its own half."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .bound_field import BoundField
from .field_stepper import FieldStepper
from .separation import momenta_of
from .stepper import Attempt, Memory

if TYPE_CHECKING:
    from .integration_method import IntegrationMethod


class SplittingStep(FieldStepper):
    """For a separable system q' = a(p, t), p' = b(q, t).

    parts: (kick, drift) for each substep: p <- p + kick h b(q, t), then q <- q + drift h a(p), t <- t + drift h.
    The slopes at both ends of a step give its dense output; that at its end is the one at the start of the next, so a
    first kick costs nothing. Its memory is the slope where the last accepted step ended.
    Raises ValueError where the system is not separable.
    Source: Hairer, Lubich, Wanner, Geometric Numerical Integration, I.1.4 and II.5.
    """

    def __init__(self, field: BoundField, method: IntegrationMethod, parts: Sequence[tuple[float, float]]) -> None:
        super().__init__(field, method, None)
        self._parts = tuple(parts)
        momenta = None if field.system is None else momenta_of(field.system)
        if momenta is None:
            raise ValueError(method.refusal(field.system))
        self._momenta = momenta

    @property
    def least_calls(self) -> int:
        """One for every kick but a first one and every drift, and the slope at the end."""
        kicks = sum(1 for kick, _ in self._parts[1:] if kick)
        return kicks + sum(1 for _, drift in self._parts if drift) + 1

    def step(self, t: Any, h: Any, z: Any, memory: Memory) -> Attempt:
        """One step of size h (L,) from z (L, n) at t (L,)."""
        library, first = self.library, memory[0]
        width = library.cast(h, z.dtype)[:, None]
        momenta = library.mask(self._momenta, z)
        state, time, slope = z, t, first
        for kick, drift in self._parts:
            if kick:
                slope = self.slope(time, state) if slope is None else slope
                state = library.where(momenta[None], state + kick * width * slope, state)
            if drift:
                middle = time + 0.5 * drift * h
                state = library.where(momenta[None], state, state + drift * width * self.slope(middle, state))
                time, slope = time + drift * h, None
        last = self.slope(t + h, state)
        stages = library.stack([first, last], axis=1)
        error = self.where_finite(library.full_like(z[:, 0], 0.0), stages, state)
        return Attempt(state, stages, error, (last,), self.least_calls)


def composed(weights: Sequence[float]) -> list[tuple[float, float]]:
    """The parts of Verlet steps of the sizes w_i h, one after the other: neighbouring kicks are one."""
    kicks = np.convolve(weights, [0.5, 0.5])
    return [*zip(kicks[:-1].tolist(), weights, strict=True), (float(kicks[-1]), 0.0)]
