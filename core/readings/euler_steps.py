"""The map that Euler's steps are, where a density is carried by them instead of by the flow that they approximate."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EulerSteps:
    """count: how many there are. length: h, in units of t.

    Their inverse, by Picard's iteration: iterations, the most that a sample took in one step; residual, the largest
    |y - h f(x) - x| that was left; unsettled, the share of samples that did not come back.
    folded: the share of places, of those looked at, where a step turns the neighbourhood over, so that the map has no
    inverse; NaN before that is known.
    """

    count: int
    length: float
    iterations: int
    residual: float
    unsettled: float
    folded: float
