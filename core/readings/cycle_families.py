"""Limit cycles over a parameter: families that are followed from a Hopf point or from one cycle on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Complex, Float, Int

CycleEnd = Literal["hopf", "doubled", "closed", "range", "infinite", "box", "stuck", "budget"]
CycleEvent = Literal["fold", "flip", "torus", "branch"]
_ENDS: dict[CycleEnd, str] = {
    "hopf": "a Hopf point",
    "doubled": "the period doubling that it begins at",
    "closed": "where it began: the family is closed",
    "range": "the edge of the range",
    "infinite": "a period that grows without bound, as at a homoclinic orbit",
    "box": "cycles that are far larger than the view",
    "stuck": "where the equations of the cycle could not be solved further",
    "budget": "the most points that one family is followed for",
}
_NAMES: dict[CycleEvent, str] = {
    "fold": "fold of cycles",
    "flip": "period doubling",
    "torus": "Neimark–Sacker of cycles",
    "branch": "branch point of cycles",
}
_ONE = 1e-6
"""Multipliers this near to 1 are 1."""


@dataclass(frozen=True)
class CycleFamily:
    """Limit cycles one after the other: p (m,), period (m,), lowest and highest (m, n) of every component on them.

    multipliers (m, n): the Floquet multipliers, first the one along the flow, which is 1 but for the error of the
    others; then the others by descending size, NaN where one is rounding beside the largest. first, last: what the
    family ends at on both sides. Marks are among the points.
    """

    p: Float[np.ndarray, "m"]
    period: Float[np.ndarray, "m"]
    lowest: Float[np.ndarray, "m n"]
    highest: Float[np.ndarray, "m n"]
    multipliers: Complex[np.ndarray, "m n"]
    first: CycleEnd = "hopf"
    last: CycleEnd = "range"

    @property
    def radius(self) -> Float[np.ndarray, "m"]:
        """The largest size of a multiplier across the flow: below 1 the cycle attracts."""
        return np.asarray(np.nan_to_num(np.abs(self.multipliers[:, 1:]), nan=0.0, posinf=np.inf).max(axis=1))

    @property
    def unstable(self) -> Int[np.ndarray, "m"]:
        """In how many directions the flow leaves the cycle."""
        return np.asarray((np.abs(self.multipliers[:, 1:]) > 1.0 + _ONE).sum(axis=1))

    def pieces(self) -> Int[np.ndarray, "m_minus_1"]:
        """Of every piece between two points 1 where its cycles attract, -1 where they do not, 0 where multipliers of
        size 1 do not decide, as in the family around a centre."""
        middle = 0.5 * np.log(np.maximum(self.radius[:-1], 1e-300)) + 0.5 * np.log(np.maximum(self.radius[1:], 1e-300))
        return np.where(np.abs(middle) <= _ONE, 0, np.where(middle < 0.0, 1, -1))

    @property
    def ends(self) -> tuple[str, str]:
        """What the family ends at, in words."""
        return _ENDS[self.first], _ENDS[self.last]


@dataclass(frozen=True)
class CycleMark:
    """Where a family of cycles turns back or loses its stability.

    kind: "fold" where a multiplier passes 1 and the parameter turns back, "branch" where only one of both happens, so
    that another family crosses, "flip" where a multiplier is -1, "torus" where a complex pair passes the unit circle.
    lowest, highest (n,): of every component on the cycle there. multiplier: the one that says so.
    """

    kind: CycleEvent
    p: float
    period: float
    lowest: Float[np.ndarray, "n"]
    highest: Float[np.ndarray, "n"]
    multiplier: complex

    @property
    def name(self) -> str:
        """What happens there, for people."""
        return _NAMES[self.kind]
