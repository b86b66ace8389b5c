"""Frames of trainings without an engine: a small network that really learns two circles, in numpy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from core.experiment import Experiment
from core.frame import Frame
from core.language import System, parse
from core.readings import TrainingProgress
from core.stored_tensor import StoredTensor
from core.training_choice import Training
from core.training_state import LearningCurves, TrainingState

TEXT = "x' = -y\ny' = x\nstart (1, 0)"
EVERY = 25
"""Iterations from one look at the test points to the next."""


@dataclass(frozen=True)
class LearningExample:
    """A system whose experiment learns."""

    text: str = TEXT
    loss: str = "cross_entropy"
    iterations: int = 400

    def experiment(self) -> Experiment:
        """With a training of so many iterations."""
        return Experiment(self.text, training=Training(data="circles", loss=self.loss, iterations=self.iterations))

    def system(self) -> System:
        """As parsed."""
        return parse(self.text)


def circles(count: int, seed: int, noise: float = 0.12) -> tuple[np.ndarray, np.ndarray]:
    """Points on circles of radius 1 and 2 with normal noise, and which of the two."""
    random = np.random.default_rng(seed)
    labels, angle = np.arange(count) % 2, random.uniform(0.0, 2.0 * np.pi, count)
    radius = 1.0 + labels + noise * random.standard_normal(count)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), labels


@dataclass
class Network:
    """A layer of tanh and a score: x -> v . tanh(W x + b) + c; its loss is the logistic one."""

    weights: dict[str, np.ndarray]

    @classmethod
    def of(cls, width: int = 16, seed: int = 1) -> Network:
        """Normal weights."""
        random = np.random.default_rng(seed)
        shapes = {"W1": (width, 2), "b1": (width,), "w2": (width,), "b2": ()}
        return cls({name: 0.7 * random.standard_normal(shape) for name, shape in shapes.items()})

    def score(self, x: np.ndarray) -> np.ndarray:
        """(N,) for (N, 2)."""
        w = self.weights
        return np.tanh(x @ w["W1"].T + w["b1"]) @ w["w2"] + w["b2"]

    def loss(self, x: np.ndarray, labels: np.ndarray) -> tuple[float, dict[str, np.ndarray]]:
        """The mean of log(1 + exp(-+score)), and its gradient."""
        w = self.weights
        hidden = np.tanh(x @ w["W1"].T + w["b1"])
        margin = (2 * labels - 1) * (hidden @ w["w2"] + w["b2"])
        pull = -(2 * labels - 1) / (1.0 + np.exp(margin)) / len(x)
        back = pull[:, None] * w["w2"] * (1.0 - hidden**2)
        gradient = {"W1": back.T @ x, "b1": back.sum(axis=0), "w2": hidden.T @ pull, "b2": pull.sum()}
        return float(np.logaddexp(0.0, -margin).mean()), gradient


@cache
def trained(iterations: int = 400) -> tuple[Network, LearningCurves]:
    """A network after so many steps of gradient descent on batches of 32, and what was measured on the way."""
    network, random = Network.of(), np.random.default_rng(3)
    (x, labels), (test_x, test_labels) = circles(2000, 0), circles(1000, 9)
    loss, norms, tested, test_loss, accuracy = [], [], [], [], []
    for iteration in range(iterations + 1):
        if iteration % EVERY == 0:
            tested.append(iteration)
            test_loss.append(network.loss(test_x, test_labels)[0])
            accuracy.append(float(((network.score(test_x) > 0) == test_labels).mean()))
        if iteration == iterations:
            break
        batch = random.integers(0, len(x), 32)
        value, gradient = network.loss(x[batch], labels[batch])
        loss.append(value)
        norms.append([float(np.linalg.norm(part)) for part in gradient.values()])
        network = Network({name: part - 0.5 * gradient[name] for name, part in network.weights.items()})
    known = np.arange(iterations)
    # a field that is harder and harder to follow, in whole evaluations of dopri5
    forward = 14.0 + 6.0 * np.floor(known / 60.0) + (known % 3)
    curves = LearningCurves(
        np.array(loss), np.full(iterations, 0.5), forward, 1.5 * forward, np.array(norms), 0.01 * (1 + known),
        np.array(tested), np.array(test_loss), np.array(accuracy), np.full(len(tested), np.nan), np.zeros(iterations),
    )  # fmt: skip
    return network, curves


def state_of(network: Network, curves: LearningCurves) -> TrainingState:
    """Where such a training stands."""
    weights = {name: StoredTensor.of(np.asarray(part)) for name, part in network.weights.items()}
    return TrainingState(len(curves.loss), weights, b"", curves)


def progress(iterations: int = 400, **changes: object) -> TrainingProgress:
    """The reading of that training."""
    return replace(TrainingProgress(0, state_of(*trained(iterations))), **changes)


def implicit(iterations: int = 400, top: float = 1.05) -> TrainingProgress:
    """The same, of an implicit layer whose spectral radius rises from 0.4 to `top`."""
    known = progress(iterations)
    radius = np.linspace(0.4, top, len(known.state.curves.tested))
    return replace(known, state=replace(known.state, curves=replace(known.state.curves, spectral_radius=radius)))


def density_progress(iterations: int = 400) -> TrainingProgress:
    """The learning of a density: a negative log-likelihood that comes down to that of the truth, 2.7 nats."""
    known = progress(iterations).state
    random, count = np.random.default_rng(5), np.arange(iterations)
    curves = replace(
        known.curves,
        loss=2.7 + 1.2 * np.exp(-count / 80.0) + 0.08 * random.standard_normal(iterations),
        test_loss=2.75 + 1.2 * np.exp(-known.curves.tested / 80.0),
        accuracy=np.full(len(known.curves.tested), np.nan),
    )
    return TrainingProgress(0, replace(known, curves=curves), target=2.7, target_name="the true density's")


def frame(*readings: object) -> Frame:
    """The last one of a run."""
    return Frame(1, readings={type(reading): reading for reading in readings}, final=True)
