"""A flow of densities that learns its velocity, and solves nothing while it learns."""

from __future__ import annotations

from collections.abc import Mapping
from math import nan
from typing import TYPE_CHECKING

from ..data_set import DataSet, Points
from ..deferred import deferred
from ..language import System
from ..learner import Effort
from .flow_learner import FlowLearner
from .formula_network import FieldNetwork

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor

    from ..experiment import Experiment
else:
    torch = deferred("torch")


class MatchingLearner(FlowLearner):
    """With x of the data, z of the standard normal base and s uniform on [0, 1], drawn apart, the loss is the mean of

    |f(t, (1 - s) x + s z) - (z - x) / (b - a)|^2 / n at t = a + s (b - a),

    which the mean velocity of all pairs at that place makes least: the flow of that carries the data's density to the
    base. No trajectory is followed, and the loss is no likelihood; its least value is not 0.

    Source: Y. Lipman and others, Flow matching for generative modeling, ICLR 2023, theorem 2 and equation 22.
    """

    def __init__(
        self, system: System, experiment: Experiment, weights: Mapping[str, torch.nn.Parameter], data: DataSet
    ) -> None:
        super().__init__(system, experiment, weights, data)
        self._velocity = FieldNetwork(system, experiment.values, weights)
        self._ends = experiment.span or system.span
        self._like = next(iter(weights.values()))

    def loss(self, points: Points, draw: int = 0) -> Tensor:
        """The mean square of the distance from the velocity of pairs, which `draw` seeds."""
        x = torch.as_tensor(points.x).to(self._like)
        generator = torch.Generator().manual_seed(draw)
        base = torch.randn(x.shape, generator=generator, dtype=torch.float64).to(x)
        share = torch.rand((len(x), 1), generator=generator, dtype=torch.float64).to(x)
        return self._distance(x, base, share)

    def effort(self) -> Effort:
        """One call there, and one back."""
        return Effort(1.0, 1.0)

    def measured(self, points: Points) -> tuple[float, float]:
        """The same loss with draws that are always the same."""
        with torch.no_grad():
            return float(self.loss(points)), nan

    def _distance(self, x: Float[Tensor, "B n"], base: Float[Tensor, "B n"], share: Float[Tensor, "B 1"]) -> Tensor:
        begin, end = self._ends
        slopes = self._velocity(begin + share * (end - begin), (1.0 - share) * x + share * base)
        distance: Tensor = slopes - (base - x) / (end - begin)
        return distance.square().mean()
