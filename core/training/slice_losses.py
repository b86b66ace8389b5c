"""The loss of a network at many places of a plane of its weights."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..deferred import deferred
from ..stored_tensor import StoredTensor
from .compute_ladders import plain
from .learners import learner_of
from .learnt_weights import learnt_weights
from .material import material

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float

    from ..experiment import Experiment
    from ..language import System
    from ..weight_plane import WeightPlane
else:
    torch = deferred("torch")

_POINTS = 256
_TIMES, _FEWEST = 5, 300
"""Evaluations that a solve may take: so many times as many as at the weights at hand, or so many."""
_LOST = 0.1
"""Of the points, how many more may be unsolved than at the weights at hand."""


class SliceLosses:
    """points: the first of the training points, the same everywhere, and their mean loss without what regularises it.

    A differential equation that cannot be followed has no loss; nor has a layer where more than a tenth of the points
    are unsolved that are solved at the weights at hand. weights: those at hand, `place` (2,) their coordinates, `loss`
    theirs.
    """

    def __init__(self, system: System, experiment: Experiment) -> None:
        experiment = plain(experiment)
        self._parameters = learnt_weights(system, experiment)
        self.weights: Mapping[str, StoredTensor] = {
            name: StoredTensor.of(parameter) for name, parameter in self._parameters.items()
        }
        self._learner = learner_of(system, experiment, self._parameters)
        _, train, _ = material(experiment)
        self.points = train.part(slice(_POINTS))
        self._lost = 1.0
        self.loss = self._measured()
        effort = self._learner.effort()
        self._lost = effort.failed + _LOST
        most = max(_FEWEST, round(_TIMES * effort.forward))
        budget = replace(experiment.budget, evaluations=min(experiment.budget.evaluations, most))
        self._learner = learner_of(system, replace(experiment, budget=budget), self._parameters)

    def lay(self, plane: WeightPlane) -> None:
        """Look at this plane from now on, at the height of the weights at hand."""
        self.place = plane.place(self.weights)
        own = list(self._parameters.values())
        parts = np.split(plane.directions, np.cumsum([weight.numel() for weight in own])[:-1], axis=1)
        self._lines = [
            (weight, weight.detach().clone(), torch.as_tensor(part).to(weight).reshape(2, *weight.shape))
            for weight, part in zip(own, parts, strict=True)
        ]

    def __call__(self, values: Float[np.ndarray, "S 2"]) -> Generator[int, None, Float[np.ndarray, "S"]]:
        """The loss at every row of coordinates; yields after each how many are done."""
        found = np.full(len(values), np.nan)
        try:
            for row, (across, up) in enumerate((values - self.place).tolist()):
                self._move(across, up)
                found[row] = self._measured()
                yield row + 1
        finally:
            self._move(0.0, 0.0)
        return found

    def _move(self, across: float, up: float) -> None:
        with torch.no_grad():
            for weight, middle, (first, second) in self._lines:
                weight.copy_(middle + across * first + up * second)

    def _measured(self) -> float:
        loss, _ = self._learner.measured(self.points)
        return loss if np.isfinite(loss) and self._learner.effort().failed <= self._lost else float("nan")
