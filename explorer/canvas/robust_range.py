"""Ranges that one runaway curve does not spoil."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

_OUTLIER_SPREADS = 8.0


def robust_range(values: Float[np.ndarray, "N"]) -> tuple[float, float] | None:
    """The lowest and highest value, leaving out what lies far beyond nearly all of the others.

    Far: more than 8 times the distance between the 5th and the 95th percentile away from these.
    None where no value is finite.
    """
    values = values[np.isfinite(values)]
    if not values.size:
        return None
    low, high = np.percentile(values, (5, 95))
    reach = _OUTLIER_SPREADS * (high - low)
    if reach > 0:
        values = values[(values >= low - reach) & (values <= high + reach)]
    return float(values.min()), float(values.max())
