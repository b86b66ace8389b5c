"""The forward pass of a small neural differential equation on a large batch, in torch."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from ..benchmarking.benchmark import Benchmark, Case, Entrant, Prepared
from ..deferred import deferred
from ..integration import field, integrate

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
else:
    torch = deferred("torch")

SIZE, HIDDEN, BATCH = 2, 64, 512
TOLERANCE = 1e-5
"""Relative and absolute."""
FINER = 2e-6
"""Where steps shared by all samples leave the worst of them, to t = 1, the error that its own steps leave."""


def network(dtype: str) -> Any:
    """z' = C tanh(B tanh(A z + a) + b) + c, drawn in double precision, in `dtype`."""
    random = np.random.default_rng(0)
    sizes = (SIZE, HIDDEN, HIDDEN, SIZE)
    layers: list[Any] = []
    for inputs, outputs in pairwise(sizes):
        layer = torch.nn.Linear(inputs, outputs, dtype=torch.float64)
        weights = random.standard_normal((outputs, inputs)) * (2.0 if inputs == SIZE else 1.5) / inputs**0.5
        layer.load_state_dict(
            {"weight": torch.from_numpy(weights), "bias": torch.from_numpy(random.standard_normal(outputs) * 0.5)}
        )
        layers += [layer, torch.nn.Tanh()]
    return torch.nn.Sequential(*layers[:-1]).to(getattr(torch, dtype)).requires_grad_(False)


def starts() -> Float[np.ndarray, "B 2"]:
    """Where the samples begin."""
    return np.random.default_rng(1).uniform(-2.0, 2.0, (BATCH, SIZE))


def ours(path: str, dtype: str, end: float) -> Prepared:
    """Ours on a back end, each sample with steps of its own."""
    system, begin = field(network(dtype), SIZE), torch.from_numpy(starts()).to(getattr(torch, dtype))

    def call() -> Any:
        return integrate(system, begin, (0.0, end), at=(end,), rtol=TOLERANCE, atol=TOLERANCE, dtype=dtype, path=path)

    return Prepared(call, path=path, note=lambda run: _spent(run.stats.evaluations))


def _spent(evaluations: Any) -> str:
    least, most, mean = np.min(evaluations), np.max(evaluations), np.mean(evaluations)
    return f"{least:,} to {most:,} evaluations of a sample, {mean:,.1f} on average"


def torchdiffeq(dtype: str, end: float, tolerance: float) -> Prepared:
    """torchdiffeq without gradients, all samples with the same steps."""
    from torchdiffeq import odeint  # noqa: PLC0415 - a peer, which need not be installed

    module, begin = network(dtype), torch.from_numpy(starts()).to(getattr(torch, dtype))
    times, calls = torch.tensor([0.0, end], dtype=begin.dtype), [0]

    def slopes(_: Any, z: Any) -> Any:
        calls[0] += 1
        return module(z)

    def call() -> Any:
        calls[0] = 0
        with torch.inference_mode():
            return odeint(slopes, begin, times, rtol=tolerance, atol=tolerance, method="dopri5")[-1]

    return Prepared(call, note=lambda _: f"{calls[0]:,} evaluations, of all samples")


def ends(end: float) -> Float[np.ndarray, "B 2"]:
    """Where the samples are at t = `end`, by scipy's DOP853 at a tolerance of 1e-12 in double precision."""
    from scipy.integrate import solve_ivp  # noqa: PLC0415 - a peer, which need not be installed

    module = network("float64")

    def slopes(_: float, z: np.ndarray) -> np.ndarray:
        found: np.ndarray = module(torch.from_numpy(z.reshape(BATCH, SIZE))).numpy().ravel()
        return found

    solved = solve_ivp(slopes, (0.0, end), starts().ravel(), method="DOP853", rtol=1e-12, atol=1e-12)
    return np.asarray(solved.y[:, -1].reshape(BATCH, SIZE))


def largest_error(answer: Any, true: Float[np.ndarray, "B 2"]) -> float:
    """The largest distance, beside the largest number of the true answer."""
    z = np.asarray(answer.z[:, 0] if hasattr(answer, "outcome") else answer, dtype=np.float64)
    return float(np.abs(z - true).max() / np.abs(true).max()) if z.shape == true.shape else float("nan")


def _cases() -> Iterator[Case]:
    for end in (1.0, 10.0):
        for dtype in ("float32", "float64"):
            yield Case(
                f"to t = {end:g}, {dtype}",
                (
                    Entrant("ours", partial(ours, "kernel", dtype, end)),
                    Entrant("ours in torch", partial(ours, "torch", dtype, end)),
                    Entrant("torchdiffeq", partial(torchdiffeq, dtype, end, TOLERANCE), ("torchdiffeq",), 2.0),
                    Entrant(f"torchdiffeq at {FINER:g}", partial(torchdiffeq, dtype, end, FINER), ("torchdiffeq",)),
                ),
                partial(ends, end),
                largest_error,
                allowed=1e-3,
                needs=("scipy",),
            )


BENCHMARK = Benchmark(
    "neural_ode",
    f"forward through a network {SIZE}-{HIDDEN}-{HIDDEN}-{SIZE} of tanh on a batch of {BATCH} by dopri5 at "
    f"rtol = atol = {TOLERANCE:g}",
    _cases,
)
