"""One step of a Rosenbrock method for a batch of samples: linear equations with one matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .bound_field import BoundField
from .field_stepper import TabledStepper
from .rosenbrock_form import product
from .shifted_system import shifted_system
from .small_systems import weighted
from .stepper import Attempt, Memory

if TYPE_CHECKING:
    from .rosenbrock_tableau import RosenbrockTableau


class RosenbrockStep(TabledStepper):
    """The steps of `tableau` along `field`, computed in increments:

    (I - h gamma J) U_i = h gamma (f(t + alpha_i h, z + sum_j a_ij U_j) + h gamma_i df/dt) + gamma sum_j c_ij U_j.

    The matrix is inverted once, and every solution is put right with its residual, which a product with an inverse
    leaves larger than elimination does. Its memory is f at the end of the step before where the method has it.
    """

    def __init__(self, field: BoundField, tableau: RosenbrockTableau, tolerances: tuple[float, float] | None) -> None:
        super().__init__(field, tableau, tolerances, _Numbers(tableau))
        self._tableau = tableau

    @property
    def least_calls(self) -> int:
        """One for every stage whose f is not known from the step before."""
        return self._tableau.stages - int(self._tableau.first_same_as_last)

    @property
    def opening_calls(self) -> int:
        """The slope at the start where later ones come from the step before."""
        return int(self._tableau.first_same_as_last)

    def open(self, t: Any, z: Any, slope: Any) -> Memory:
        """The slope at the start."""
        if not self._tableau.first_same_as_last:
            return ()
        return (self.slope(t, z) if slope is None else slope,)

    def step(self, t: Any, h: Any, z: Any, memory: Memory) -> Attempt:
        """One step of size h (L,) from z (L, n) at t (L,)."""
        library, numbers = self.library, self._numbers
        width = library.cast(h, z.dtype)[:, None]
        reach = width * numbers.gamma
        system = shifted_system(self._field, t, z, reach)
        bend = None if self._field.time_slope is None else reach * width * self._field.time_slope(t, z)
        increments: list[Any] = []
        value, point = memory[0] if memory else self.slope(t, z), z
        for place, (node, share) in enumerate(zip(numbers.nodes, numbers.shares, strict=True)):
            right = 0.0
            if place:
                sums = weighted(library, self._array("rows", z)[place, :, :place], library.stack(increments, axis=1))
                point, right = z + sums[:, 0], sums[:, 1]
                value = self.slope(t + node * h, point)
            right = right + reach * value
            if bend is not None and share:
                right = right + share * bend
            found = system.solve(right)
            increments.append(found + system.solve(right - system.times(found)))
        every = library.stack(increments, axis=1)
        z1 = point if self._tableau.first_same_as_last else z + self._weighted("b", every)
        error = self.where_finite(self._error(z, z1, every), every, z1)
        error = library.where(system.singular, float("inf"), error)
        after = (value,) if self._tableau.first_same_as_last else ()
        return Attempt(z1, every / width[..., None], error, after, self.least_calls)

    def _error(self, z: Any, z1: Any, increments: Any) -> Any:
        """As `ExplicitStep` measures it."""
        if self.tolerances is None:
            return self.library.full_like(z[:, 0], 0.0)
        return self.error_ratio(self._weighted("difference", increments), z, z1)

    def _weighted(self, name: str, increments: Any) -> Any:
        """sum_j w_j U_j (L, n)."""
        return weighted(self.library, self._array(name, increments)[None], increments)[:, 0]


class _Numbers:
    """The coefficients of the increments in floats. rows (s, 2, s): of the argument of f and of the right side."""

    def __init__(self, tableau: RosenbrockTableau) -> None:
        gamma, inverted = tableau.gamma[0][0], tableau.inverse
        self.gamma = float(gamma)
        self.nodes = _floats(tableau.nodes_of_time)
        self.shares = _floats(tableau.shares_of_time)
        arguments = product(tableau.alpha, inverted)
        self.rows = np.array(
            [
                [_floats(row), _floats([-gamma * number if place < index else 0 for place, number in enumerate(below)])]
                for index, (row, below) in enumerate(zip(arguments, inverted, strict=True))
            ]
        )
        difference = [own - other for own, other in zip(tableau.b, tableau.estimate, strict=True)]
        weights, errors = product([tableau.b, difference], inverted)
        self.b, self.difference = np.array(_floats(weights)), np.array(_floats(errors))


def _floats(numbers: Sequence[Any]) -> list[float]:
    return [float(number) for number in numbers]
