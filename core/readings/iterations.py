"""What root solvers did, iteration by iteration."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ..outcome import Outcome

if TYPE_CHECKING:
    from jaxtyping import Float, Int


@dataclass(frozen=True)
class SolverRun:
    """One solver from every start. R records, S samples, n components; NaN after a sample's end.

    solver: its name in the catalogue; title: for people.
    iteration   (R,)       number of the iteration, ascending; it begins with 0 or, for a solver whose iteration is
                           one evaluation, with 1; thinned where there are very many, but first and last are kept
    z           (R, S, n)  the point at which f was evaluated
    residual    (R, S)     |f(z) - z| there
    measure     (R, S)     what the stopping rule compares with the tolerance
    evaluations (R, S)     calls of f by that sample so far
    iterations  (S,)       of each sample, exact
    solution    (S, n)     where each sample ended: converged, or the last good point
    outcomes    S of them
    seconds     (R,)       that the solver had computed by then, for all samples together; empty where no one looked
                           at the clock. No two runs take the same time.
    """

    solver: str
    title: str
    iteration: Int[np.ndarray, "R"]
    z: Float[np.ndarray, "R S n"]
    residual: Float[np.ndarray, "R S"]
    measure: Float[np.ndarray, "R S"]
    evaluations: Int[np.ndarray, "R S"]
    iterations: Int[np.ndarray, "S"]
    solution: Float[np.ndarray, "S n"]
    outcomes: tuple[Outcome, ...]
    seconds: Float[np.ndarray, "R"] = field(default_factory=lambda: np.empty(0))

    def path(self, sample: int) -> Float[np.ndarray, "K1 n"] | None:
        """Where f was evaluated on a sample's way, and last where it ended; None where not every point was kept."""
        points = self.z[:, sample]
        points = points[np.isfinite(points).all(axis=1)]
        if not len(points) or (np.diff(self.iteration) != 1).any():
            return None
        return np.concatenate([points[:-1], self.solution[[sample]]])

    @property
    def duration(self) -> float:
        """Seconds of all of it; NaN where no one looked at the clock."""
        return float(self.seconds[-1]) if len(self.seconds) else math.nan


@dataclass(frozen=True)
class Iterations:
    """The chosen solver, then its rivals, from the same starts.

    starts (S, n); row (S,) the row of the batch data that each sample sees, all 0 without one.
    criterion: "absolute", "relative" or "step"; tolerance: what the measure must fall below; whole_batch: the
    measure is one norm over all samples.
    """

    components: tuple[str, ...]
    starts: Float[np.ndarray, "S n"]
    row: Int[np.ndarray, "S"]
    criterion: str
    tolerance: float
    whole_batch: bool
    runs: tuple[SolverRun, ...]

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def last(self) -> int:
        """The highest iteration of any solver."""
        return max((int(run.iteration[-1]) for run in self.runs if len(run.iteration)), default=0)
