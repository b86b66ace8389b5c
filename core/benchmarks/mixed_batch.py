"""A batch in which every trajectory wants its own steps: Van der Pol's oscillators from soft to stiff."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..benchmarking.benchmark import Benchmark, Case, Entrant, Prepared
from ..benchmarking.ode_peers import ode_peers
from ..benchmarking.ode_question import OdeQuestion, largest_error, ours, states, truth

if TYPE_CHECKING:
    from jaxtyping import Float

COUNT = 4096
_DAMPING = 10.0 ** np.random.default_rng(0).uniform(-1.0, 1.0, COUNT)
QUESTION = OdeQuestion(
    "x' = y\ny' = m*(1 - x^2)*y - x\nm' = 0",
    lambda x, y, m: (y, m * (1 - x * x) * y - x, 0 * m),
    np.column_stack([np.full(COUNT, 2.0), np.zeros(COUNT), _DAMPING]),
    np.array([20.0]),
)
_COMPARED = range(0, COUNT, COUNT // 32)


def _cases() -> Iterator[Case]:
    yield Case(
        f"Van der Pol from (2, 0) to t = 20, {COUNT:,} mu log-uniform in 0.1..10; {len(_COMPARED)} compared",
        (Entrant("ours", _ours), *ode_peers(QUESTION)),
        partial(truth, QUESTION, _COMPARED),
        compared_error,
        allowed=1e-3,
        needs=("scipy",),
    )


def _ours() -> Prepared:
    return replace(ours(QUESTION), note=spread)


def spread(run: Any) -> str:
    """How unlike the trajectories are, and what of the lanes' work was wasted where the run counts that."""
    steps = np.asarray(run.stats.accepted) + np.asarray(run.stats.rejected)
    sentence = f"{steps.min():,} to {steps.max():,} steps, {steps.mean():,.0f} on average"
    wasted = getattr(run.stats, "wasted", None)
    return sentence if wasted is None else f"{sentence}; {wasted:.1%} of the lanes' steps wasted"


def compared_error(answer: Any, true: Float[np.ndarray, "b T n"]) -> float:
    """The error of the trajectories that are compared; not a number where any other has none."""
    z = states(answer)
    if z.shape != (COUNT, 1, 3) or not np.isfinite(z).all():
        return float("nan")
    return largest_error(z[list(_COMPARED)], true)


BENCHMARK = Benchmark("mixed_batch", "a batch of unlike trajectories by dopri5 at rtol 1e-6, atol 1e-9", _cases)
