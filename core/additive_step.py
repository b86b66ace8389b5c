"""One step of an additive Runge-Kutta method for a batch of samples: linear equations with one matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .bound_field import BoundField
from .field_stepper import TabledStepper
from .shifted_system import shifted_system
from .small_systems import weighted
from .stepper import Attempt, Memory

if TYPE_CHECKING:
    from .additive_tableau import AdditiveTableau


class AdditiveStep(TabledStepper):
    """The steps of `tableau` along `field`, computed in displacements D_i = Z_i - z: with F_j the slope at stage j and
    G_j = J D_j + c_j h df/dt its linear part,

    (I - h gamma J) D_i = R_i + h gamma c_i h df/dt,  R_i = h sum_(j<i) (e_ij (F_j - G_j) + a_ij G_j),
    h gamma G_i = D_i - R_i,  z1 = z + D_s + h sum_j (b_j - e_sj) (F_j - G_j),

    in which a large J multiplies no difference of nearly equal numbers. It carries nothing from step to step.
    """

    def __init__(self, field: BoundField, tableau: AdditiveTableau, tolerances: tuple[float, float] | None) -> None:
        super().__init__(field, tableau, tolerances, _Numbers(tableau))
        self._tableau = tableau

    @property
    def least_calls(self) -> int:
        """One for every stage."""
        return self._tableau.stages

    @property
    def opening_calls(self) -> int:
        """None."""
        return 0

    def open(self, _t: Any, _z: Any, _slope: Any) -> Memory:
        """Nothing."""
        return ()

    def step(self, t: Any, h: Any, z: Any, _memory: Memory) -> Attempt:
        """One step of size h (L,) from z (L, n) at t (L,)."""
        library, numbers = self.library, self._numbers
        width = library.cast(h, z.dtype)[:, None]
        reach = width * numbers.gamma
        system = shifted_system(self._field, t, z, reach)
        bend = None if self._field.time_slope is None else width * self._field.time_slope(t, z)
        slopes, moved = [self.slope(t, z)], library.full_like(z, 0.0)
        parts = [slopes[0], moved]  # F - G and G of every stage, in turn
        for place in range(1, self._tableau.stages):
            rows = self._array("rows", z)[place, :, : 2 * place]
            right = width * weighted(library, rows, library.stack(parts, axis=1))[:, 0]
            whole = right if bend is None else right + reach * (numbers.nodes[place] * bend)
            found = system.solve(whole)
            moved = found + system.solve(whole - system.times(found))
            slopes.append(self.slope(t + numbers.nodes[place] * h, z + moved))
            linear = (moved - right) / reach
            parts += [slopes[-1] - linear, linear]
        every = library.stack(slopes, axis=1)
        z1 = z + moved + width * self._weighted("left", library.stack(parts, axis=1))
        error = self.where_finite(self._error(z, z1, width, every), every, z1)
        error = library.where(system.singular, float("inf"), error)
        return Attempt(z1, every, error, (), self.least_calls)

    def _error(self, z: Any, z1: Any, width: Any, slopes: Any) -> Any:
        """As `ExplicitStep` measures it."""
        if self.tolerances is None:
            return self.library.full_like(z[:, 0], 0.0)
        return self.error_ratio(width * self._weighted("difference", slopes), z, z1)

    def _weighted(self, name: str, vectors: Any) -> Any:
        """sum_j w_j v_j (L, n)."""
        return weighted(self.library, self._array(name, vectors), vectors)[:, 0]


class _Numbers:
    """The coefficients in floats. rows (s, 1, 2s): of F - G and G of the stages in turn; left (1, 2s): likewise."""

    def __init__(self, tableau: AdditiveTableau) -> None:
        count = tableau.stages
        self.gamma = float(tableau.gamma)
        self.nodes = [float(node) for node in tableau.c]
        pairs = np.array([tableau.explicit, tableau.implicit], dtype=np.float64)
        self.rows = pairs.transpose(1, 2, 0).reshape(count, 1, 2 * count)
        self.left, self.difference = np.zeros((1, 2 * count)), np.zeros((1, count))
        self.left[0, ::2] = [float(b - e) for b, e in zip(tableau.b, tableau.explicit[-1], strict=True)]
        self.difference[0] = [float(b - other) for b, other in zip(tableau.b, tableau.estimate, strict=True)]
