"""From an experiment to what learns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..language import System
from ..learner import Learner
from ..training_choice import DENSITY_LOSSES
from .equilibrium_learner import EquilibriumLearner
from .flow_learner import FlowLearner
from .learnt_weights import learnt_weights
from .matching_learner import MatchingLearner
from .material import material
from .ode_learner import OdeLearner

if TYPE_CHECKING:
    import torch

    from ..experiment import Experiment


def learner_of(
    system: System, experiment: Experiment, weights: Mapping[str, torch.nn.Parameter] | None = None
) -> Learner:
    """What the experiment's text and settings make of these weights, or of the text's.

    Raises ValueError or TypeError where text, data, loss and solver do not fit together.
    """
    choice = experiment.training
    data, _, _ = material(experiment)
    weights = learnt_weights(system, experiment) if weights is None else weights
    if (system.flow is not None) != (choice.loss in DENSITY_LOSSES):
        raise ValueError(
            f"the losses {' and '.join(DENSITY_LOSSES)} go with a line flow normal(...) in the text, and no others do"
        )
    if system.kind == "map":
        return EquilibriumLearner(system, experiment, weights)
    if system.kind != "ode":
        raise ValueError("what learns is a differential equation, z' = ..., or a layer, z <- ...")
    if system.flow is not None:
        learner = MatchingLearner if choice.loss == "flow_matching" else FlowLearner
        return learner(system, experiment, weights, data)
    return OdeLearner(system, experiment, weights, data)
