"""Settings of a layer's solver that cost ever more, to ask a trained network with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from .. import catalogue

if TYPE_CHECKING:
    from ..experiment import Experiment

_STEPS = {"euler": 64, "rk4": 32}
"""Equal steps of which methods are compared with the network's own, and how many at most."""
_TOLERANCES = tuple(10.0**-power for power in range(1, 7))
_MOST_ITERATIONS = 256
_EXACT_METHOD, _EXACT_TOLERANCE = "dop853", 1e-10
_EXACT_SOLVER, _EXACT_ITERATIONS = "anderson", 1000


@dataclass(frozen=True)
class Ladder:
    """settings[k] is what `experiments[k]` varies of one solver."""

    solver: str
    title: str
    varied: Literal["iterations", "steps", "tolerance"]
    settings: tuple[float, ...]
    experiments: tuple[Experiment, ...]

    def thinned(self, stride: int) -> Ladder:
        """Every stride-th setting."""
        return replace(self, settings=self.settings[::stride], experiments=self.experiments[::stride])


def layer_ladders(experiment: Experiment) -> tuple[Ladder, ...]:
    """Of an implicit layer: 1, 2, 4, ... iterations at most of the chosen solver, and of Picard's method."""
    experiment = plain(experiment)
    most = max(_MOST_ITERATIONS, experiment.root.iterations)
    counts = [1 << power for power in range(most.bit_length()) if 1 << power <= most]
    return tuple(
        Ladder(
            name,
            catalogue.root_solvers()[name].title,
            "iterations",
            tuple(map(float, counts)),
            tuple(replace(experiment, root=replace(experiment.root, solver=name, iterations=k)) for k in counts),
        )
        for name in dict.fromkeys((experiment.root.solver, "picard"))
    )


def equation_ladders(experiment: Experiment, span: tuple[float, float]) -> tuple[Ladder, ...]:
    """Of a differential equation: the chosen method with falling tolerances, or with 1, 2, 4, ... equal steps where its
    steps are fixed, and 1, 2, 4, ... steps of Euler's method and of the Runge-Kutta method of order four."""
    experiment = plain(experiment)
    choice, own = experiment.integration, catalogue.integrator(experiment.integration.method)
    ladders = []
    if own.given_step(choice.fixed, choice.step) is None:
        settings = tuple(
            replace(experiment, integration=replace(choice, rtol=tolerance, atol=tolerance))
            for tolerance in _TOLERANCES
        )
        ladders.append(Ladder(choice.method, own.title, "tolerance", _TOLERANCES, settings))
        names = tuple(_STEPS)
    else:
        names = tuple(dict.fromkeys((choice.method, *_STEPS)))
    return (*ladders, *(_steps(experiment, span, name) for name in names))


def plain(experiment: Experiment) -> Experiment:
    """Without what regularises a training or estimates a trace, which a network that answers does not do."""
    choice = replace(experiment.training, kinetic=0.0, jacobian=0.0, taylor=0.0, trace="exact")
    return replace(experiment, training=choice)


def exact(experiment: Experiment) -> Experiment:
    """In double precision with tolerances so tight that the answer is the layer's own."""
    root = replace(
        experiment.root,
        solver=_EXACT_SOLVER,
        tolerance=_EXACT_TOLERANCE,
        criterion="relative",
        iterations=_EXACT_ITERATIONS,
    )
    integration = replace(
        experiment.integration, method=_EXACT_METHOD, fixed=False, rtol=_EXACT_TOLERANCE, atol=_EXACT_TOLERANCE
    )
    return replace(plain(experiment), dtype="float64", root=root, integration=integration)


def _steps(experiment: Experiment, span: tuple[float, float], name: str) -> Ladder:
    most, length = _STEPS.get(name, _STEPS["rk4"]), abs(span[1] - span[0])
    counts = [1 << power for power in range(most.bit_length())]
    return Ladder(
        name,
        catalogue.integrator(name).title,
        "steps",
        tuple(map(float, counts)),
        tuple(
            replace(
                experiment, integration=replace(experiment.integration, method=name, fixed=True, step=length / count)
            )
            for count in counts
        ),
    )
