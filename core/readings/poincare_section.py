"""Where trajectories cross a Poincare section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..experiment import Section
from ..outcome import Outcome

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int


@dataclass(frozen=True)
class PoincareSection:
    """Crossings between the ends of the line of `section`, or the states once a period, by trajectory and time.

    owner (k,): the place of the start; t (k,); z (k, n); s (k,): how far along the line from its begin, in the units of
    its axes; to_left (k,): whether it goes to the left, seen along the line. trajectories: how many were followed.
    outcomes: how each ended, "cancelled" where it had crossed often enough; empty while they are followed. period: of a
    section by period what it is, and s is 0; else 0.
    """

    components: tuple[str, ...]
    section: Section
    owner: Int[np.ndarray, "k"]
    t: Float[np.ndarray, "k"]
    z: Float[np.ndarray, "k n"]
    s: Float[np.ndarray, "k"]
    to_left: Bool[np.ndarray, "k"]
    trajectories: int
    outcomes: tuple[Outcome, ...] = ()
    period: float = 0.0

    def __len__(self) -> int:
        return len(self.t)

    def returns(self) -> tuple[Int[np.ndarray, "r"], Int[np.ndarray, "r"]]:
        """The places of each crossing that is followed by another of its trajectory, and of that next one."""
        first = np.flatnonzero(self.owner[1:] == self.owner[:-1])
        return first, first + 1
