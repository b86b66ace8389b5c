"""A neural differential equation: forward, the gradient by backpropagation, and by the continuous adjoint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..benchmarking.benchmark import Benchmark, Case, Entrant, Prepared
from ..benchmarking.double_jax import double_jax
from ..deferred import deferred
from ..differentiation import gradient
from ..integration import field, integrate

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
else:
    torch = deferred("torch")

END, RTOL, ATOL = 2.0, 1e-6, 1e-9
_WEIGHTS = ("0.weight", "0.bias", "2.weight", "2.bias")
"""A torch module's names of A, a, B, b, in the order of every answer."""


By = Literal["weights", "starts"]


@dataclass(frozen=True)
class Network:
    """z' = B tanh(A z + a) + b from `starts` (S, n); the loss is half the sum of the squares at the end."""

    A: Float[np.ndarray, "h n"]
    a: Float[np.ndarray, "h"]
    B: Float[np.ndarray, "n h"]
    b: Float[np.ndarray, "n"]
    starts: Float[np.ndarray, "S n"]

    @classmethod
    def drawn(cls, size: int = 2, hidden: int = 50, samples: int = 20) -> Network:
        """A network of `hidden` units on `samples` starts."""
        random = np.random.default_rng(0)
        return cls(
            random.standard_normal((hidden, size)),
            random.standard_normal(hidden),
            random.standard_normal((size, hidden)) / hidden**0.5,
            random.standard_normal(size) / hidden**0.5,
            random.uniform(-2.0, 2.0, (samples, size)),
        )

    @property
    def weights(self) -> tuple[np.ndarray, ...]:
        """A, a, B, b."""
        return self.A, self.a, self.B, self.b

    def module(self) -> Any:
        """The network in torch."""
        (hidden, size), kind = self.A.shape, torch.float64
        layers = torch.nn.Linear(size, hidden, dtype=kind), torch.nn.Tanh(), torch.nn.Linear(hidden, size, dtype=kind)
        module = torch.nn.Sequential(*layers)
        module.load_state_dict(dict(zip(_WEIGHTS, map(torch.from_numpy, self.weights), strict=True)))
        return module

    def ends(self) -> Float[np.ndarray, "k"]:
        """Where the trajectories are at the end, by scipy's DOP853 at a tolerance of 1e-12."""

        def slopes(_: float, z: np.ndarray) -> np.ndarray:
            return self._slopes(z.reshape(self.starts.shape))[0].ravel()

        return _followed(slopes, (0.0, END), self.starts.ravel())

    def by_weights(self) -> Float[np.ndarray, "k"]:
        """d loss / d (A, a, B, b) as one vector."""
        return self._adjoint()[2 * self.starts.size :]

    def by_starts(self) -> Float[np.ndarray, "k"]:
        """d loss / d starts as one vector."""
        return self._adjoint()[self.starts.size : 2 * self.starts.size]

    def _adjoint(self) -> Float[np.ndarray, "k"]:
        """z, d loss / dz and d loss / d weights at t = 0, backward from the end, as `ends` is computed."""
        shape, count = self.starts.shape, self.starts.size

        def slopes(_: float, state: np.ndarray) -> np.ndarray:
            z, u = state[:count].reshape(shape), state[count : 2 * count].reshape(shape)
            rate, s = self._slopes(z)
            inner = (u @ self.B) * (1 - s**2)
            parts = [inner.T @ z, inner.sum(0), u.T @ s, u.sum(0)]
            return np.concatenate([rate.ravel(), -(inner @ self.A).ravel(), *(-part.ravel() for part in parts)])

        end = self.ends()
        begin = np.concatenate([end, end, np.zeros(sum(part.size for part in self.weights))])
        return _followed(slopes, (END, 0.0), begin)

    def _slopes(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        s = np.tanh(z @ self.A.T + self.a)
        return s @ self.B.T + self.b, s


def _followed(slopes: Callable[[float, np.ndarray], np.ndarray], span: tuple[float, float], start: Any) -> np.ndarray:
    from scipy.integrate import solve_ivp  # noqa: PLC0415 - a peer, which need not be installed

    return np.asarray(solve_ivp(slopes, span, start, method="DOP853", rtol=1e-12, atol=1e-12).y[:, -1])


def largest_error(answer: Any, true: Float[np.ndarray, "k"]) -> float:
    """The largest distance, beside the largest number of the true answer."""
    return float(np.abs(np.asarray(answer).ravel() - true).max() / np.abs(true).max())


Prepare = Callable[[Network], Prepared]


def _cases() -> Iterator[Case]:
    network = Network.drawn()

    def case(name: str, mine: Prepare, torchdiffeq: Prepare, diffrax: Prepare, reference: Any, goal: float) -> Case:
        entrants = (
            Entrant("ours", partial(mine, network)),
            Entrant("torchdiffeq", partial(torchdiffeq, network), ("torchdiffeq",), goal),
            Entrant("diffrax", partial(diffrax, network), ("diffrax", "jax")),
        )
        return Case(name, entrants, reference, largest_error, allowed=1e-4, needs=("scipy",))

    yield case("forward", forward, forward_torchdiffeq, forward_diffrax, network.ends, 2.0)
    yield case(
        "backpropagation, by the weights",
        by_weights,
        partial(gradient_torchdiffeq, "weights"),
        partial(gradient_diffrax, "weights"),
        network.by_weights,
        1.0,
    )
    yield case(
        "continuous adjoint, by the starts (ours takes no weights)",
        by_starts,
        partial(gradient_torchdiffeq, "starts"),
        partial(gradient_diffrax, "starts"),
        network.by_starts,
        2.0,
    )


def forward(network: Network) -> Prepared:
    """Ours without gradients."""
    system = field(network.module(), network.starts.shape[1])
    return Prepared(
        lambda: integrate(system, network.starts, t=(0.0, END), at=(END,), rtol=RTOL, atol=ATOL).z, path="torch"
    )


def by_weights(network: Network) -> Prepared:
    """Ours through the steps of the solver."""
    return _differentiated(network, _WEIGHTS, "discrete")


def by_starts(network: Network) -> Prepared:
    """Ours by the equation of the adjoint."""
    return _differentiated(network, ("start",), "backsolve")


def _differentiated(network: Network, wrt: tuple[str, ...], method: str) -> Prepared:
    system = field(network.module(), network.starts.shape[1])
    options = {"t": (0.0, END), "rtol": RTOL, "atol": ATOL}

    def call() -> Any:
        return gradient(system, _loss, wrt, method, start=network.starts, integrate=options).flat()

    return Prepared(call, path="torch")


def _loss(z: Any) -> Any:
    return 0.5 * (z * z).sum()


def forward_torchdiffeq(network: Network) -> Prepared:
    """torchdiffeq without gradients."""
    from torchdiffeq import odeint  # noqa: PLC0415 - a peer, which need not be installed

    module, starts = network.module(), torch.from_numpy(network.starts)
    times = torch.tensor([0.0, END], dtype=torch.float64)

    def call() -> Any:
        with torch.inference_mode():
            return odeint(lambda _, z: module(z), starts, times, rtol=RTOL, atol=ATOL, method="dopri5")[-1]

    return Prepared(call)


def gradient_torchdiffeq(by: By, network: Network) -> Prepared:
    """torchdiffeq: by the weights through its operations, by the starts through its adjoint equation."""
    from torchdiffeq import odeint, odeint_adjoint  # noqa: PLC0415 - a peer, which need not be installed

    module, starts = network.module(), torch.from_numpy(network.starts)
    times = torch.tensor([0.0, END], dtype=torch.float64)
    follow, inputs = odeint, tuple(module.parameters())
    if by == "starts":
        module.requires_grad_(False)
        follow, inputs = partial(odeint_adjoint, adjoint_params=()), (starts.requires_grad_(),)

    def call() -> Any:
        end = follow(lambda _, z: module(z), starts, times, rtol=RTOL, atol=ATOL, method="dopri5")[-1]
        return torch.cat([part.ravel() for part in torch.autograd.grad(_loss(end), inputs)])

    return Prepared(call)


def forward_diffrax(network: Network) -> Prepared:
    """diffrax without gradients, compiled."""
    jax, solve, weights, starts = _diffrax("weights", network)
    compiled = jax.jit(solve)
    return Prepared(lambda: compiled(weights, starts).block_until_ready())


def gradient_diffrax(by: By, network: Network) -> Prepared:
    """diffrax, compiled: by the weights through its steps with checkpoints, by the starts solved backward."""
    jax, solve, weights, starts = _diffrax(by, network)

    def flat(weights: Any, starts: Any) -> Any:
        parts = jax.grad(lambda *inputs: _loss(solve(*inputs)), 0 if by == "weights" else 1)(weights, starts)
        return jax.numpy.concatenate([part.ravel() for part in jax.tree.leaves(parts)])

    compiled = jax.jit(flat)
    return Prepared(lambda: compiled(weights, starts).block_until_ready())


def _diffrax(by: By, network: Network) -> tuple[Any, Callable[[Any, Any], Any], Any, Any]:
    """jax, the end states from weights and starts, and both; all samples share their steps, as torchdiffeq's do."""
    import diffrax  # noqa: PLC0415 - a peer, which need not be installed

    jax = double_jax()

    def slopes(_: Any, z: Any, weights: Any) -> Any:
        A, a, B, b = weights
        return jax.numpy.tanh(z @ A.T + a) @ B.T + b

    def solve(weights: Any, starts: Any) -> Any:
        ends: Any = diffrax.diffeqsolve(
            diffrax.ODETerm(slopes),
            diffrax.Dopri5(),
            0.0,
            END,
            None,
            starts,
            weights,
            stepsize_controller=diffrax.PIDController(rtol=RTOL, atol=ATOL),
            adjoint=diffrax.BacksolveAdjoint() if by == "starts" else diffrax.RecursiveCheckpointAdjoint(),
            max_steps=4096,
        ).ys
        return ends[-1]

    return jax, solve, tuple(map(jax.numpy.asarray, network.weights)), jax.numpy.asarray(network.starts)


BENCHMARK = Benchmark(
    "gradient", "a network of 50 tanh units on 20 starts in the plane, by dopri5 at rtol 1e-6, atol 1e-9", _cases
)
