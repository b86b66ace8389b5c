"""What learns a flow from pairs of a point and noise, and solves nothing while it learns."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from math import nan
from typing import TYPE_CHECKING

from ..data_set import DataSet, Points
from ..deferred import deferred
from ..language import System
from ..learner import Effort
from .flow_learner import FlowLearner

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor

    from ..experiment import Experiment
else:
    torch = deferred("torch")


class PairedLearner(FlowLearner):
    """Every point x of a batch gets an e of the standard normal base and a t uniform on the span, drawn apart; the loss
    is the mean over components and pairs of the square of a distance. It is no likelihood; its least value is not 0.
    """

    def __init__(
        self, system: System, experiment: Experiment, weights: Mapping[str, torch.nn.Parameter], data: DataSet
    ) -> None:
        super().__init__(system, experiment, weights, data)
        self.ends = experiment.span or system.span
        self._like = next(iter(weights.values()))

    @abstractmethod
    def distance(
        self, x: Float[Tensor, "B n"], noise: Float[Tensor, "B n"], t: Float[Tensor, "B 1"]
    ) -> Float[Tensor, "B n"]:
        """What a network should make small in the mean square."""

    def loss(self, points: Points, draw: int = 0) -> Tensor:
        """The mean square of the distance of pairs, which `draw` seeds."""
        found: Tensor = self.distance(*self.pairs(points, draw)).square().mean()
        return found

    def pairs(
        self, points: Points, draw: int
    ) -> tuple[Float[Tensor, "B n"], Float[Tensor, "B n"], Float[Tensor, "B 1"]]:
        """Points of the data, noise and times."""
        x = torch.as_tensor(points.x).to(self._like)
        generator = torch.Generator().manual_seed(draw)
        noise = torch.randn(x.shape, generator=generator, dtype=torch.float64).to(x)
        share = torch.rand((len(x), 1), generator=generator, dtype=torch.float64).to(x)
        begin, end = self.ends
        return x, noise, begin + share * (end - begin)

    def effort(self) -> Effort:
        """One call there, and one back."""
        return Effort(1.0, 1.0)

    def measured(self, points: Points) -> tuple[float, float]:
        """The same loss with draws that are always the same."""
        with torch.no_grad():
            return float(self.loss(points)), nan

    def floor(self, points: Points) -> tuple[float, str]:  # noqa: ARG002 - of those for which one is known
        """None is known."""
        return nan, ""
