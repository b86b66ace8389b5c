"""The cycle that a root solver ran into, measured from its last points."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

    from .readings import SolverRun

_TURNS = 4
"""That are compared: three movements from turn to turn, and two quotients of them."""
_NOISE = 1e4
"""Movements below that many roundings of |z| say nothing."""
_STEADY = 0.02
"""Two quotients this near to one another, beside the larger, are one multiplier."""


@dataclass(frozen=True)
class ObservedCycle:
    """period p; step: the longest |z_(k+1) - z_k| in the cycle. multiplier: the factor mu by which one turn brings a
    point nearer to it, NaN where that cannot be seen: where it came there at once, or by no single factor."""

    period: int
    step: float
    multiplier: float

    def __str__(self) -> str:
        slow = "" if math.isnan(self.multiplier) else f", multiplier {self.multiplier:.4f} a turn"
        return f"cycle of {self.period}: step {self.step:.8g}{slow}"


def observed_cycle(run: SolverRun, sample: int) -> ObservedCycle | None:
    """The cycle in which a sample ended; None where it did not end in one, or too few points were kept.

    With d_t the movement of a point from turn t - 1 to turn t, mu = d_t . d_(t-1) / |d_(t-1)|^2, and the cycle itself
    lies d_t mu / (1 - mu) further: Aitken's extrapolation.
    """
    period = run.outcomes[sample].period
    if run.outcomes[sample].name != "cycle" or period is None:
        return None
    known = np.flatnonzero(np.isfinite(run.z[:, sample]).all(axis=1))
    count = min(_TURNS, len(known) // period)
    known = known[len(known) - count * period :]
    if not count or (np.diff(run.iteration[known]) != 1).any():
        return None
    turns = run.z[known, sample].reshape(count, period, -1)
    points, moves = turns[-1], np.diff(turns, axis=0)
    multiplier = _multiplier(moves, float(np.abs(points).max())) if count == _TURNS else math.nan
    if not math.isnan(multiplier):
        points = points + moves[-1] * multiplier / (1.0 - multiplier)
    steps = np.linalg.norm(np.roll(points, -1, axis=0) - points, axis=1)
    return ObservedCycle(period, float(steps.max()), multiplier)


def _multiplier(moves: Float[np.ndarray, "t p n"], size: float) -> float:
    """mu of the last two movements of all points together, where those before agree."""
    squares = np.einsum("tpn,tpn->t", moves, moves)
    if not (np.sqrt(squares) > _NOISE * np.finfo(np.float64).eps * size).all():
        return math.nan
    before, last = np.einsum("tpn,tpn->t", moves[1:], moves[:-1]) / squares[:-1]
    steady = abs(last - before) <= _STEADY * abs(last) and abs(last) < 1.0
    return float(last) if steady else math.nan
