"""States that are one long vector: the values at the points of a grid, on a line or around a ring."""

from __future__ import annotations

import numpy as np

from core.language import System
from core.readings import Trajectories

from ..canvas.colour_scale import ColourScale
from ..canvas.robust_range import robust_range

SHORTEST = 8
"""Components from which on a vector is worth an axis of its own."""
_ONE_SIGN = 0.05
"""Part of the reach within which values beyond zero do not count, and one short of it is as good as zero."""


def is_one_vector(system: System) -> bool:
    """Whether the state is one real vector, whose components have places in a row, and no other unknown."""
    return len(system.states) == 1 and len(system.states[0].shape) == 1 and not system.is_complex


def forward_part(trajectories: Trajectories, index: int) -> slice:
    """The points of trajectory `index` from its start on."""
    whole = trajectories.curve(index)
    begin = int(np.searchsorted(trajectories.t[whole], trajectories.start_time))
    return slice(whole.start + begin, whole.stop)


def value_range(trajectories: Trajectories, index: int) -> tuple[float, float]:
    """The lowest and the highest component of a trajectory from its start on, each counted for as long as it lasts."""
    part = forward_part(trajectories, index)
    lasting = np.diff(trajectories.t[part], append=trajectories.t[part][-1:])
    z = trajectories.z[part]
    ends = np.concatenate([z.min(axis=1), z.max(axis=1)])  # of every state: the values themselves are too many to sort
    return robust_range(ends, np.tile(lasting, 2)) or (0.0, 1.0)


def value_scale(low: float, high: float) -> ColourScale:
    """Colours about zero where there are values of both signs, else from the lowest to the highest, or from zero where
    that is near."""
    reach = max(abs(low), abs(high))
    if min(-low, high) > _ONE_SIGN * reach:
        return ColourScale(-reach, reach, diverging=True)
    low, high = (0.0 if 0.0 < low < _ONE_SIGN * reach else low), (0.0 if -_ONE_SIGN * reach < high < 0.0 else high)
    return ColourScale(low, high) if high > low else ColourScale(low - 0.5, low + 0.5)
