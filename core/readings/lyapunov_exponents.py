"""How fast trajectories beside one part from it, or come to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class LyapunovExponents:
    """All n exponents of one trajectory, per unit of time.

    values (n,): by descending size, as averages over `duration` of time; empty where none are known, or none yet.
    errors (n,): how far they may be from their limits, from how far the growth strays from a straight line on its way.
    trajectory: the place of its start.
    """

    values: Float[np.ndarray, "n"]
    errors: Float[np.ndarray, "n"]
    duration: float
    trajectory: int = 0

    @property
    def total(self) -> float:
        """The sum of all, which is the mean divergence of the field."""
        return float(self.values.sum())

    @property
    def chaotic(self) -> bool:
        """Whether the largest is positive beyond doubt: twice its error, and more than a thousandth of all sizes."""
        return bool(self.values[0] > max(2.0 * self.errors[0], 1e-3 * np.abs(self.values).max()))


def no_exponents() -> LyapunovExponents:
    """Nothing is known."""
    return LyapunovExponents(np.empty(0), np.empty(0), 0.0)
