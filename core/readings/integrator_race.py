"""Integration methods from one start against a tight reference: their paths, their errors, and what accuracy costs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..fitted_order import FittedOrder
from ..outcome import Outcome

if TYPE_CHECKING:
    from jaxtyping import Float, Int

TRUSTED = 1e-3
"""Part of the solution's size by which the two runs of a reference may differ."""


@dataclass(frozen=True)
class ReferenceRun:
    """A run with very small tolerances, and the same once more with tolerances a hundred times as large.

    title: of its method; rtol: of the finer run. outcome: how that ended. t (K,), z (K, n): its steps, thinned.
    gap (K,): the distance of the two there: what the reference itself may be wrong by. size: the largest |z|.
    good_until: the last time up to which the gap is at most a thousandth of that; NaN where it never is.
    evaluations: of the finer run.
    """

    title: str
    rtol: float
    outcome: Outcome
    t: Float[np.ndarray, "K"]
    z: Float[np.ndarray, "K n"]
    gap: Float[np.ndarray, "K"]
    size: float
    good_until: float
    evaluations: int

    @property
    def end_gap(self) -> float:
        """What it may be wrong by at the end of the span; infinite where it does not get there."""
        return float(self.gap[-1]) if self.outcome.success and len(self.gap) else math.inf

    @property
    def trusted(self) -> bool:
        """Whether errors at the end of the span mean anything."""
        return self.end_gap <= TRUSTED * self.size

    def __str__(self) -> str:
        if not self.outcome.success:
            return f"no reference: {self.title} at rtol {self.rtol:g} {self.outcome}"
        if self.trusted:
            return f"reference: {self.title} at rtol {self.rtol:g}, itself wrong by less than {self.end_gap:.1e}"
        return (
            f"the reference cannot be trusted at the end: {self.title} at rtol {self.rtol:g} and "
            f"{100.0 * self.rtol:g} differ by {self.end_gap:.2g} there, for this system magnifies every error. "
            f"It is good until t = {self.good_until:.4g}: shorten the time span"
        )


@dataclass(frozen=True)
class Work:
    """Runs of one method, each finer than the last.

    setting (L,): the step h of every run, or its rtol. evaluations (L,): calls of f. error (L,): |z - reference| at the
    end of the span, NaN where the run did not get there or the reference cannot be trusted.
    """

    setting: Float[np.ndarray, "L"]
    evaluations: Int[np.ndarray, "L"]
    error: Float[np.ndarray, "L"]

    def __len__(self) -> int:
        return len(self.setting)


@dataclass(frozen=True)
class IntegratorRun:
    """One method at the settings in force, and what its accuracy costs.

    order: the declared one. adaptive: whether its steps follow the tolerances. t (K,), z (K, n): its accepted steps
    with the start, thinned; error (K,): |z - reference| there. path_t (P,), path_z (P, n): its way, inside long steps
    by its dense output. end_error: at the end of the span, NaN where it does not get there. fixed: runs with equal
    steps, each 1/sqrt(2) as long as the last; fit: the order that their errors show. tolerances: runs with
    falling tolerances, none of a method without an error estimate.
    """

    method: str
    title: str
    order: int
    adaptive: bool
    outcome: Outcome
    t: Float[np.ndarray, "K"]
    z: Float[np.ndarray, "K n"]
    path_t: Float[np.ndarray, "P"]
    path_z: Float[np.ndarray, "P n"]
    error: Float[np.ndarray, "K"]
    end_error: float
    evaluations: int
    accepted: int
    rejected: int
    seconds: float
    fixed: Work
    tolerances: Work
    fit: FittedOrder

    @property
    def work(self) -> Work:
        """The runs that vary what is in force: tolerances where steps adapt to them, else the step."""
        return self.tolerances if self.adaptive else self.fixed


@dataclass(frozen=True)
class IntegratorRace:
    """trajectory: which start it is about, in the order of the starts. runs: the chosen method's first."""

    trajectory: int
    span: tuple[float, float]
    reference: ReferenceRun
    runs: tuple[IntegratorRun, ...]

    def __len__(self) -> int:
        return len(self.runs)
