"""A neural differential equation that learns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..data_set import DataSet, Points
from ..deferred import deferred
from ..language import System
from ..learner import Effort, Paths
from ..path_costs import PathCosts
from .answering import AnsweringLearner
from .floors import monotone_floor
from .formula_network import FieldNetwork
from .regularised_field import RegularisedField
from .sequential_network import sequential_network
from .spanned_layer import SpannedLayer

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor

    from ..experiment import Experiment
else:
    torch = deferred("torch")


class OdeLearner(AnsweringLearner):
    """Points fill the first components of the state at the begin of the span, the others begin at 0; the answer is read
    at its end. What `RegularisedField` carries, times its weights, is added to the loss. steer: a share s draws the end
    T of the span uniformly from T - s (T - t0) to T + s (T - t0) for every batch.

    Source: R. T. Q. Chen and others, Neural ordinary differential equations, NeurIPS 2018; added components: E. Dupont,
    A. Doucet, Y. W. Teh, Augmented neural ODEs, NeurIPS 2019; the drawn end: A. Ghosh and others, STEER: simple
    temporal regularization for neural ODEs, NeurIPS 2020.
    """

    def __init__(
        self, system: System, experiment: Experiment, weights: Mapping[str, torch.nn.Parameter], data: DataSet
    ) -> None:
        super().__init__(system, experiment, weights)
        if data.size > system.size:
            count = f"the data have {data.size} components, and the state {system.size}"
            raise ValueError(f"{count}: give it as many or more")
        self.inputs, self._experiment = data.size, experiment
        self.span = data.layer_span or experiment.span or system.span
        values = experiment.values
        self._field = sequential_network(system, weights) or FieldNetwork(system, values, weights)
        self._layer = SpannedLayer(self._field, experiment, self.span)
        self._costs = PathCosts.chosen(self._choice)
        self._regularised: RegularisedField | None = None
        if self._costs.weights:
            self._regularised = RegularisedField(system, values, weights, self._costs)
            self._costly = SpannedLayer(self._regularised, experiment, self.span)
        self._last = self._layer

    def ends(
        self, x: Float[Tensor, "B d"], draw: int = 0, spans: Float[Tensor, "B 2"] | None = None
    ) -> tuple[Float[Tensor, "B n"], Tensor]:
        """The states at the end of the span, which is drawn anew for every batch that is learnt from where it is
        steered."""
        learns = torch.is_grad_enabled()
        stretch = self._steered(draw) if learns and self._choice.steer else 0.0
        if not learns or self._regularised is None:
            self._last = self._layer
            states = self._layer(self._starts(x), spans, stretch)
            return states, states.new_zeros(())
        self._last = self._costly
        size = len(self.components)
        generator = torch.Generator().manual_seed(draw)
        self._regularised.direction = torch.randn(size, generator=generator, dtype=torch.float64)
        states = self._costly(torch.nn.functional.pad(self._starts(x), (0, len(self._costs.weights))), spans, stretch)
        return states[:, :size], self._costs.weighed(states[:, size:])

    def effort(self) -> Effort:
        """Evaluations of the field."""
        return self._last.effort()

    def paths(self, x: Float[np.ndarray, "N d"], most: int, spans: Float[np.ndarray, "N 2"] | None = None) -> Paths:
        """The states at `most` equally distant times, or shares of the samples' own spans."""
        layer = SpannedLayer(self._field, self._experiment, self.span, most)
        with torch.no_grad():
            states = layer(self._starts(self._tensor(x)), self.spans_of(spans))
        depth = np.linspace(*(self.span if spans is None else (0.0, 1.0)), most)
        return Paths(depth, states[..., : len(self.components)].double().cpu().numpy())

    def floor(self, points: Points) -> tuple[float, str]:
        """Of trajectories on a line that are the answer themselves: what never falls."""
        choice, y = self._choice, points.y
        if len(self.components) > 1 or choice.output or choice.loss not in ("squares", "huber") or y is None:
            return super().floor(points)
        if y.ndim != 2 or points.spans is not None:  # equal starts may end elsewhere where they are followed for longer
            return super().floor(points)
        return monotone_floor(points.x[:, 0], y[:, 0], choice.loss), "the least of any flow on a line"

    @property
    def _end(self) -> float:
        return self.span[1]

    def _starts(self, x: Float[Tensor, "B d"]) -> Float[Tensor, "B n"]:
        missing = len(self.components) - x.shape[1]
        return torch.nn.functional.pad(x, (0, missing)) if missing else x

    def _steered(self, draw: int) -> float:
        """By which part of itself the span is longer, or shorter: uniform around 0."""
        share = 2.0 * float(torch.rand((), generator=torch.Generator().manual_seed(draw + 1))) - 1.0
        return self._choice.steer * share
