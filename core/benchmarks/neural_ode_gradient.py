"""The gradient of a small neural differential equation by its weights on a large batch, in torch."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..benchmarking.benchmark import Benchmark, Case, Entrant, Prepared
from ..deferred import deferred
from ..ode_layer import OdeLayer
from .neural_ode import BATCH, HIDDEN, SIZE, TOLERANCE, network, starts

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
else:
    torch = deferred("torch")


def ours(path: str, dtype: str, end: float) -> Prepared:
    """Ours through the steps of the solver, each sample with steps of its own."""
    module, begin = _trained(dtype)
    layer = OdeLayer(module, SIZE, t=(0.0, end), rtol=TOLERANCE, atol=TOLERANCE, path=path)

    def note(_: Any) -> str:
        report = layer.report
        assert report is not None
        assert report.backward is not None
        steps = (
            f"{np.min(report.accepted)} to {np.max(report.accepted)} steps, {np.mean(report.accepted):.1f} on average"
        )
        return f"{steps}; {report.backward.held_bytes / 2**20:.1f} MiB for the way back"

    return Prepared(lambda: _gradient(layer(begin), module), path=path, note=note)


def torchdiffeq(adjoint: bool, dtype: str, end: float) -> Prepared:
    """torchdiffeq through its operations, or by its adjoint equation; all samples share their steps."""
    import torchdiffeq as peer  # noqa: PLC0415 - a peer, which need not be installed

    module, begin = _trained(dtype)
    times, calls = torch.tensor([0.0, end], dtype=begin.dtype), [0]

    class Field(torch.nn.Module):  # its adjoint asks for a module
        def __init__(self) -> None:
            super().__init__()
            self.network = module

        def forward(self, _: Any, z: Any) -> Any:
            calls[0] += 1
            return self.network(z)

    field, follow = Field(), peer.odeint_adjoint if adjoint else peer.odeint

    def call() -> Any:
        calls[0] = 0
        end = follow(field, begin, times, rtol=TOLERANCE, atol=TOLERANCE, method="dopri5")[-1]
        return _gradient(end, module)

    return Prepared(call, note=lambda _: f"{calls[0]} evaluations for all samples")


def _trained(dtype: str) -> tuple[Any, Any]:
    return network(dtype).requires_grad_(True), torch.from_numpy(starts()).to(getattr(torch, dtype))


def _gradient(ends: Any, module: Any) -> Any:
    """Of half the sum of the squares at the end, by all weights as one vector.

    Divided by the batch, the adjoint would lie below the absolute tolerance of those who solve its equation.
    """
    loss = 0.5 * (ends * ends).sum()
    return torch.cat([part.ravel() for part in torch.autograd.grad(loss, tuple(module.parameters()))])


def by_weights(end: float) -> Float[np.ndarray, "k"]:
    """The gradient by scipy's DOP853 at a tolerance of 1e-11: state, adjoint and integrals backward from the end."""
    from scipy.integrate import solve_ivp  # noqa: PLC0415 - a peer, which need not be installed

    module, count = network("float64").requires_grad_(True), BATCH * SIZE
    weights = tuple(module.parameters())
    options = {"method": "DOP853", "rtol": 1e-11, "atol": 1e-11}

    def slopes(_: float, z: np.ndarray) -> Any:
        with torch.no_grad():
            return module(torch.from_numpy(z.reshape(BATCH, SIZE))).numpy().ravel()

    def back(_: float, state: np.ndarray) -> np.ndarray:
        z, a = (torch.from_numpy(part.reshape(BATCH, SIZE)) for part in np.split(state[: 2 * count], 2))
        rate = module(z.requires_grad_())
        parts = torch.autograd.grad(rate, (z, *weights), a)
        return np.concatenate([rate.detach().numpy().ravel(), *(-part.numpy().ravel() for part in parts)])

    begin = starts().ravel()
    ends = solve_ivp(slopes, (0.0, end), begin, **options).y[:, -1]
    state = np.concatenate([ends, ends, np.zeros(sum(weight.numel() for weight in weights))])
    found: np.ndarray = solve_ivp(back, (end, 0.0), state, **options).y[:, -1]
    if np.abs(found[:count] - begin).max() > 1e-6:
        raise ArithmeticError("the reference lost its way back")
    return found[2 * count :]


def largest_error(answer: Any, true: Float[np.ndarray, "k"]) -> float:
    """The largest distance, beside the largest number of the true answer."""
    return float(np.abs(np.asarray(answer, dtype=np.float64) - true).max() / np.abs(true).max())


def _cases() -> Iterator[Case]:
    for end in (1.0, 10.0):
        for dtype in ("float32", "float64"):
            yield Case(
                f"to t = {end:g}, {dtype}",
                (
                    Entrant("ours", partial(ours, "kernel", dtype, end)),
                    Entrant("ours in torch", partial(ours, "torch", dtype, end)),
                    Entrant("torchdiffeq", partial(torchdiffeq, False, dtype, end), ("torchdiffeq",), 1.0),
                    Entrant("torchdiffeq's adjoint", partial(torchdiffeq, True, dtype, end), ("torchdiffeq",), 2.0),
                ),
                partial(by_weights, end),
                largest_error,
                allowed=0.1,
                needs=("scipy",),
            )


BENCHMARK = Benchmark(
    "neural_ode_gradient",
    f"forward and the gradient by the weights of a network {SIZE}-{HIDDEN}-{HIDDEN}-{SIZE} of tanh on a batch of "
    f"{BATCH} by dopri5 at rtol = atol = {TOLERANCE:g}",
    _cases,
)
