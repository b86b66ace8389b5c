"""The order of an integration method as its errors show it, taken only where they have one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

_LEAST, _MOST = 4, 7
"""Errors that a slope is fitted to: fewer show none, more reach back to steps that are too long."""
_EVEN = 0.2
"""Slopes between neighbours that differ by no more belong to one straight line."""
_FLAT = 0.4
"""A slope below it is no order: the errors stay where they are."""
_SMALL = 0.1
"""Errors above this part of the solution's size say nothing about small steps."""


@dataclass(frozen=True)
class FittedOrder:
    """order: p in error = C h^p; NaN where the errors show none, and `reason` says why.

    used: the first and one past the last of the errors that were fitted.
    """

    order: float
    used: tuple[int, int] = (0, 0)
    reason: str = ""

    @property
    def found(self) -> bool:
        """Whether the errors show an order."""
        return math.isfinite(self.order)

    def __str__(self) -> str:
        return f"order {self.order:.2f}" if self.found else f"no order: {self.reason}"


def fitted_order(
    step: Float[np.ndarray, "L"], error: Float[np.ndarray, "L"], floor: Float[np.ndarray, "L"] | float, size: float
) -> FittedOrder:
    """The slope of log error against log step over the finest steps at which it is steady.

    step: falling lengths of the steps. error: NaN where a run did not reach the end. floor: below it an error is that
    of rounding, or of the reference. size: of the solution. Of errors between floor and a tenth of size it takes the
    finest four to seven neighbours whose slopes agree within 0.2, and fits a straight line by least squares.
    Source: Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, section II.4 (work-precision diagrams).
    """
    with np.errstate(invalid="ignore"):
        arrived = np.isfinite(error)
        usable = arrived & (error > floor) & (error < _SMALL * size)
    if usable.sum() < _LEAST:
        rounded = bool((arrived & (error <= floor)).any())
        if arrived.sum() < _LEAST and not rounded:
            return FittedOrder(math.nan, reason="too few of its runs reach the end")
        what = "its errors are those of rounding, or of the reference" if rounded else "its errors are large"
        return FittedOrder(math.nan, reason=what)
    log_step, log_error = np.log(step), np.full(len(step), np.nan)
    log_error[usable] = np.log(error[usable])
    slopes = np.diff(log_error) / np.diff(log_step)
    for last in range(len(step), _LEAST - 1, -1):
        first = last - _LEAST
        if not _steady(slopes[first : last - 1]):
            continue
        while first > 0 and last - first < _MOST and _steady(slopes[first - 1 : last - 1]):
            first -= 1
        slope = np.polyfit(log_step[first:last], log_error[first:last], 1)[0]
        return FittedOrder(float(slope), (first, last))
    return FittedOrder(math.nan, reason="its error does not fall evenly with the step")


def _steady(slopes: Float[np.ndarray, "K"]) -> bool:
    return bool(np.isfinite(slopes).all() and slopes.min() > _FLAT and np.ptp(slopes) <= _EVEN)
