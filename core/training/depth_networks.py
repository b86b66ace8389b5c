"""The weights of a layer that has learnt in networks of another depth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..data_set import Points
from ..input_grid import input_grid
from ..readings.feature_paths import FeaturePaths
from ..readings.network_depths import NetworkDepth
from .answering import AnsweringLearner
from .compute_ladders import exact, plain
from .equilibrium_learner import EquilibriumLearner
from .learners import learner_of
from .ode_learner import OdeLearner

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..experiment import Experiment
    from ..language import System
    from ..learner import Learner, Paths

LAYERS = tuple(1 << power for power in range(7))
"""Numbers of layers."""
_CURVE = 41
"""Times at which the solution itself is kept."""


def feature_paths(
    learner: Learner, test: Points, count: int, paths: Paths, answers: Float[np.ndarray, "N k"]
) -> FeaturePaths:
    """Of the first `count` test points, and of the lines of the grid, which follow all test points in `paths`."""
    lines, points, _ = _grid(test).shape
    labels, targets = np.full(count, -1), np.full((count, answers.shape[1]), np.nan)
    if test.y is not None and test.y.ndim == 1:
        labels = test.y[:count].astype(int)
    elif test.y is not None:
        targets = test.y[:count].astype(float)
    return FeaturePaths(
        depth=paths.depth,
        states=paths.states[:count],
        labels=labels,
        answers=answers[:count],
        targets=targets,
        components=learner.components,
        inputs=learner.inputs,
        grid=paths.states[len(test.x) :].reshape(lines, points, *paths.states.shape[1:]),
        shares=test.spans is not None,
    )


def with_grid(test: Points) -> Float[np.ndarray, "N d"]:
    """The inputs of the test points, and then those of the grid."""
    lines = _grid(test).reshape(-1, 2)
    return np.concatenate([test.x, lines]) if len(lines) else test.x


def _grid(test: Points) -> Float[np.ndarray, "L P 2"]:
    """None where each point is followed for a time of its own."""
    return input_grid(test.x) if test.spans is None else np.empty((0, 0, 2))


def depth_networks(
    system: System, experiment: Experiment, learner: AnsweringLearner, test: Points, count: int
) -> Iterator[NetworkDepth]:
    """One after the other, the limit last. A residual network's layer is a step of Euler's method, so that N of them
    are that method with the step T/N; the layers of a weight-tied one are iterations, as many as there are.

    Source: R. T. Q. Chen and others, Neural ordinary differential equations, NeurIPS 2018, equations 1 and 2; S. Bai,
    J. Z. Kolter, V. Koltun, Deep equilibrium models, NeurIPS 2019, section 3.
    """
    if isinstance(learner, OdeLearner):
        for layers in LAYERS:
            step = abs(learner.span[1] - learner.span[0]) / layers
            integration = replace(experiment.integration, method="euler", fixed=True, step=step)
            own = learner_of(system, replace(plain(experiment), integration=integration))
            assert isinstance(own, OdeLearner)
            yield _network(own, test, count, layers, own.paths(with_grid(test), layers + 1))
        solved = learner_of(system, exact(experiment))
        assert isinstance(solved, OdeLearner)
        yield _network(solved, test, count, 0, solved.paths(with_grid(test), _CURVE))
        return
    assert isinstance(learner, EquilibriumLearner)
    iterates = learner.paths(with_grid(test), LAYERS[-1] + 1)
    for layers in LAYERS:
        first = replace(iterates, depth=iterates.depth[: layers + 1], states=iterates.states[:, : layers + 1])
        yield _network(learner, test, count, layers, first)
    fixed = learner_of(system, exact(experiment))
    assert isinstance(fixed, EquilibriumLearner)
    yield _network(fixed, test, count, 0, fixed.rested(with_grid(test), iterates))


def _network(learner: AnsweringLearner, test: Points, count: int, layers: int, paths: Paths) -> NetworkDepth:
    answers = learner.read(paths.states[: len(test.x), -1], test)
    loss, accuracy = learner.judged(answers, test)
    known = feature_paths(learner, test, count, paths, answers)
    return NetworkDepth(layers, known, loss, accuracy, len(test.x))
