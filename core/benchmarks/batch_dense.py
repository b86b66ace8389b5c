"""Many trajectories with dense output: 10,000 of Van der Pol's oscillator."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..benchmarking.benchmark import Benchmark, Case, Entrant
from ..benchmarking.ode_peers import ode_peers
from ..benchmarking.ode_question import OdeQuestion, largest_error, ours, states, truth

if TYPE_CHECKING:
    from jaxtyping import Float

COUNT, TIMES = 10_000, 200
QUESTION = OdeQuestion(
    "x' = y\ny' = mu*(1 - x^2)*y - x\nmu = 1",
    lambda x, y: (y, (1 - x * x) * y - x),
    np.random.default_rng(0).uniform(-3.0, 3.0, (COUNT, 2)),
    np.linspace(0.0, 20.0, TIMES),
)
_COMPARED = range(0, COUNT, COUNT // 20)


def _cases() -> Iterator[Case]:
    yield Case(
        f"Van der Pol, mu = 1, {COUNT:,} starts in [-3, 3]^2 to t = 20, {TIMES} times; {len(_COMPARED)} compared",
        (Entrant("ours", partial(ours, QUESTION)), *ode_peers(QUESTION, torchdiffeq=40.0, diffrax=25.0)),
        partial(truth, QUESTION, _COMPARED),
        compared_error,
        allowed=1e-3,
        needs=("scipy",),
    )


def compared_error(answer: Any, true: Float[np.ndarray, "b T n"]) -> float:
    """The error of the trajectories that are compared; not a number where any other has none."""
    z = states(answer)
    if z.shape != (COUNT, TIMES, 2) or not np.isfinite(z).all():
        return float("nan")
    return largest_error(z[list(_COMPARED)], true)


BENCHMARK = Benchmark("batch_dense", "many trajectories by dopri5 at rtol 1e-6, atol 1e-9, with dense output", _cases)
