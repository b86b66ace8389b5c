"""An equilibrium layer on a batch, forward and backward, as a training step asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..benchmarking.benchmark import Benchmark, Case, Entrant, Prepared
from ..deferred import deferred
from ..equilibrium_layer import EquilibriumLayer

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
else:
    torch = deferred("torch")

UNITS, INPUTS, BATCH = 32, 8, 512
TOLERANCE, MOST = 1e-4, 100
"""Of torchdeq: |f(z) - z| beside |f(z)| of the last sample at the end, forward and backward, and iterations at most."""
OURS = {"anderson": 4e-6, "picard": 1.2e-6}
"""Our tolerances, forward and backward. torchdeq goes on with every sample until the last has come to its tolerance,
and most come much nearer; ours end one by one. With these the gradient is as near to the true one as torchdeq's."""
ALLOWED = {"anderson": 5e-6, "picard": 2e-6}
"""Errors of the gradient beside its largest number."""


def drawn() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """W (n, n) of the spectral norm 0.9, U (n, m) and the batch data x (B, m) of z = tanh(W z + U x)."""
    random = np.random.default_rng(0)
    W = random.standard_normal((UNITS, UNITS))
    return (
        0.9 * W / np.linalg.norm(W, 2),
        random.standard_normal((UNITS, INPUTS)),
        random.standard_normal((BATCH, INPUTS)),
    )


def by_weights() -> Float[np.ndarray, "k"]:
    """d loss / d(W, U) as one vector by the implicit function theorem at the roots that Newton's method finds."""
    W, U, x = drawn()
    z = np.zeros((BATCH, UNITS))
    for _ in range(50):
        f = np.tanh(z @ W.T + x @ U.T)
        matrix = np.eye(UNITS) - (1 - f**2)[:, :, None] * W
        z = z + np.linalg.solve(matrix, (f - z)[:, :, None])[:, :, 0]
    slope = 1 - z**2
    matrix = np.eye(UNITS) - slope[:, :, None] * W
    u = np.linalg.solve(matrix.transpose(0, 2, 1), z[:, :, None] / BATCH)[:, :, 0] * slope
    return np.concatenate([(u.T @ z).ravel(), (u.T @ x).ravel()])


def largest_error(answer: Any, true: Float[np.ndarray, "k"]) -> float:
    """The largest distance, beside the largest number of the true answer."""
    return float(np.abs(np.asarray(answer, dtype=np.float64) - true).max() / np.abs(true).max())


def ours(solver: str, dtype: str) -> Prepared:
    """Ours by the method that is taken where none is named."""
    cell, x = _cell(dtype)
    layer = EquilibriumLayer(cell, UNITS, solver=solver, tol=OURS[solver], iterations=MOST)

    def note(_: Any) -> str:
        assert layer.report is not None
        return f"{layer.report.iterations.min()} to {layer.report.iterations.max()} iterations of a sample"

    return Prepared(lambda: _gradient(layer(x), cell), note=note)


def torchdeq(solver: str, dtype: str) -> Prepared:
    """torchdeq's implicit differentiation, its linear equation iterated to the same tolerance."""
    from torchdeq import get_deq  # noqa: PLC0415 - a peer, which need not be installed

    cell, x = _cell(dtype)
    model = get_deq(
        ift=True,
        f_solver=solver,
        b_solver="fixed_point_iter",
        f_max_iter=MOST,
        b_max_iter=MOST,
        f_tol=TOLERANCE,
        b_tol=TOLERANCE,
        f_stop_mode="rel",
        b_stop_mode="rel",
    ).train()
    start = torch.zeros(BATCH, UNITS, dtype=x.dtype)
    return Prepared(lambda: _gradient(model(lambda z: cell(z, x), start)[0][-1], cell))


def _cell(dtype: str) -> tuple[Any, Any]:
    W, U, x = (torch.from_numpy(array).to(getattr(torch, dtype)) for array in drawn())

    class Cell(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.W, self.U = torch.nn.Parameter(W), torch.nn.Parameter(U)

        def forward(self, z: Any, x: Any) -> Any:
            return torch.tanh(z @ self.W.T + x @ self.U.T)

    return Cell(), x


def _gradient(z: Any, cell: Any) -> Any:
    """Of half the mean over the samples of |z|^2, by all weights as one vector."""
    loss = 0.5 * (z * z).sum() / BATCH
    return torch.cat([part.ravel() for part in torch.autograd.grad(loss, tuple(cell.parameters()))])


def _cases() -> Iterator[Case]:
    for mine, theirs in (("anderson", "anderson"), ("picard", "fixed_point_iter")):
        for dtype in ("float32", "float64"):
            entrants = (
                Entrant("ours", partial(ours, mine, dtype)),
                Entrant("torchdeq", partial(torchdeq, theirs, dtype), ("torchdeq",), 2.0),
            )
            yield Case(f"{mine}, {dtype}", entrants, by_weights, largest_error, allowed=ALLOWED[mine])


BENCHMARK = Benchmark(
    "equilibrium_layer",
    f"forward and the gradient by the weights of z = tanh(W z + U x) with {UNITS} units on a batch of {BATCH}, to the "
    "error of torchdeq's gradient",
    _cases,
)
