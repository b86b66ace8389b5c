"""What `core.solve` returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from .outcome import Outcome
from .telemetry import host

if TYPE_CHECKING:
    from jaxtyping import Float, Int


@dataclass(frozen=True)
class RootStats:
    """What a solve cost: numbers for one start, arrays (S,) for several; seconds of the whole run."""

    evaluations: int | Int[np.ndarray, "S"]
    jacobians: int | Int[np.ndarray, "S"]
    seconds: float


@dataclass(frozen=True)
class History:
    """The records of R iterations, of one start or of S; NaN, or 0 evaluations, where a sample has none.

    iteration (R,): its number, from 1 where an iteration is one evaluation (Picard), else from 0.
    z (R, n) or (R, S, n): the point where f was evaluated. residual, measure, evaluations (R,) or (R, S): |f(z) - z|
    there, what the stopping rule compares with the tolerance, and the calls of f so far.
    """

    iteration: Int[np.ndarray, "R"]
    z: Float[np.ndarray, "R *S n"]
    residual: Float[np.ndarray, "R *S"]
    measure: Float[np.ndarray, "R *S"]
    evaluations: Int[np.ndarray, "R *S"]

    def of(self, sample: int) -> History:
        """The records of one of several starts."""
        columns = (self.z, self.residual, self.measure, self.evaluations)
        return History(self.iteration, *(column[:, sample] for column in columns))


@dataclass(frozen=True)
class Root:
    """Where a root solver ended from one start, or from S.

    z (n,) or (S, n): the root, or the last good point where there is none; a tensor where the start was one.
    residual: |f(z) - z| there, NaN where f was never a number. iterations: the number of the last record.
    outcome: an Outcome, or one per start. path: the arrays that were computed with, "numpy" or "torch". records: makes
    `history`.
    """

    z: Any
    residual: float | Float[np.ndarray, "S"]
    iterations: int | Int[np.ndarray, "S"]
    outcome: Outcome | tuple[Outcome, ...]
    stats: RootStats
    records: Callable[[], History] = field(repr=False, compare=False)
    path: str = ""

    @cached_property
    def history(self) -> History:
        """Every record of the way; it is put together when it is first asked for."""
        return self.records()

    def numpy(self) -> dict[str, np.ndarray]:
        """z, residual and iterations as plain numpy arrays, by name."""
        return {"z": host(self.z), "residual": np.asarray(self.residual), "iterations": np.asarray(self.iterations)}
