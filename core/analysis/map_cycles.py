"""The periods of orbits that neither rest nor escape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float, Int

LONGEST = 64
"""Iterations that a cycle may have."""
_NEAR, _CLOSED = 1e-6, 1e-3
"""How near an orbit must come back to count as closed: of 1 + |z|, and of the nearest that it came before. An orbit
that slowly goes to and fro about a point comes back a little nearer every second time, and is no cycle."""
_GOLDEN = 0.6180339887498949


def map_cycles(
    function: Callable[..., tuple[Any, ...]], z: Float[np.ndarray, "n m"], parameters: Sequence[Any]
) -> tuple[Int[np.ndarray, "m"], Float[np.ndarray, "n m"]]:
    """(period, point): the least k <= 64 with f^k(z) = z, 0 where there is none, and the same point of every cycle.

    function: (t, states..., parameters...) -> states, on arrays. A cycle is known by the point of it that lies
    furthest in a direction which is oblique to every axis and diagonal.
    """
    orbit = [z]
    limit = _NEAR * (1.0 + np.sqrt((z * z).sum(axis=0)))
    period, nearest = np.zeros(z.shape[1], dtype=np.int32), np.full(z.shape[1], np.inf)
    direction = _GOLDEN ** np.arange(len(z))
    furthest, reach = z.copy(), direction @ z
    with np.errstate(all="ignore"):
        for number in range(1, LONGEST + 1):
            values = function(0.0, *orbit[-1], *parameters)
            orbit.append(np.stack([np.broadcast_to(value, period.shape) for value in values]))
            distance = np.sqrt(((orbit[-1] - z) ** 2).sum(axis=0))
            back = (distance <= np.minimum(limit, _CLOSED * nearest)) & (period == 0)
            nearest = np.fmin(nearest, distance)
            height = direction @ orbit[-1]
            further = (height > reach) & (period == 0) & ~back
            furthest[:, further], reach[further] = orbit[-1][:, further], height[further]
            period[back] = number
            del orbit[0]
            if period.all():
                break
    return period, furthest
