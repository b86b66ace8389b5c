"""Ranges that one runaway curve does not spoil."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

_OUTLIER_SPREADS = 8.0


def robust_range(
    values: Float[np.ndarray, "N"], weights: Float[np.ndarray, "N"] | None = None
) -> tuple[float, float] | None:
    """The lowest and highest value, leaving out what lies far beyond nearly all of the others.

    Far: more than 8 times the distance between the 5th and the 95th percentile away from these.
    weights: how much each value counts, such as how long it lasts; equal where not given.
    None where no value is finite.
    """
    finite = np.isfinite(values)
    values = values[finite]
    if not values.size:
        return None
    order = np.argsort(values)
    counted = np.ones(values.size) if weights is None else weights[finite]
    share = np.cumsum(counted[order])
    low, high = np.interp(np.array([0.05, 0.95]) * share[-1], share, values[order])
    reach = _OUTLIER_SPREADS * (high - low)
    if reach > 0:
        values = values[(values >= low - reach) & (values <= high + reach)]
    return float(values.min()), float(values.max())
