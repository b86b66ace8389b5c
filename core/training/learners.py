"""From an experiment to what learns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from .. import catalogue
from ..data_set import DataSet
from ..language import System
from ..learner import Learner
from ..training_choice import DENSITY_LOSSES
from .equilibrium_learner import EquilibriumLearner
from .flow_learner import FlowLearner
from .learnt_weights import learnt_weights
from .matching_learner import MatchingLearner
from .material import material
from .ode_learner import OdeLearner
from .score_learner import ScoreLearner

if TYPE_CHECKING:
    import torch

    from ..experiment import Experiment
    from ..module_layer import ModuleLayer

_FLOWS = {
    "likelihood": FlowLearner,
    "residual_likelihood": FlowLearner,
    "flow_matching": MatchingLearner,
    "score_matching": ScoreLearner,
}


def learner_of(
    system: System,
    experiment: Experiment,
    weights: Mapping[str, torch.nn.Parameter] | None = None,
    module: ModuleLayer | None = None,
) -> Learner:
    """What the experiment's text and settings make of these weights, or of the text's; module: the layer of a text that
    names a Python file.

    Raises ValueError or TypeError where text, data, loss and solver do not fit together.
    """
    choice = experiment.training
    data, _, _ = material(experiment)
    weights = learnt_weights(system, experiment, module=module) if weights is None else weights
    _check_density(system, choice.loss, data)
    if system.kind == "map":
        return EquilibriumLearner(system, experiment, weights, module)
    if system.kind != "ode":
        raise ValueError("what learns is a differential equation, z' = ..., or a layer, z <- ...")
    if system.flow is not None:
        return _FLOWS[choice.loss](system, experiment, weights, data)
    return OdeLearner(system, experiment, weights, data)


def _check_density(system: System, loss: str, data: DataSet) -> None:
    """Raises ValueError where of text, loss and data one is about a density and another is not."""
    if system.flow is None:
        if loss in DENSITY_LOSSES:
            raise ValueError(f"the loss {loss} needs a line flow normal(n) in the text")
        return
    carried = f"the text carries a density (flow normal({system.flow.size}))"
    if loss not in DENSITY_LOSSES:
        raise ValueError(f"{carried}: choose the loss {', '.join(DENSITY_LOSSES[:-1])} or {DENSITY_LOSSES[-1]}")
    if data.about != "density":
        fitting = ", ".join(name for name, kind in catalogue.data_sets().items() if kind.about == "density")
        raise ValueError(f"{carried}, and {data.name} is no density to learn: choose one of {fitting}")
