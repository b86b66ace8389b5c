"""A continuous normalising flow that learns a density."""

from __future__ import annotations

from collections.abc import Mapping
from math import log, nan, pi
from typing import TYPE_CHECKING

import numpy as np

from ..data_set import DataSet, Points
from ..deferred import deferred
from ..language import System, torch_divergence
from ..learner import Effort, Learner, Paths
from .followed_layer import followed_layer, spent
from .formula_network import FieldNetwork, LearntTensors, moment

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor

    from ..experiment import Experiment
else:
    torch = deferred("torch")


class DivergenceNetwork(LearntTensors):
    """(z, l)' = (f, tr df/dz), the trace exact, with |f|^2 / n beside it where the kinetic energy counts."""

    def __init__(
        self, system: System, values: Mapping[str, float], weights: Mapping[str, torch.nn.Parameter], kinetic: bool
    ) -> None:
        super().__init__(system, values, weights)
        self._function, self._kinetic, self._size = torch_divergence(system), kinetic, system.size

    def forward(self, t: Float[Tensor, "B 1"], z: Float[Tensor, "B m"]) -> Float[Tensor, "B m"]:
        """The slopes of the state and of what it carries."""
        slopes, trace = self._function(moment(t), z[:, : self._size], self.inputs())
        carried = [slopes, trace[:, None]]
        if self._kinetic:
            carried.append(slopes.square().mean(dim=1, keepdim=True))
        return torch.cat(carried, dim=1)


class FlowLearner(Learner):
    """The data lie at the begin of the span, the standard normal base at its end:

    log p(x) = log N(z(b); 0, I) + int_a^b tr df/dz dt, z(a) = x. The loss is the mean of -log p.

    Source: W. Grathwohl and others, FFJORD: free-form continuous dynamics for scalable reversible generative models,
    ICLR 2019, equation 3, with the trace itself.
    """

    def __init__(
        self, system: System, experiment: Experiment, weights: Mapping[str, torch.nn.Parameter], data: DataSet
    ) -> None:
        if data.size != system.size:
            raise ValueError(f"the data have {data.size} components, and the flow {system.size}: give both the same")
        self.weights, self.components, self.inputs = weights, system.components, system.size
        self.data, self._experiment, self._span = data, experiment, experiment.span or system.span
        self._like = next(iter(weights.values()))
        self._kinetic = experiment.training.kinetic
        network = DivergenceNetwork(system, experiment.values, weights, bool(self._kinetic))
        self._layer = followed_layer(network, experiment, self._span)
        self._field = FieldNetwork(system, experiment.values, weights)

    def loss(self, points: Points, _draw: int = 0) -> Tensor:
        """The mean of -log p, and the kinetic term."""
        carried = self._carried(self._tensor(points.x))
        loss = -self._log_density_of(carried).mean()
        return loss + self._kinetic * carried[:, -1].mean() if self._kinetic else loss

    def effort(self) -> Effort:
        """Evaluations of the field with its divergence."""
        return spent(self._layer)

    def measured(self, points: Points) -> tuple[float, float]:
        """The mean of -log p, in nats."""
        return -float(self.log_density(points.x).mean()), nan

    def answers(self, x: Float[np.ndarray, "N d"]) -> Float[np.ndarray, "N 1"]:
        """log p at these points."""
        return self.log_density(x)[:, None]

    def paths(self, x: Float[np.ndarray, "N d"], most: int) -> Paths:
        """The way of points to the base."""
        return self._ways(x, self._span, most)

    def log_density(self, x: Float[np.ndarray, "N d"]) -> Float[np.ndarray, "N"]:
        """log p in nats, of the flow."""
        with torch.no_grad():
            return self._log_density_of(self._carried(self._tensor(x))).double().cpu().numpy()

    def samples(self, count: int, seed: int, most: int) -> Paths:
        """Points of the base and their way to the data; depth is the time, from the end of the span to its begin."""
        base = np.random.Generator(np.random.Philox(key=seed)).standard_normal((count, len(self.components)))
        return self._ways(base, (self._span[1], self._span[0]), most)

    def there_and_back(self, x: Float[np.ndarray, "N d"]) -> Float[np.ndarray, "N d"]:
        """Points carried to the base and back."""
        base = self._ways(x, self._span, 2).states[:, -1]
        return self._ways(base, (self._span[1], self._span[0]), 2).states[:, -1]

    def _ways(self, x: Float[np.ndarray, "N d"], span: tuple[float, float], most: int) -> Paths:
        times = np.linspace(*span, most)
        layer = followed_layer(self._field, self._experiment, span, times)
        with torch.no_grad():
            return Paths(times, layer(self._tensor(x)).double().cpu().numpy())

    def _carried(self, x: Float[Tensor, "B n"]) -> Float[Tensor, "B m"]:
        carried: Tensor = self._layer(torch.nn.functional.pad(x, (0, 2 if self._kinetic else 1)))
        return carried

    def _log_density_of(self, carried: Float[Tensor, "B m"]) -> Float[Tensor, "B"]:
        size = len(self.components)
        z, change = carried[:, :size], carried[:, size]
        return change - 0.5 * z.square().sum(dim=1) - 0.5 * size * log(2.0 * pi)

    def _tensor(self, x: Float[np.ndarray, "N d"]) -> Float[Tensor, "N d"]:
        return torch.as_tensor(x).to(self._like)
