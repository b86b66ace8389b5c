"""A curve of any number of points on a linear axis, thinned to what a screen can show."""

from __future__ import annotations

import numpy as np
from typing_extensions import override

from .long_curve import LongCurve


class PlainCurve(LongCurve):
    """(x, value) for points of which `x` ascends."""

    @override
    def _heights_of(self, values: np.ndarray) -> np.ndarray:
        return np.asarray(values, dtype=np.float64)
