"""The least and the largest value of every component around a collocated closed orbit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .orbit_collocation import NODES, LinearisedOrbit, MeshedOrbit

if TYPE_CHECKING:
    from jaxtyping import Float


def extremes(orbit: MeshedOrbit, around: LinearisedOrbit) -> tuple[Float[np.ndarray, "n"], Float[np.ndarray, "n"]]:
    """(lowest, highest) of all points, and of the cubic through two neighbours of which one moves up, the other down.

    around: the equations there, whose velocities are the slopes of the cubics.
    """
    size = orbit.z.shape[1]
    z = np.concatenate([orbit.z[:, None], orbit.stages], axis=1).reshape(-1, size)
    slopes = orbit.period * np.concatenate([around.begin[:, None], around.rates], axis=1).reshape(-1, size)
    gaps = (np.diff(orbit.mesh)[:, None] * np.diff([0.0, *NODES, 1.0])).reshape(-1, 1)
    first, last = slopes * gaps, np.roll(slopes, -1, axis=0) * gaps
    rise = np.roll(z, -1, axis=0) - z
    turns = first * last < 0.0
    first, last, rise, begin = first[turns], last[turns], rise[turns], z[turns]
    # the slope is 3 cube s^2 + 2 square s + first: between two signs it has one root
    square, cube = 3.0 * rise - 2.0 * first - last, first + last - 2.0 * rise
    root = np.sqrt(np.maximum(square**2 - 3.0 * cube * first, 0.0))
    below = -square - np.copysign(root, square)
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = first / below, below / (3.0 * cube)
    s = np.where((one >= 0.0) & (one <= 1.0), one, other)
    tops = begin + s * (first + s * (square + s * cube))
    lowest, highest = z.min(axis=0), z.max(axis=0)
    columns = np.nonzero(turns)[1]
    np.fmin.at(lowest, columns, tops)
    np.fmax.at(highest, columns, tops)
    return lowest, highest
