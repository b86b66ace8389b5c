"""Fixed points of z = tanh(W z + x_b) for a whole batch of inputs, as a network finds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..benchmarking.benchmark import Benchmark, Case, Entrant, Prepared
from ..callable_map import layer
from ..deferred import deferred
from ..language import System, parse
from ..solving import solve
from ..stored_tensor import StoredTensor
from .fixed_point import MEMORY, MOST, TOLERANCE, TORCHDEQ

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
else:
    torch = deferred("torch")

SIZES, COUNTS = (2, 16, 64), (1, 32, 256)


@dataclass(frozen=True)
class LayerBatch:
    """z = tanh(W z + x_b) for B inputs, solved from 0; W (d, d) has the spectral norm 0.9."""

    W: Float[np.ndarray, "d d"]
    x: Float[np.ndarray, "B d"]

    @classmethod
    def drawn(cls, size: int, count: int) -> LayerBatch:
        """The layer of `size` units with `count` inputs."""
        random = np.random.default_rng(0)
        W = random.standard_normal((size, size))
        return cls(0.9 * W / np.linalg.norm(W, 2), random.standard_normal((count, size)))

    def system(self) -> System:
        """The layer as a formula."""
        text = f'z <- tanh(W z + x)\nz in R^{len(self.W)}\nW = data "W"\nx = data "x" as batch'
        return parse(text, {"W": StoredTensor.of(self.W), "x": StoredTensor.of(self.x)})

    def roots(self) -> Float[np.ndarray, "B d"]:
        """The fixed points by Newton's method, to the last digits."""
        z = np.zeros_like(self.x)
        for _ in range(50):
            f = np.tanh(z @ self.W.T + self.x)
            jacobian = np.eye(len(self.W)) - (1 - f**2)[:, :, None] * self.W
            z = z + np.linalg.solve(jacobian, (f - z)[..., None])[..., 0]
        return z


def of_callable(batch: LayerBatch, method: str) -> Prepared:
    """Ours on a torch callable."""
    W = torch.tensor(batch.W)
    return _ours(layer(lambda z, x: torch.tanh(z @ W.T + x), len(W), x=batch.x), batch, method)


def of_formula(batch: LayerBatch, method: str) -> Prepared:
    """Ours on the formula."""
    return _ours(batch.system(), batch, method)


def with_torchdeq(batch: LayerBatch, method: str) -> Prepared:
    """torchdeq without gradients; it goes on until every sample has converged."""
    from torchdeq import get_deq  # noqa: PLC0415 - a peer, which need not be installed

    stopping = {"f_max_iter": MOST, "f_tol": TOLERANCE, "f_stop_mode": "abs"}
    model = get_deq(ift=True, f_solver=TORCHDEQ[method], **stopping).train(False)
    options = {"m": MEMORY} if method == "anderson" else {}
    W, x = torch.tensor(batch.W), torch.tensor(batch.x)
    start = torch.zeros_like(x)

    def call() -> Any:
        with torch.inference_mode():
            return model(lambda z: torch.tanh(z @ W.T + x), start, solver_kwargs=options)[0][-1]

    return Prepared(call)


def map_alone(batch: LayerBatch, method: str) -> Prepared:
    """The map in torch as often as a sample of ours needs it at most, and nothing else."""
    calls = int(np.max(_ours(batch.system(), batch, method).call().stats.evaluations))
    W, x = torch.tensor(batch.W), torch.tensor(batch.x)

    def call() -> Any:
        z = torch.zeros_like(x)
        with torch.inference_mode():
            for _ in range(calls):
                z = torch.tanh(z @ W.T + x)
        return z

    return Prepared(call, note=lambda _: f"{calls} calls of f")


def _ours(asked: Any, batch: LayerBatch, method: str) -> Prepared:
    start = np.zeros_like(batch.x)
    options: dict[str, Any] = {"memory": MEMORY} if method == "anderson" else {}
    ask = partial(solve, asked, start, method, tol=TOLERANCE, stop="absolute", iterations=MOST, **options)
    return Prepared(ask, ask().path, note=lambda root: f"largest residual {np.max(root.residual):.1e}")


def _error(answer: Any, true: Float[np.ndarray, "B d"]) -> float:
    return float(np.abs(np.asarray(getattr(answer, "z", answer)) - true).max() / np.abs(true).max())


def _cases() -> Iterator[Case]:
    for size in SIZES:
        for count in COUNTS:
            batch = LayerBatch.drawn(size, count)
            for method in TORCHDEQ:
                for kind, ours in (("torch callable", of_callable), ("formula", of_formula)):
                    entrants = (
                        Entrant("ours", partial(ours, batch, method)),
                        Entrant("torchdeq", partial(with_torchdeq, batch, method), ("torchdeq",), goal=3.0),
                        Entrant("f alone, in torch", partial(map_alone, batch, method), is_limit=True),
                    )
                    name = f"{size} units, {count} inputs, {method}, {kind}"
                    yield Case(name, entrants, batch.roots, _error, allowed=1e-6)


BENCHMARK = Benchmark(
    "fixed_point_batch", "the fixed points of z = tanh(W z + x) of many inputs to |f(z) - z| < 1e-8", _cases
)
