"""What optimisers did on a loss, iteration by iteration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..outcome import Outcome
from .lowest_point import LowestPoint

if TYPE_CHECKING:
    from jaxtyping import Float, Int


@dataclass(frozen=True)
class DescentRun:
    """One optimiser from every start. R records, S starts, n components; NaN after a sample's end.

    method: its name in the catalogue; title: for people; place: in the catalogue, for its colour and mark.
    iteration  (R,)       number of the iteration, ascending from 0, the start; thinned where there are very many
    z          (R, S, n)  the way downhill
    loss       (R, S)     the objective there
    slope      (R, S)     length of its gradient there
    sharpness  (R, S)     largest eigenvalue of its Hessian there, NaN where it was not computed
    iterations (S,)       of each sample, exact
    limit                 learning rate below which it converges to the lowest point; NaN where there is no minimum
    edge                  sharpness below which it converges, 2 / eta of gradient descent; infinite where any will do,
                          NaN where sharpness alone does not tell
    outcomes   S of them
    """

    method: str
    title: str
    place: int
    iteration: Int[np.ndarray, "R"]
    z: Float[np.ndarray, "R S n"]
    loss: Float[np.ndarray, "R S"]
    slope: Float[np.ndarray, "R S"]
    sharpness: Float[np.ndarray, "R S"]
    iterations: Int[np.ndarray, "S"]
    limit: float
    edge: float
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class Descents:
    """The optimisers from the same starts (S, n), with one learning rate eta and one momentum beta.

    lowest: the lowest point that any of them came to; None before there is one.
    """

    components: tuple[str, ...]
    starts: Float[np.ndarray, "S n"]
    eta: float
    beta: float
    lowest: LowestPoint | None
    runs: tuple[DescentRun, ...]

    def __len__(self) -> int:
        return len(self.starts)
