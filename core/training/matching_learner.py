"""A flow of densities that learns its velocity, and solves nothing while it learns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..data_set import DataSet
from ..language import System
from .formula_network import FieldNetwork
from .paired_learner import PairedLearner

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor

    from ..experiment import Experiment


class MatchingLearner(PairedLearner):
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

    def distance(
        self, x: Float[Tensor, "B n"], noise: Float[Tensor, "B n"], t: Float[Tensor, "B 1"]
    ) -> Float[Tensor, "B n"]:
        """From the velocity of the pair, which leads straight from one to the other."""
        begin, end = self.ends
        share = (t - begin) / (end - begin)
        slopes: Tensor = self._velocity(t, (1.0 - share) * x + share * noise)
        return slopes - (noise - x) / (end - begin)
