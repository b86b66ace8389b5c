"""Ranges that one runaway curve does not spoil."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

_OUTLIER_SPREADS = 8.0
_BINS = 128


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
    counted = np.ones(values.size) if weights is None else weights[finite]
    lowest, highest = float(values.min()), float(values.max())
    if _spread(values, counted, lowest, highest):
        return lowest, highest
    order = np.argsort(values)
    share = np.cumsum(counted[order])
    low, high = np.interp(np.array([0.05, 0.95]) * share[-1], share, values[order])
    reach = _OUTLIER_SPREADS * (high - low)
    if reach > 0:
        values = values[(values >= low - reach) & (values <= high + reach)]
    return float(values.min()), float(values.max())


def _spread(values: Float[np.ndarray, "N"], counted: Float[np.ndarray, "N"], lowest: float, highest: float) -> bool:
    """Whether the percentiles are so far apart, without a doubt, that no value is far away: seen from a histogram.

    False where it takes sorting to say so.
    """
    width, total = highest - lowest, float(counted.sum())
    if not (0.0 < width < np.inf and float(counted.max()) < 0.05 * total):
        return False
    bins = ((values - lowest) * ((_BINS - 1) / width)).astype(np.intp)
    share = np.cumsum(np.bincount(bins, counted, _BINS))
    # no value counts for more than 5 %, so the one at 90 % is not above what lies between it and the 95th percentile
    low, high = np.searchsorted(share, (0.05 * total, 0.9 * total))
    return float(high - low - 2) * _OUTLIER_SPREADS >= _BINS
