"""Solution curves, dense enough to draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..outcome import Outcome

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int


@dataclass(frozen=True)
class Trajectories:
    """One polyline per start: backward part (reversed), start, forward part, in ascending t.

    components: names of the state's components, n of them.
    t        (N,)    time of every point of every curve, ascending within a curve
    z        (N, n)
    step_end (N,)    True where the point is the end of an accepted step (or the start), False where it is
                     dense output between two steps
    offsets  (m + 1,) curve i is the slice offsets[i]:offsets[i + 1]
    starts   (m, n)  the starting points
    start_time       t of the starting points
    forward, backward: the outcome of each curve in either direction (backward empty where not asked)
    evaluations (m,) field evaluations spent on each curve; accepted, rejected (m,) likewise
    """

    components: tuple[str, ...]
    t: Float[np.ndarray, "N"]
    z: Float[np.ndarray, "N n"]
    step_end: Bool[np.ndarray, "N"]
    offsets: Int[np.ndarray, "m_plus_1"]
    starts: Float[np.ndarray, "m n"]
    start_time: float
    forward: tuple[Outcome, ...]
    backward: tuple[Outcome, ...]
    evaluations: Int[np.ndarray, "m"]
    accepted: Int[np.ndarray, "m"]
    rejected: Int[np.ndarray, "m"]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def curve(self, index: int) -> slice:
        """The slice of `t`, `z` and `step_end` that holds curve `index`."""
        return slice(int(self.offsets[index]), int(self.offsets[index + 1]))
