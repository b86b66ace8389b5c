"""One step of an implicit Runge-Kutta method for a batch of samples; a root solver solves for its stages."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from .bound_field import BoundField
from .field_stepper import TabledStepper
from .root_solver import RootSolver
from .root_solvers.chord import Chord
from .root_solvers.newton import Newton
from .stage_equation import all_stages, combined, one_stage
from .stage_solution import solve_stages
from .stage_stopping import StageSolution
from .step_rules import root_mean_square
from .stepper import Attempt, Memory

if TYPE_CHECKING:
    from .implicit_tableau import ImplicitTableau

_SAFE = 0.03
"""The equations of a step may be wrong by that much of the error that is allowed."""
_FIXED = 1e4, 10.0
"""Of fixed steps, whose equations are solved to rounding: rtol and atol, in roundings of 1."""


class ImplicitStep(TabledStepper):
    """The steps of `tableau` along `field`.

    solver: of the equations; None is Newton's method for fixed steps, and the chord method, which factors one matrix
    per equation, where the step size adapts. Its memory is the last slope of the accepted step before, which is the
    slope where that ended if the method is stiffly accurate, and a guess otherwise.
    """

    def __init__(
        self,
        field: BoundField,
        tableau: ImplicitTableau,
        tolerances: tuple[float, float] | None,
        solver: RootSolver | None = None,
    ) -> None:
        super().__init__(field, tableau, tolerances, _Numbers(tableau))
        self._tableau = tableau
        self._solver = solver or (Newton() if tolerances is None else Chord())

    @property
    def least_calls(self) -> int:
        """One for every equation that is solved, at least."""
        return self._tableau.stages - int(self._tableau.explicit_first)

    @property
    def opening_calls(self) -> int:
        """The slope at the start, from which the first step guesses."""
        return 1

    def step(self, t: Any, h: Any, z: Any, memory: Memory) -> Attempt:
        """One step of size h (L,) from z (L, n) at t (L,)."""
        library, tableau, first = self.library, self._tableau, memory[0]
        width = library.cast(h, z.dtype)[:, None]
        scale = self._scale(z)
        solve = self._one_by_one if tableau.diagonal else self._at_once
        slopes, found = solve(t, h, z, first, scale)
        z1 = z + width * self._weighted("b", slopes)
        error = self._error(t, width, z, z1, first, slopes)
        error = self.where_finite(error, z1)
        error = library.where(found.solved, error, float("inf"))
        calls, iterations = (library.cast(count, library.module.int64) for count in (found.calls, found.iterations))
        return Attempt(z1, slopes, error, (slopes[:, -1],), calls, iterations)

    def _scale(self, z: Any) -> Any:
        if self.tolerances is not None:
            rtol, atol = self.tolerances_for(z)
        else:
            rtol, atol = (ulps * self.library.epsilon(z) for ulps in _FIXED)
        return atol + rtol * abs(z)

    @property
    def _tolerance(self) -> float:
        """Of a stage, in units of the scale."""
        if self.tolerances is None:
            return 1e-3
        return float(min(_SAFE, self.tolerances[0] ** 0.5))

    def _one_by_one(self, t: Any, h: Any, z: Any, first: Any, scale: Any) -> tuple[Any, StageSolution]:
        library, numbers = self.library, self._numbers
        width = library.cast(h, z.dtype)[:, None]
        slopes: list[Any] = []
        nothing = library.full_like(z[:, 0], 0.0)
        calls, iterations, solved = nothing, nothing, nothing == 0.0
        for place, (row, node) in enumerate(zip(numbers.a, numbers.c, strict=True)):
            base = z
            if row[:place].any():
                weights = self._array("a", z)[place : place + 1, :place]
                base = z + width * combined(library, weights, library.stack(slopes, axis=1))[:, 0]
            if not row[place]:
                value = first if not place else self.slope(t + node * h, base)
                calls = calls + float(place > 0)
                slopes.append(value)
                continue
            reach = width * float(row[place])
            problem = one_stage(self._field, t + node * h, base, reach)
            guess = reach * (slopes[-1] if slopes else first)
            found = solve_stages(self._solver, problem, guess, base, scale, self._tolerance)
            slopes.append(found.z / reach)
            calls, iterations = calls + found.calls, iterations + found.iterations
            solved = solved & found.solved
        return library.stack(slopes, axis=1), StageSolution(None, solved, calls, iterations)

    def _at_once(self, t: Any, h: Any, z: Any, first: Any, scale: Any) -> tuple[Any, StageSolution]:
        library = self.library
        stages, shape = self._tableau.stages, (len(z), self._tableau.stages, z.shape[1])
        width = library.cast(h, z.dtype)[:, None]
        a, nodes = self._array("a", z), self._array("c", z)
        times = t[:, None] + h[:, None] * library.cast(nodes, t.dtype)
        problem = all_stages(self._field, times, z, width, a)
        guess = (width[..., None] * nodes[None, :, None] * first[:, None]).reshape(len(z), -1)
        wide, size = (library.concatenate([array] * stages, axis=1) for array in (scale, z))
        found = solve_stages(self._solver, problem, guess, size, wide, self._tolerance)
        slopes = combined(library, self._array("inverse", z), found.z.reshape(shape)) / width[..., None]
        return slopes, StageSolution(None, found.solved, stages * found.calls, found.iterations)

    def _weighted(self, name: str, slopes: Any) -> Any:
        """sum_j w_j k_j (L, n) for slopes (L, s, n)."""
        return combined(self.library, self._array(name, slopes)[None], slopes)[:, 0]

    def _error(self, t: Any, width: Any, z: Any, z1: Any, first: Any, slopes: Any) -> Any:
        """As `ExplicitStep` measures it, the estimate filtered where the method says so."""
        if self.tolerances is None or self._tableau.estimate is None:
            return self.library.full_like(z[:, 0], 0.0)
        difference = width * self._weighted("difference", slopes)
        if self._tableau.estimate[0]:
            difference = difference + width * float(self._tableau.estimate[0]) * first
        if self._tableau.filter:
            difference = self._filtered(t, z, width * float(self._tableau.filter), difference)
        rtol, atol = self.tolerances_for(z)
        return root_mean_square(difference / (atol + rtol * self.library.module.maximum(abs(z), abs(z1))))

    def _filtered(self, t: Any, z: Any, width: Any, difference: Any) -> Any:
        """(I - w df/dz)^-1 times the difference; 0 where there is no inverse."""
        if self._field.sparse is not None:
            found = self._field.sparse.shifted(width, t, z).solve(difference)
            singular = ~self.library.module.isfinite(found).all(-1)
            return self.library.where(singular[:, None], 0.0, found)
        matrix = width[..., None] * self._field.jacobian(t, z)
        return self.library.solve(self.library.eye(z.shape[1], z) - matrix, difference)[0]


class _Numbers:
    """The coefficients of a tableau in floats."""

    def __init__(self, tableau: ImplicitTableau) -> None:
        self.a = np.array([[float(number) for number in row] for row in tableau.a])
        self.b, self.c = (np.array([float(number) for number in row]) for row in (tableau.b, tableau.c))
        self.inverse = np.zeros(0) if tableau.diagonal else np.linalg.inv(self.a)
        estimate = tableau.estimate or (Fraction(0), *tableau.b)
        self.difference = np.array([float(w - b) for w, b in zip(estimate[1:], tableau.b, strict=True)])
