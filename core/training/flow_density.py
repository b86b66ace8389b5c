"""The density that a text's flow carries, as an experiment follows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..deferred import deferred
from ..divergence_field import DivergenceField
from ..field_derivatives import FormulaDerivatives
from ..language import System
from ..learner import Effort, Paths
from ..standard_normal import normal_draw, normal_log_density
from .followed_layer import followed_layer, spent
from .formula_network import FieldNetwork

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor

    from ..experiment import Experiment
    from ..readings.euler_steps import EulerSteps
else:
    torch = deferred("torch")


class FlowDensity:
    """The data lie at the begin of the span, the standard normal base at its end:

    log p(x) = log N(z(b); 0, I) + int_a^b tr df/dz dt, z(a) = x.

    weights: of the text's learnt tensors, none where it has none. kinetic: whether the integral of |f|^2 / n is carried
    along.

    Source: W. Grathwohl and others, FFJORD: free-form continuous dynamics for scalable reversible generative models,
    ICLR 2019, equation 3, with the trace itself.
    """

    def __init__(
        self,
        system: System,
        experiment: Experiment,
        weights: Mapping[str, torch.nn.Parameter],
        kinetic: bool = False,
    ) -> None:
        self.size = system.size
        self._experiment, self._span = experiment, experiment.span or system.span
        self._like = torch.empty(0, dtype=getattr(torch, experiment.dtype), device=experiment.device)
        self._carrying = self.carrying(FormulaDerivatives(system, experiment.values, weights), kinetic)
        self._layer = followed_layer(self._carrying, experiment, self._span)
        self._field = FieldNetwork(system, experiment.values, weights)

    def carrying(self, field: FormulaDerivatives, kinetic: bool) -> DivergenceField:
        """What is followed: points, and how much their neighbourhood swells."""
        return DivergenceField(field, kinetic)

    def steps_told(self, places: Float[np.ndarray, "N n"] | None = None) -> EulerSteps | None:  # noqa: ARG002 - of a map
        """None: this is the density of the differential equation itself."""
        return None

    def with_energy(self, x: Float[np.ndarray, "N n"]) -> tuple[Float[Tensor, "N"], Float[Tensor, "N"]]:
        """log p in nats with its tape, and what is carried last: the kinetic energy, where that was asked for."""
        carried = self._layer(self._carrying.begin(self._tensor(x)))
        z, change = self._carrying.ended(carried)
        return change + normal_log_density(z), carried[:, -1]

    def effort(self) -> Effort:
        """Evaluations of the field with its divergence by the last call."""
        return spent(self._layer)

    def log_density(self, x: Float[np.ndarray, "N n"]) -> Float[np.ndarray, "N"]:
        """log p in nats."""
        with torch.no_grad():
            return self.with_energy(x)[0].double().cpu().numpy()

    def samples(self, count: int, seed: int, most: int) -> Paths:
        """Points of the base and their way to the data; depth is the time, from the end of the span to its begin."""
        return self._ways(normal_draw(count, self.size, seed), (self._span[1], self._span[0]), most)

    def carried_base(self, z: Float[np.ndarray, "N n"], most: int) -> tuple[Paths, Float[np.ndarray, "N T"]]:
        """The way of points of the base to the data, and log p where they are then: of what is on its way."""
        span = self._span[1], self._span[0]
        times = np.linspace(*span, most)
        layer = followed_layer(self._carrying, self._experiment, span, times)
        with torch.no_grad():
            carried = layer(self._carrying.begin(self._tensor(z))).double().cpu().numpy()
        density = normal_log_density(z)[:, None] - carried[:, :, self.size]
        return Paths(times, carried[:, :, : self.size]), density

    def to_base(self, x: Float[np.ndarray, "N n"], most: int) -> Paths:
        """The way of points to the base."""
        return self._ways(x, self._span, most)

    def there_and_back(self, x: Float[np.ndarray, "N n"]) -> Float[np.ndarray, "N n"]:
        """Points carried to the base and back."""
        base = self.to_base(x, 2).states[:, -1]
        return self._ways(base, (self._span[1], self._span[0]), 2).states[:, -1]

    def _ways(self, x: Float[np.ndarray, "N n"], span: tuple[float, float], most: int) -> Paths:
        times = np.linspace(*span, most)
        layer = followed_layer(self._field, self._experiment, span, times)
        with torch.no_grad():
            return Paths(times, layer(self._tensor(x)).double().cpu().numpy())

    def _tensor(self, x: Float[np.ndarray, "N n"]) -> Float[Tensor, "N n"]:
        return torch.as_tensor(x).to(self._like)
