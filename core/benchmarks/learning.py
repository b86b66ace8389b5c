"""One iteration of the presets in which differential equations learn: batch, loss, backward and a step of Adam."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import catalogue
from ..benchmarking.benchmark import Benchmark, Case, Entrant, Prepared
from ..benchmarking.plain_learner import PlainLearner, loss_with_gradients
from ..deferred import deferred
from ..experiment import Experiment
from ..presets import load_preset
from ..training.session import TrainingSession

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")

ALLOWED = {
    "concentric_circles": 1e-2,
    "augmented_circles": 1e-2,
    "minus_x": 1e-2,
    "augmented_minus_x": 1e-2,
    "eight_gaussians_flow": 1e-2,
}
"""The presets, and how far loss and gradients may be from those of the equation's solution at their tolerances or
steps."""
STEPS = 128
"""Of the reference."""
Found = Callable[[], "Float[np.ndarray, 'k1']"]
"""The loss and the gradients of an iteration, read when somebody asks."""


def ours(name: str) -> Prepared:
    """An iteration of the training in this program."""
    session = TrainingSession(_experiment(name))
    begin = {key: weight.detach().clone() for key, weight in session.weights.items()}

    def call() -> Found:
        _begin_again(session.weights, begin)
        session.iteration = 0
        session.advance()
        return lambda: loss_with_gradients(float(session.state().curves.loss[-1]), session.weights)

    def note(_: Any) -> str:
        effort = session.learner.effort()
        return f"{effort.forward:.1f} evaluations of a sample there, {effort.backward:.0f} for all back"

    return Prepared(call, note=note)


def torchdiffeq(name: str, adjoint: bool) -> Prepared:
    """The same network, batch, loss, optimiser, method and tolerances or steps in torchdiffeq; all samples share their
    steps."""
    import torchdiffeq as peer  # noqa: PLC0415 - a peer, which need not be installed

    experiment = _experiment(name)
    choice, learner = experiment.integration, PlainLearner(experiment, experiment.dtype)
    optimiser = catalogue.optimiser("adam", {}).build(tuple(learner.weights.values()), experiment.training.rate)
    begin = {key: weight.detach().clone() for key, weight in learner.weights.items()}
    kind = {"rtol": choice.rtol, "atol": choice.atol, "method": choice.method}
    if choice.method == "rk4":
        kind["options"] = {"step_size": choice.step}
    solve = peer.odeint_adjoint if adjoint else peer.odeint
    times = torch.tensor(learner.span, dtype=getattr(torch, experiment.dtype))

    def follow(field: torch.nn.Module, start: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(start) == 1:
            return (solve(field, start[0], times, **kind)[-1],)
        return tuple(part[-1] for part in solve(field, start, times, **kind))

    def call() -> Found:
        _begin_again(learner.weights, begin)
        learner.field.calls = 0  # type: ignore[assignment]
        optimiser.zero_grad()
        loss = learner.loss(follow)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        return lambda: learner.found(loss)

    return Prepared(call, note=lambda _: f"{learner.field.calls} evaluations for all samples")


def by_kutta(name: str) -> Float[np.ndarray, "k1"]:
    """In double precision, by backpropagation through many steps of Kutta's method."""
    learner = PlainLearner(_experiment(name), "float64")

    def follow(field: torch.nn.Module, start: tuple[Any, ...]) -> tuple[Any, ...]:
        def slopes(t: float, z: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
            return tuple(field(t, z)) if len(z) > 1 else (field(t, z[0]),)

        def moved(z: tuple[Tensor, ...], h: float, k: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
            return tuple(one + h * slope for one, slope in zip(z, k, strict=True))

        (begin, end), z = learner.span, start
        h = (end - begin) / STEPS
        for t in (begin + h * place for place in range(STEPS)):
            k1 = slopes(t, z)
            k2 = slopes(t + h / 2, moved(z, h / 2, k1))
            k3 = slopes(t + h / 2, moved(z, h / 2, k2))
            k4 = slopes(t + h, moved(z, h, k3))
            for part, k in ((h / 6, k1), (h / 3, k2), (h / 3, k3), (h / 6, k4)):
                z = moved(z, part, k)
        return z

    loss = learner.loss(follow)
    loss.backward()  # type: ignore[no-untyped-call]
    return learner.found(loss)


def largest_error(answer: Found, true: Float[np.ndarray, "k1"]) -> float:
    """Of the loss beside it, and of the gradients beside their largest number: the larger of the two."""
    off = np.abs(answer() - true)
    return float(max(off[0] / abs(true[0]), off[1:].max() / np.abs(true[1:]).max()))


def _experiment(name: str) -> Experiment:
    return load_preset(name)[0]


def _begin_again(weights: dict[str, Any], begin: dict[str, Any]) -> None:
    with torch.no_grad():
        for name, weight in weights.items():
            weight.copy_(begin[name])


def _cases() -> Iterator[Case]:
    for name, allowed in ALLOWED.items():
        entrants = (
            Entrant("ours", partial(ours, name)),
            Entrant("torchdiffeq", partial(torchdiffeq, name, False), ("torchdiffeq",), 1.0),
            Entrant("torchdiffeq's adjoint", partial(torchdiffeq, name, True), ("torchdiffeq",), 1.0),
        )
        yield Case(name, entrants, partial(by_kutta, name), largest_error, allowed)


BENCHMARK = Benchmark(
    "learning",
    "one iteration of the presets in which differential equations learn, each time from the first weights: the batch, "
    "forward, the loss, backward and a step of Adam",
    _cases,
)
