"""At which heights contours of a loss are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

_MOST = 14
_PER_DECADE = (8, 4, 2, 1, 0.5, 0.25, 0.125)
_SMALLEST_SHARE = 0.002
"""Of the visible area, inside the lowest contour."""


def loss_levels(values: Float[np.ndarray, "..."], floor: float) -> Float[np.ndarray, "L"]:
    """Heights at equal steps of log10(height - floor) through the finite `values`, ascending; at most 14.

    The steps are whole parts of a decade, counted from 1, so that levels stay as the plane is moved. The lowest
    level keeps a five-hundredth of the values below it: nearer to a minimum there would be rings without number.
    """
    above = values[np.isfinite(values)] - floor
    above = above[above > 0.0]
    if not above.size:
        return np.empty(0)
    low, high = np.log10([np.quantile(above, _SMALLEST_SHARE), above.max()])
    for per_decade in _PER_DECADE:
        steps = np.arange(np.ceil(low * per_decade - 1e-9), np.floor(high * per_decade + 1e-9) + 1)
        if len(steps) <= _MOST:
            break
    return np.asarray(floor + 10.0 ** (steps / per_decade))
