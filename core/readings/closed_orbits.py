"""Closed orbits of a flow: limit cycles, and members of families such as those around a centre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Complex, Float

Kind = Literal["attracting", "repelling", "family"]
_WORDS: dict[Kind, str] = {
    "attracting": "attracting limit cycle",
    "repelling": "repelling limit cycle",
    "family": "closed orbit, one of a family",
}


@dataclass(frozen=True)
class ClosedOrbit:
    """One closed orbit of n components.

    kind: "attracting" and "repelling" are limit cycles, isolated; a "family" is a continuum of closed orbits.
    t (m,), points (m, n): once around it in the direction of time, t from 0 to the period; the last point is the first.
    lowest, highest (n,): the smallest and largest value of every component on it.
    multipliers (n,): the Floquet multipliers, eigenvalues of the derivative of the flow over one period; first the one
    along the flow, as it was computed: it is exactly 1, and how far it is from that tells the accuracy of the others;
    then the others by descending size. NaN for one that is too small, or too large, beside others to be computed.
    miss: how far from where it began it ends, as a share of its size.
    """

    kind: Kind
    period: float
    t: Float[np.ndarray, "m"]
    points: Float[np.ndarray, "m n"]
    lowest: Float[np.ndarray, "n"]
    highest: Float[np.ndarray, "n"]
    multipliers: Complex[np.ndarray, "n"]
    miss: float

    @property
    def amplitude(self) -> Float[np.ndarray, "n"]:
        """Half the range of every component."""
        return np.asarray(0.5 * (self.highest - self.lowest))

    @property
    def stability(self) -> str:
        """What it is, in words."""
        return _WORDS[self.kind]


@dataclass(frozen=True)
class ClosedOrbits:
    """The closed orbits that the trajectories in sight lie on or come to.

    of: by orbit the places of the starts that lead to it. searched: False before the search, and where there is none.
    """

    components: tuple[str, ...]
    orbits: tuple[ClosedOrbit, ...] = ()
    of: tuple[tuple[int, ...], ...] = ()
    searched: bool = False
