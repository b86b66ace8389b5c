"""A Lipschitz constant of a field on boxes, by interval arithmetic."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..language.interval_continuity import continuous
from ..language.intervals import enclosures_by_place, point
from ..language.rates import jacobian_program, rates_program
from ..vector_field import VectorField

if TYPE_CHECKING:
    from jaxtyping import Float

_ROUNDING = 1.0 + 1e-12
"""More than what rounding may do to the norm of a matrix."""


def lipschitz_bound(
    field: VectorField,
    low: Float[np.ndarray, "B n"],
    high: Float[np.ndarray, "B n"],
    begin: Float[np.ndarray, "B"],
    end: Float[np.ndarray, "B"],
) -> float:
    """A number that |df/dz|_2 does not exceed on any of the boxes [low, high], each for the times from begin to end.

    Of a matrix of intervals with middle M and radii R, |J|_2 is at most |M|_2 + |R|_2, and at most the norm of the
    matrix of the largest moduli. NaN where the field is no formula, takes numbers from its document, or is not proved
    to be continuous on a box.
    Source: G. Mayer, Interval Analysis and Automatic Result Verification, 2017, chapter 2.
    """
    system = field.system
    if system is None or system.data or not (np.isfinite(low).all() and np.isfinite(high).all()):
        return math.nan
    values, slopes, size = rates_program(system), jacobian_program(system), field.size
    order = values.needed(values.outputs)
    box = list(zip(np.ascontiguousarray(low.T), np.ascontiguousarray(high.T), strict=True))
    parameters = [point(np.full(len(low), value)) for value in field.parameters]
    time = np.minimum(begin, end), np.maximum(begin, end)
    found = enclosures_by_place(slopes, slopes.needed((*values.outputs, *slopes.outputs)), box, parameters, time)
    if not np.broadcast_to(continuous(slopes, order, found), len(low)).all():
        return math.nan
    pairs = [np.broadcast_to(found[place], (2, len(low))) for place in slopes.outputs]
    least, most = np.stack(pairs, axis=-1).reshape(2, len(low), size, size)
    if not (np.isfinite(least).all() and np.isfinite(most).all()):
        return math.nan
    middle, radius = 0.5 * (least + most), 0.5 * (most - least)
    split = np.linalg.norm(middle, 2, axis=(1, 2)) + np.linalg.norm(radius, 2, axis=(1, 2))
    moduli = np.linalg.norm(np.maximum(np.abs(least), np.abs(most)), 2, axis=(1, 2))
    return float(np.minimum(split, moduli).max() * _ROUNDING)
