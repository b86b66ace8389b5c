"""Where numerical solutions of one equation cross, which solutions never do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int


@dataclass(frozen=True)
class Crossings:
    """Of a system of one component, by time from the start, forward first.

    method: how the trajectories are followed, for people. compared: how many of them were, the first ones.
    pairs (k, 2): the numbers, from 0, of the two that cross. t (k,), value (k,): where. step (k,): the size of the
    first one's step there. depth (k,): the farthest they are apart afterwards, until they cross again. within (k,):
    whether that is less than the tolerances allow the errors of two steps to be; False for equal steps.
    """

    method: str
    compared: int
    pairs: Int[np.ndarray, "k 2"]
    t: Float[np.ndarray, "k"]
    value: Float[np.ndarray, "k"]
    step: Float[np.ndarray, "k"]
    depth: Float[np.ndarray, "k"]
    within: Bool[np.ndarray, "k"]

    def __len__(self) -> int:
        return len(self.t)
