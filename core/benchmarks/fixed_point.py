"""A fixed point of the tutorial's layer z = tanh(W z + x), and the gradient through it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..benchmarking.benchmark import Benchmark, Case, Entrant, Prepared
from ..benchmarking.double_jax import double_jax
from ..deferred import deferred
from ..differentiation import gradient
from ..formula_map import FormulaMap
from ..language import System, parse
from ..root_path import choose_root_path
from ..solving import solve
from ..stored_tensor import StoredTensor

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
else:
    torch = deferred("torch")

TOLERANCE, MOST, MEMORY = 1e-8, 500, 5
"""|f(z) - z| at the end, iterations at most, and residuals that Anderson combines; the same for everybody."""
TORCHDEQ = {"picard": "fixed_point_iter", "anderson": "anderson"}
"""What torchdeq calls our solvers."""


@dataclass(frozen=True)
class Layer:
    """z = tanh(W z + x), solved from 0; W (d, d) has the spectral norm 0.9."""

    W: Float[np.ndarray, "d d"]
    x: Float[np.ndarray, "d"]

    @classmethod
    def drawn(cls, size: int) -> Layer:
        """The layer of `size` units."""
        random = np.random.default_rng(0)
        W = random.standard_normal((size, size))
        return cls(0.9 * W / np.linalg.norm(W, 2), random.standard_normal(size))

    def system(self) -> System:
        """The layer as a formula."""
        text = f'z <- tanh(W z + x)\nz in R^{len(self.x)}\nW = data "W"\nx = data "x"'
        return parse(text, {"W": StoredTensor.of(self.W), "x": StoredTensor.of(self.x)})

    def root(self) -> Float[np.ndarray, "d"]:
        """The fixed point by Newton's method, to the last digits."""
        z = np.zeros_like(self.x)
        for _ in range(50):
            f = np.tanh(self.W @ z + self.x)
            z = z + np.linalg.solve(np.eye(len(z)) - (1 - f**2)[:, None] * self.W, f - z)
        return z

    def gradients(self) -> Float[np.ndarray, "k"]:
        """d sum(z) / d(W, x), as one vector, by the implicit function theorem."""
        z = self.root()
        slope = 1 - z**2
        u = np.linalg.solve((np.eye(len(z)) - slope[:, None] * self.W).T, np.ones_like(z)) * slope
        return np.concatenate([np.outer(u, z).ravel(), u])


def _cases() -> Iterator[Case]:
    for size in (2, 50):
        layer = Layer.drawn(size)
        for method in ("picard", "anderson"):
            entrants = (
                Entrant("ours", partial(ours, layer, method)),
                Entrant("torchdeq", partial(with_torchdeq, layer, method), ("torchdeq",), goal=3.0),
                Entrant("jaxopt", partial(with_jaxopt, layer, method), ("jaxopt", "jax")),
            )
            yield Case(f"{size} units, {method}", entrants, layer.root, largest_error, allowed=1e-6)
        entrants = (
            Entrant("ours", partial(our_gradient, layer)),
            Entrant("torchdeq", partial(gradient_with_torchdeq, layer), ("torchdeq",), goal=2.0),
            Entrant("jaxopt", partial(gradient_with_jaxopt, layer), ("jaxopt", "jax")),
        )
        name = f"{size} units, anderson and d sum(z) / d(W, x) by the implicit function theorem"
        yield Case(name, entrants, layer.gradients, largest_error, allowed=1e-5)


def largest_error(answer: Any, true: Float[np.ndarray, "k"]) -> float:
    """The largest distance, beside the largest number of the true answer."""
    return float(np.abs(np.asarray(answer).ravel() - true).max() / np.abs(true).max())


def ours(layer: Layer, method: str) -> Prepared:
    """Ours on the formula."""
    system, start = layer.system(), np.zeros_like(layer.x)
    options: dict[str, Any] = {"memory": MEMORY} if method == "anderson" else {}

    def call() -> Any:
        return solve(system, start, method, tol=TOLERANCE, stop="absolute", iterations=MOST, **options).z

    return Prepared(call, choose_root_path(FormulaMap(system, None)))


def our_gradient(layer: Layer) -> Prepared:
    """Ours by the method `implicit`."""
    system, start = layer.system(), np.zeros_like(layer.x)
    solving = {"method": "anderson", "memory": MEMORY, "tol": TOLERANCE, "stop": "absolute", "iterations": MOST}
    return Prepared(lambda: gradient(system, lambda z: z.sum(), ("W", "x"), start=start, solve=solving).flat())


def with_torchdeq(layer: Layer, method: str) -> Prepared:
    """torchdeq without gradients."""
    solve_with, W, x, start = _torchdeq(layer, method, training=False)

    def call() -> Any:
        with torch.inference_mode():
            return solve_with(lambda z: torch.tanh(z @ W.T + x), start)

    return Prepared(call)


def gradient_with_torchdeq(layer: Layer) -> Prepared:
    """torchdeq's implicit differentiation."""
    solve_with, W, x, start = _torchdeq(layer, "anderson", training=True)
    W.requires_grad_()
    x.requires_grad_()

    def call() -> Any:
        z = solve_with(lambda z: torch.tanh(z @ W.T + x), start)
        return torch.cat([part.ravel() for part in torch.autograd.grad(z.sum(), (W, x))])

    return Prepared(call)


def _torchdeq(layer: Layer, method: str, training: bool) -> tuple[Any, Any, Any, Any]:
    from torchdeq import get_deq  # noqa: PLC0415 - a peer, which need not be installed

    model = get_deq(
        ift=True,
        f_solver=TORCHDEQ[method],
        b_solver="fixed_point_iter",
        f_max_iter=MOST,
        b_max_iter=MOST,
        f_tol=TOLERANCE,
        b_tol=TOLERANCE,
        f_stop_mode="abs",
        b_stop_mode="abs",
    ).train(training)
    options = {"m": MEMORY} if method == "anderson" else {}
    start = torch.zeros(1, len(layer.x), dtype=torch.float64)
    W, x = torch.tensor(layer.W), torch.tensor(layer.x)
    return lambda f, z: model(f, z, solver_kwargs=options)[0][-1], W, x, start


def with_jaxopt(layer: Layer, method: str) -> Prepared:
    """jaxopt, compiled."""
    jax = double_jax()
    run = _jaxopt(method)
    start, W, x = (jax.numpy.asarray(array) for array in (np.zeros_like(layer.x), layer.W, layer.x))
    compiled = jax.jit(lambda W, x: run(start, W, x))
    return Prepared(lambda: compiled(W, x).block_until_ready())


def gradient_with_jaxopt(layer: Layer) -> Prepared:
    """jaxopt's implicit differentiation, compiled."""
    jax = double_jax()
    run = _jaxopt("anderson")
    start, W, x = (jax.numpy.asarray(array) for array in (np.zeros_like(layer.x), layer.W, layer.x))

    def flat(W: Any, x: Any) -> Any:
        parts = jax.grad(lambda W, x: run(start, W, x).sum(), (0, 1))(W, x)
        return jax.numpy.concatenate([part.ravel() for part in parts])

    compiled = jax.jit(flat)
    return Prepared(lambda: compiled(W, x).block_until_ready())


def _jaxopt(method: str) -> Callable[[Any, Any, Any], Any]:
    import jaxopt  # noqa: PLC0415 - a peer, which need not be installed

    jax = double_jax()

    def layer(z: Any, W: Any, x: Any) -> Any:
        return jax.numpy.tanh(W @ z + x)

    backward = partial(jaxopt.linear_solve.solve_normal_cg, tol=TOLERANCE)
    options = {"maxiter": MOST, "tol": TOLERANCE, "implicit_diff_solve": backward}
    if method == "picard":
        solver = jaxopt.FixedPointIteration(layer, **options)
    else:
        solver = jaxopt.AndersonAcceleration(layer, history_size=MEMORY, **options)
    return lambda start, W, x: solver.run(start, W, x).params


BENCHMARK = Benchmark("fixed_point", "the fixed point of z = tanh(W z + x) to |f(z) - z| < 1e-8", _cases)
