"""The lowest of many points, brought down to the minimum next to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..lengths import length
from ..objective import Objective
from ..readings.lowest_point import LowestPoint

if TYPE_CHECKING:
    from jaxtyping import Float

_LARGEST = 64
"""Components beyond which the Hessian is not built."""
_ITERATIONS = 30
_HALVINGS = 12
"""Of a step of Newton's method that leads uphill."""
_ENOUGH = 1e-7
"""Beside the point: the last step, at a minimum."""


def lowest_point(
    objective: Objective, z: Float[np.ndarray, "... n"], loss: Float[np.ndarray, "..."]
) -> LowestPoint | None:
    """The point of `z` with the lowest finite `loss`, improved by Newton's method; None where no loss is finite.

    Newton's method goes on while the Hessian is positive definite and the loss or the gradient becomes less; what it
    finds is taken where it is no higher, to rounding.
    """
    loss = np.where(np.isfinite(loss), loss, np.inf)
    if not loss.size or not np.isfinite(loss.min()):
        return None
    place = np.unravel_index(int(loss.argmin()), loss.shape)
    point, value = np.array(z[place], dtype=np.float64), float(loss[place])
    if objective.size > _LARGEST:
        return LowestPoint(point, value, False, np.empty(0))
    best, minimum = _rested(objective, point)
    better = float(objective.value(best))
    if better <= value + 1e-12 * abs(value):
        point, value = best, min(value, better)
    else:
        minimum = False
    return LowestPoint(point, value, minimum, _eigenvalues(objective, point)[::-1])


def _rested(objective: Objective, point: Float[np.ndarray, "n"]) -> tuple[Float[np.ndarray, "n"], bool]:
    """The minimum that Newton's method finds from `point`, and whether it came to rest there."""
    for _ in range(_ITERATIONS):
        slope, eigenvalues = objective.gradient(point), _eigenvalues(objective, point)
        if not (np.isfinite(slope).all() and eigenvalues[0] > 0.0):  # False for NaN
            return point, False
        step = np.linalg.solve(objective.hessian(point), slope)
        ahead = _shorter_or_lower(objective, point, step, length(slope))
        if ahead is None or not step.any():
            return point, length(step) <= _ENOUGH * (1.0 + length(point))
        point = ahead
    return point, False


def _shorter_or_lower(
    objective: Objective, point: Float[np.ndarray, "n"], step: Float[np.ndarray, "n"], size: float
) -> Float[np.ndarray, "n"] | None:
    """The point after the step, or a half of it and so on, where the loss or the gradient is less; None: nowhere."""
    loss = float(objective.value(point))
    for part in 0.5 ** np.arange(_HALVINGS):
        ahead = point - part * step
        if float(objective.value(ahead)) < loss or length(objective.gradient(ahead)) < size:
            return np.asarray(ahead)
    return None


def _eigenvalues(objective: Objective, point: Float[np.ndarray, "n"]) -> Float[np.ndarray, "n"]:
    """Of the Hessian, ascending; NaN where it is not finite."""
    hessian = objective.hessian(point)
    if not np.isfinite(hessian).all():
        return np.full(objective.size, np.nan)
    return np.asarray(np.linalg.eigvalsh(0.5 * (hessian + hessian.T)))
