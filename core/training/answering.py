"""Learners that answer: a batch's points are solved, read out and compared with what they should give."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from math import nan
from typing import TYPE_CHECKING, Any

import numpy as np

from ..deferred import deferred
from ..language import System, output_size, torch_output
from ..learner import Learner
from .losses import is_right, mean_loss, targets_of
from .material import material

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor

    from ..data_set import Points
    from ..experiment import Experiment
else:
    torch = deferred("torch")

_ROWS = 2048
"""Points that are answered at once where nothing is learnt from them."""


class AnsweringLearner(Learner):
    """What differential equations and implicit layers have in common as learners."""

    def __init__(self, system: System, experiment: Experiment, weights: Mapping[str, torch.nn.Parameter]) -> None:
        self.weights, self.components = weights, system.components
        self._system, self._choice = system, experiment.training
        self._like = next(iter(weights.values()))
        self._named: dict[str, Any] = {**system.defaults(), **experiment.values, **weights}
        name = experiment.training.output
        self._readout: Callable[..., Tensor] | None = torch_output(system, name) if name else None
        self._answers = output_size(system, name) if name else _answers_to(material(experiment)[1])

    @abstractmethod
    def ends(
        self, x: Float[Tensor, "B d"], draw: int = 0, spans: Float[Tensor, "B 2"] | None = None
    ) -> tuple[Float[Tensor, "B n"], Tensor]:
        """The states where the layer ends, and what regularises it, a scalar; spans: from when to when each sample is
        followed, in float64, where these are not all the same."""

    def loss(self, points: Points, draw: int = 0) -> Tensor:
        """The mean loss of a batch with what regularises it."""
        x, spans = self._tensor(points.x), self.spans_of(points.spans)
        states, penalty = self.ends(x, draw, spans)
        answers = self._read(states, x, spans)
        targets = targets_of(points, answers.shape[1], answers, self._choice.loss)
        return mean_loss(self._choice.loss, answers, targets) + penalty

    def measured(self, points: Points) -> tuple[float, float]:
        """The mean loss, and of classes the share that is right."""
        return self.judged(self.answers(points.x, points.spans), points)

    def judged(self, answers: Float[np.ndarray, "N k"], points: Points) -> tuple[float, float]:
        """The same of answers that are known."""
        found = torch.as_tensor(answers).to(self._like)
        targets = targets_of(points, found.shape[1], found, self._choice.loss)
        right = nan
        if points.y is not None and points.y.ndim == 1:
            right = float(is_right(found.cpu().numpy(), points.y).mean())
        return float(mean_loss(self._choice.loss, found, targets)), right

    def answers(
        self, x: Float[np.ndarray, "N d"], spans: Float[np.ndarray, "N 2"] | None = None
    ) -> Float[np.ndarray, "N k"]:
        """What is answered at these inputs: by the line that answers, else by the first components of the state."""
        count, found = max(1, -(-len(x) // _ROWS)), []
        owns = [None] * count if spans is None else [self.spans_of(part) for part in np.array_split(spans, count)]
        with torch.no_grad():
            for rows, own in zip(np.array_split(x, count), owns, strict=True):
                part = self._tensor(rows)
                found.append(self._read(self.ends(part, 0, own)[0], part, own))
        return torch.cat(found).double().cpu().numpy()

    def read(self, states: Float[np.ndarray, "N n"], points: Points) -> Float[np.ndarray, "N k"]:
        """What is answered where these points come to such states."""
        spans = self.spans_of(points.spans)
        with torch.no_grad():
            found = self._read(self._tensor(states), self._tensor(points.x), spans)
        return found.double().cpu().numpy()

    def _read(self, states: Float[Tensor, "B n"], x: Tensor, spans: Tensor | None) -> Float[Tensor, "B k"]:
        if self._readout is not None:
            end = self._end if spans is None else spans[:, 1].to(states)
            return self._readout(end, states, self._inputs(x)).reshape(len(states), self._answers)
        return states[:, : self._answers]

    def _inputs(self, _x: Tensor) -> Mapping[str, Any]:
        return self._named

    @property
    def _end(self) -> float:
        """The time at which the answer is read."""
        return 0.0

    def spans_of(self, spans: Float[np.ndarray, "N 2"] | None) -> Float[Tensor, "N 2"] | None:
        """In float64, for late times lie closer together than float32 can tell."""
        return None if spans is None else torch.as_tensor(spans, dtype=torch.float64, device=self._like.device)

    def _tensor(self, x: Float[np.ndarray, "N d"]) -> Float[Tensor, "N d"]:
        return torch.as_tensor(x).to(self._like)


def _answers_to(points: Points) -> int:
    """How many numbers answer to these points: one to two classes."""
    y = points.y
    if y is None:
        return 1
    return int(y.shape[1]) if y.ndim == 2 else 1 if y.max() < 2 else int(y.max()) + 1
