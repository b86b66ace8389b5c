"""The density that Euler's steps carry: a residual flow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..deferred import deferred
from ..divergence_field import DivergenceField
from ..euler_inverse import Inversion, euler_inverse
from ..field_derivatives import FormulaDerivatives
from ..language import System
from ..learner import Paths
from ..readings.euler_steps import EulerSteps
from ..standard_normal import normal_draw, normal_log_density
from ..step_field import StepField
from .flow_density import FlowDensity
from .followed_layer import MOST_STEPS

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor

    from ..experiment import Experiment
else:
    torch = deferred("torch")


class ResidualDensity(FlowDensity):
    """The data lie where the steps z_{k+1} = z_k + h f(t_k, z_k) begin, the standard normal base where they end:

    log p(x) = log N(z_K; 0, I) + sum_k log |det(I + h df/dz(t_k, z_k))|, z_0 = x.

    This is the density of the map itself, however long the steps are, and not that of the differential equation. There
    is one where every step has an inverse: for certain where h f stretches by less than 1. The number of steps K is the
    nearest to the span over the experiment's step.

    Raises ValueError for another method than Euler's, or too many steps.

    Source: J. Behrmann and others, Invertible residual networks, ICML 2019; R. T. Q. Chen and others, Residual flows
    for invertible generative modeling, NeurIPS 2019, with the determinant itself.
    """

    def __init__(
        self,
        system: System,
        experiment: Experiment,
        weights: Mapping[str, torch.nn.Parameter],
        kinetic: bool = False,
    ) -> None:
        choice = experiment.integration
        if choice.method != "euler":
            raise ValueError("a residual flow is a map of Euler's steps: choose the method Euler 1")
        begin, end = experiment.span or system.span
        self._count = max(1, round(abs(end - begin) / choice.step))
        if self._count > MOST_STEPS:
            raise ValueError(f"a residual flow has {MOST_STEPS} steps at most, not {self._count}: lengthen them")
        self._step = (end - begin) / self._count
        self._begins = tuple(begin + k * self._step for k in range(self._count))
        self._inversion: Inversion | None = None
        experiment = replace(experiment, integration=replace(choice, step=abs(self._step)))
        super().__init__(system, experiment, weights, kinetic)

    def carrying(self, field: FormulaDerivatives, kinetic: bool) -> DivergenceField:
        """With the determinant of every step."""
        self._steps = StepField(field, self._step, kinetic)
        return self._steps

    def samples(self, count: int, seed: int, most: int) -> Paths:
        """Points of the base and their way to the data, by the inverse of every step."""
        return self._thinned(self._back(self._tensor(normal_draw(count, self.size, seed))), most, back=True)

    def carried_base(self, z: Float[np.ndarray, "N n"], most: int) -> tuple[Paths, Float[np.ndarray, "N T"]]:
        """The way of points of the base to the data, and log p where they are then."""
        states = self._back(self._tensor(z))
        logarithm = [torch.zeros_like(states[:, 0, 0])]
        with torch.no_grad():
            for k, time in enumerate(reversed(self._begins)):
                place = states[:, k + 1]
                _, (_, grown) = self._steps.determinant(_all(time, place)[:, 0], place)
                logarithm.append(logarithm[-1] + grown)
        paths = self._thinned(states, most, back=True)
        change = self._thinned(torch.stack(logarithm, dim=1)[:, :, None], most, back=True).states[:, :, 0]
        return paths, normal_log_density(z)[:, None] + change

    def to_base(self, x: Float[np.ndarray, "N n"], most: int) -> Paths:
        """The way of points to the base, step by step."""
        return self._thinned(self._forward(self._tensor(x)), most, back=False)

    def there_and_back(self, x: Float[np.ndarray, "N n"]) -> Float[np.ndarray, "N n"]:
        """Points carried to the base and back."""
        return self._back(self._forward(self._tensor(x))[:, -1])[:, -1].double().cpu().numpy()

    def steps_told(self, places: Float[np.ndarray, "N n"] | None = None) -> EulerSteps:
        """What the steps are, and how their last inverse went; places: of the data, where they are looked at for
        folds."""
        folded = float("nan") if places is None else self._folded(self._tensor(places))
        found = self._inversion
        if found is None:
            return EulerSteps(self._count, self._step, 0, 0.0, 0.0, folded)
        return EulerSteps(self._count, self._step, found.iterations, found.residual, found.unsettled, folded)

    def _folded(self, x: Float[Tensor, "N n"]) -> float:
        """The share of points where the determinant of a step is not above 0."""
        states, over = self._forward(x), torch.zeros(len(x), dtype=torch.bool, device=x.device)
        with torch.no_grad():
            for k, time in enumerate(self._begins):
                _, (sign, _) = self._steps.determinant(_all(time, x)[:, 0], states[:, k])
                over |= ~(sign > 0.0)
        return float(over.double().mean())

    def _forward(self, x: Float[Tensor, "N n"]) -> Float[Tensor, "N K+1 n"]:
        states = [x]
        with torch.no_grad():
            for time in self._begins:
                states.append(states[-1] + self._step * self._field(_all(time, x), states[-1]))
        return torch.stack(states, dim=1)

    def _back(self, z: Float[Tensor, "N n"]) -> Float[Tensor, "N K+1 n"]:
        self._inversion = euler_inverse(self._field, z, self._begins, self._step)
        return self._inversion.states

    def _thinned(self, states: Float[Tensor, "N K+1 m"], most: int, *, back: bool) -> Paths:
        """At `most` of the steps' ends, first and last among them."""
        times = np.array([*self._begins, self._begins[0] + self._count * self._step])
        kept = np.unique(np.linspace(0, self._count, min(most, self._count + 1)).round().astype(int))
        depth = (times[::-1] if back else times)[kept]
        return Paths(depth, states[:, torch.as_tensor(kept)].double().cpu().numpy())


def _all(time: float, z: Float[Tensor, "N n"]) -> Float[Tensor, "N 1"]:
    """One time for all, which they share."""
    return z.new_full((1, 1), time).expand(len(z), 1)
