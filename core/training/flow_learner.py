"""A continuous normalising flow that learns a density."""

from __future__ import annotations

from collections.abc import Mapping
from math import nan
from typing import TYPE_CHECKING

from ..data_set import DataSet, Points
from ..language import System
from ..learner import Effort, Learner, Paths
from .densities import density_of

if TYPE_CHECKING:
    import numpy as np
    import torch
    from jaxtyping import Float
    from torch import Tensor

    from ..experiment import Experiment


class FlowLearner(Learner):
    """The loss is the mean of -log p of the data, p the density that the flow carries to the standard normal one."""

    def __init__(
        self, system: System, experiment: Experiment, weights: Mapping[str, torch.nn.Parameter], data: DataSet
    ) -> None:
        if data.size != system.size:
            raise ValueError(f"the data have {data.size} components, and the flow {system.size}: give both the same")
        self.weights, self.components, self.inputs = weights, system.components, system.size
        self.data = data
        self._kinetic = experiment.training.kinetic
        self.density = density_of(system, experiment, weights, bool(self._kinetic))

    def loss(self, points: Points, _draw: int = 0) -> Tensor:
        """The mean of -log p, and the kinetic term."""
        density, energy = self.density.with_energy(points.x)
        loss = -density.mean()
        return loss + self._kinetic * energy.mean() if self._kinetic else loss

    def effort(self) -> Effort:
        """Evaluations of the field with its divergence."""
        return self.density.effort()

    def measured(self, points: Points) -> tuple[float, float]:
        """The mean of -log p, in nats."""
        return -float(self.density.log_density(points.x).mean()), nan

    def floor(self, points: Points) -> tuple[float, str]:
        """That of the true density."""
        density = self.data.log_density(points.x)
        return (nan, "") if density is None else (-float(density.mean()), "the true density")

    def answers(self, x: Float[np.ndarray, "N d"], _spans: object = None) -> Float[np.ndarray, "N 1"]:
        """log p at these points."""
        return self.density.log_density(x)[:, None]

    def paths(self, x: Float[np.ndarray, "N d"], most: int, _spans: object = None) -> Paths:
        """The way of points to the base."""
        return self.density.to_base(x, most)
