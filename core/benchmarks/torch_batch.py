"""Many trajectories of a torch callable, each with steps of its own, against libraries that integrate in torch."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..benchmarking.benchmark import Benchmark, Case, Entrant, Prepared
from ..benchmarking.ode_peers import ode_peers
from ..benchmarking.ode_question import OdeQuestion, largest_error, states, truth
from ..deferred import deferred
from ..integration import field, integrate

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
else:
    torch = deferred("torch")

COUNT, END = 10_000, 20.0
_STARTS = np.random.default_rng(0).uniform(-3.0, 3.0, (COUNT, 2))
_COMPARED = range(0, COUNT, COUNT // 20)
_PEERS = ("torchdiffeq", "torchode")


def question(times: int) -> OdeQuestion:
    """Van der Pol's oscillator at `times` times from t = 0 on, or at its end alone."""
    at = np.array([END]) if times == 1 else np.linspace(0.0, END, times)
    return OdeQuestion("x' = y\ny' = mu*(1 - x^2)*y - x\nmu = 1", lambda x, y: (y, (1 - x * x) * y - x), _STARTS, at)


def ours(path: str, asked: OdeQuestion) -> Prepared:
    """Ours on a back end, given the same callable as the others and no formula."""

    def slopes(z: Any) -> Any:
        return torch.stack(asked.slopes(*z.unbind(-1)), -1)

    system = field(slopes, asked.starts.shape[1])

    def call() -> Any:
        span, rtol, atol = (0.0, asked.end), asked.rtol, asked.atol
        return integrate(system, asked.starts, span, rtol=rtol, atol=atol, at=asked.at, path=path)

    return Prepared(call, path=path, note=counted)


def counted(run: Any) -> str:
    """Evaluations and steps of a trajectory, on average."""
    spent, accepted, rejected = (
        np.mean(column) for column in (run.stats.evaluations, run.stats.accepted, run.stats.rejected)
    )
    return f"{spent:,.0f} evaluations, {accepted:,.1f} steps and {rejected:,.1f} rejected ones of each on average"


def _cases() -> Iterator[Case]:
    for times in (1, 100):
        asked = question(times)
        peers = (peer for peer in ode_peers(asked, torchode=3.0, torchdiffeq=1.0) if peer.name in _PEERS)
        yield Case(
            f"Van der Pol, mu = 1, {COUNT:,} starts in [-3, 3]^2 to t = {END:g}, "
            f"{'the end' if times == 1 else f'{times} times'}; {len(_COMPARED)} compared",
            (
                Entrant("ours", partial(ours, "kernel", asked)),
                Entrant("ours in torch", partial(ours, "torch", asked)),
                *peers,
            ),
            partial(truth, asked, _COMPARED),
            partial(compared_error, times),
            allowed=1e-3,
            needs=("scipy",),
        )


def compared_error(times: int, answer: Any, true: Float[np.ndarray, "b T n"]) -> float:
    """The error of the trajectories that are compared; not a number where any other has none."""
    z = states(answer)
    if z.shape != (COUNT, times, 2) or not np.isfinite(z).all():
        return float("nan")
    return largest_error(z[list(_COMPARED)], true)


BENCHMARK = Benchmark(
    "torch_batch", "many trajectories of a torch callable by dopri5 at rtol 1e-6, atol 1e-9, float64", _cases
)
