"""The steps of an implicit Runge-Kutta method once more, their equations solved to rounding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from .dense_output import AcceptedSteps
from .implicit_tableau import ImplicitTableau
from .linear_steps import Begun, arguments, runge_kutta_numbers, solved_together, stage_matrix

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

_MOST = 12
"""Iterations of Newton's method; from recorded stages two or three do."""
_NEAR = 1e-8
"""A correction below this share is followed by rounding: the next would be its square."""


class Differentiable(Protocol):
    """t (...), z (..., n)."""

    def slope(self, t: Any, z: np.ndarray) -> np.ndarray:
        """f (..., n)."""

    def jacobian(self, t: Any, z: np.ndarray) -> np.ndarray:
        """df/dz (..., n, n)."""


def exact_step(
    field: Differentiable, tableau: ImplicitTableau, begun: Begun
) -> tuple[Float[np.ndarray, "k n"], Float[np.ndarray, "k s n"], Bool[np.ndarray, "k"]]:
    """z1, the slopes k_i = f(z + h sum_j a_ij k_j) by Newton's method from those that are given, and what is solved."""
    numbers, h = runge_kutta_numbers(tableau), begun.h[:, None, None]
    slopes, shape = begun.stages, begun.stages.shape
    solved = np.zeros(len(slopes), dtype=bool)
    for _ in range(_MOST):
        times, points = arguments(numbers, begun._replace(stages=slopes))
        missed = slopes - field.slope(times, points)
        matrix = stage_matrix(numbers.a, h, field.jacobian(times, points))
        change = solved_together(matrix, missed.reshape(shape[0], shape[1] * shape[2], 1)).reshape(shape)
        slopes = slopes - change
        moved = abs(h * (numbers.a @ change))
        solved = (moved <= _NEAR * (abs(points) + abs(begun.z0[:, None]))).all(axis=(1, 2))
        if solved.all() or not np.isfinite(change).all():
            break
    z1 = begun.z0 + begun.h[:, None] * np.tensordot(slopes, numbers.b, axes=(1, 0))
    return z1, slopes, solved


def exact_steps(
    field: Differentiable, tableau: ImplicitTableau, steps: AcceptedSteps, starts: Float[np.ndarray, "B n"]
) -> tuple[AcceptedSteps, int]:
    """`steps` from `starts` on, each from where the one before it ends now, and how many equations had no solution."""
    counts = np.bincount(steps.sample, minlength=len(starts))
    first = np.cumsum(counts) - counts
    z, begins, ends, stages = starts.copy(), steps.z0.copy(), steps.z1.copy(), steps.stages.copy()
    unsolved, width = 0, steps.t1 - steps.t0
    with np.errstate(all="ignore"):
        for step in range(int(counts.max(initial=0))):
            mates = np.flatnonzero(counts > step)
            rows = first[mates] + step
            begins[rows] = z[mates]
            begun = Begun(steps.t0[rows], width[rows], z[mates], stages[rows])
            z[mates], stages[rows], solved = exact_step(field, tableau, begun)
            ends[rows] = z[mates]
            unsolved += int((~solved).sum())
    return steps._replace(z0=begins, z1=ends, stages=stages), unsolved
