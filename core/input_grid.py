"""Lines over the plane of the inputs, to be carried through a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

LINES, POINTS = 9, 33
"""Lines either way, and the points of one: as many between two crossings everywhere."""
_ROOM = 0.05
"""Beyond the inputs on either side, of their extent."""


def input_grid(x: Float[np.ndarray, "N d"]) -> Float[np.ndarray, "L P 2"]:
    """Of inputs in a plane the upright lines and then the level ones, a little beyond all of them; of others none."""
    if x.shape[1] != 2 or not len(x):
        return np.empty((0, 0, 2))
    low, high = x.min(axis=0), x.max(axis=0)
    room = _ROOM * (high - low)
    sparse, fine = (np.linspace(low - room, high + room, count) for count in (LINES, POINTS))
    upright = np.stack(np.broadcast_arrays(sparse[:, None, 0], fine[None, :, 1]), axis=-1)
    level = np.stack(np.broadcast_arrays(fine[None, :, 0], sparse[:, None, 1]), axis=-1)
    return np.concatenate([upright, level])
