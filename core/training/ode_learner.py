"""A neural differential equation that learns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..data_set import DataSet
from ..deferred import deferred
from ..language import System
from ..learner import Effort, Paths
from .answering import AnsweringLearner
from .followed_layer import followed_layer, spent
from .formula_network import FieldNetwork, KineticNetwork
from .sequential_network import sequential_network

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor

    from ..experiment import Experiment
else:
    torch = deferred("torch")


class OdeLearner(AnsweringLearner):
    """Points fill the first components of the state at the begin of the span, the others begin at 0; the answer is read
    at its end. kinetic: gamma times the mean of int |f|^2 / n dt is added to the loss.

    Source: R. T. Q. Chen and others, Neural ordinary differential equations, NeurIPS 2018; added components: E. Dupont,
    A. Doucet, Y. W. Teh, Augmented neural ODEs, NeurIPS 2019; the kinetic term: C. Finlay and others, How to train your
    neural ODE, ICML 2020, equation 8.
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
        self._field = sequential_network(system, weights) or FieldNetwork(system, experiment.values, weights)
        self._kinetic = self._choice.kinetic
        if self._kinetic:
            self._field = KineticNetwork(system, experiment.values, weights)
        self._layer = followed_layer(self._field, experiment, self.span)

    def ends(self, x: Float[Tensor, "B d"], _draw: int = 0) -> tuple[Float[Tensor, "B n"], Tensor]:
        """The states at the end of the span."""
        states = self._layer(self._starts(x))
        if not self._kinetic:
            return states, states.new_zeros(())
        return states[:, :-1], self._kinetic * states[:, -1].mean()

    def effort(self) -> Effort:
        """Evaluations of the field."""
        return spent(self._layer)

    def paths(self, x: Float[np.ndarray, "N d"], most: int) -> Paths:
        """The states at `most` equally distant times."""
        times = np.linspace(*self.span, most)
        layer = followed_layer(self._field, self._experiment, self.span, times)
        with torch.no_grad():
            states = layer(self._starts(self._tensor(x)))
        return Paths(times, states[..., : len(self.components)].double().cpu().numpy())

    @property
    def _end(self) -> float:
        return self.span[1]

    def _starts(self, x: Float[Tensor, "B d"]) -> Float[Tensor, "B n"]:
        missing = len(self.components) - x.shape[1] + bool(self._kinetic)
        return torch.nn.functional.pad(x, (0, missing)) if missing else x
