"""A continuous normalising flow that learns a density."""

from __future__ import annotations

from collections.abc import Mapping
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from .. import catalogue
from ..data_set import DataSet, Points
from ..language import System
from ..learner import Effort, Learner, Paths
from ..path_costs import PathCosts
from .densities import density_of

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor

    from ..experiment import Experiment


class FlowLearner(Learner):
    """The loss is the mean of -log p of the data, p the density that the flow carries to the standard normal one.

    Source: W. Grathwohl and others, FFJORD: free-form continuous dynamics for scalable reversible generative models,
    ICLR 2019, equations 3 and 8; costs along the way: C. Finlay and others, How to train your neural ODE: the world of
    Jacobian and kinetic regularization, ICML 2020.
    """

    def __init__(
        self, system: System, experiment: Experiment, weights: Mapping[str, torch.nn.Parameter], data: DataSet
    ) -> None:
        if data.size != system.size:
            raise ValueError(f"the data have {data.size} components, and the flow {system.size}: give both the same")
        self.weights, self.components, self.inputs = weights, system.components, system.size
        self.data = data
        self.density = self._learning = density_of(system, experiment, weights)
        estimator, costs = catalogue.trace_estimator(experiment.training.trace), PathCosts.chosen(experiment.training)
        if estimator.vectors or costs.weights:
            self._learning = density_of(system, experiment, weights, estimator, costs)

    def loss(self, points: Points, draw: int = 0) -> Tensor:
        """The mean of -log p by the estimator that was chosen, and what regularises it. draw: the seed of the noise,
        which every point keeps on all its way."""
        density, cost = self._learning.with_cost(points.x, np.random.Generator(np.random.Philox(key=draw)))
        return cost - density.mean()

    def effort(self) -> Effort:
        """Evaluations of the field with its divergence."""
        return self._learning.effort()

    def measured(self, points: Points) -> tuple[float, float]:
        """The mean of -log p with the exact divergence, in nats."""
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
