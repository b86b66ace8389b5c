"""From an experiment to the density that its text carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..language import System
from ..path_costs import PathCosts
from ..trace_estimator import TraceEstimator
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
    estimator: TraceEstimator | None = None,
    costs: PathCosts = PathCosts(),  # noqa: B008 - frozen
) -> FlowDensity:
    """Of the differential equation, or, where the loss is about that, of the map of Euler's steps.

    weights: of the text's learnt tensors; None takes the numbers that the text gives, where it has any. estimator,
    costs: as `FlowDensity` has them; Euler's steps have a determinant of their own, and no trace is estimated. Raises
    ValueError where a density cannot be followed as the experiment says.
    """
    if weights is None:
        weights = learnt_weights(system, experiment) if system.learnt else {}
    if experiment.training.loss == "residual_likelihood":
        return ResidualDensity(system, experiment, weights, costs)
    return FlowDensity(system, experiment, weights, estimator, costs)
