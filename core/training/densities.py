"""From an experiment to the density that its text carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..language import System
from .flow_density import FlowDensity
from .learnt_weights import learnt_weights
from .residual_density import ResidualDensity

if TYPE_CHECKING:
    import torch

    from ..experiment import Experiment


def density_of(
    system: System,
    experiment: Experiment,
    weights: Mapping[str, torch.nn.Parameter] | None = None,
    kinetic: bool = False,
) -> FlowDensity:
    """Of the differential equation, or, where the loss is about that, of the map of Euler's steps.

    weights: of the text's learnt tensors; None takes the numbers that the text gives, where it has any. kinetic: as
    `FlowDensity` has it. Raises ValueError where a density cannot be followed as the experiment says.
    """
    if weights is None:
        weights = learnt_weights(system, experiment) if system.learnt else {}
    kind = ResidualDensity if experiment.training.loss == "residual_likelihood" else FlowDensity
    return kind(system, experiment, weights, kinetic)
