"""From an experiment to what learns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..deferred import deferred
from ..language import System
from ..learner import Learner
from ..stored_tensor import StoredTensor
from .equilibrium_learner import EquilibriumLearner
from .flow_learner import FlowLearner
from .material import material
from .ode_learner import OdeLearner

if TYPE_CHECKING:
    import torch

    from ..experiment import Experiment
else:
    torch = deferred("torch")


def learnt_weights(
    system: System, experiment: Experiment, given: Mapping[str, StoredTensor] | None = None
) -> dict[str, torch.nn.Parameter]:
    """The learnt tensors as parameters of the experiment's dtype and device; given: in place of the text's.

    Raises ValueError where the text has none.
    """
    if not system.learnt:
        raise ValueError("the text has no weights to learn: write one as learn W = uniform(8, 2, seed 1)")
    known = {item.name: item.tensor for item in system.data}
    dtype = getattr(torch, experiment.dtype)
    return {
        name: torch.nn.Parameter(torch.tensor((given or known)[name].array(), dtype=dtype, device=experiment.device))
        for name in system.learnt
    }


def learner_of(
    system: System, experiment: Experiment, weights: Mapping[str, torch.nn.Parameter] | None = None
) -> Learner:
    """What the experiment's text and settings make of these weights, or of the text's.

    Raises ValueError or TypeError where text, data, loss and solver do not fit together.
    """
    choice = experiment.training
    data, _, _ = material(experiment)
    weights = learnt_weights(system, experiment) if weights is None else weights
    if (system.flow is not None) != (choice.loss == "likelihood"):
        raise ValueError(
            "the loss likelihood goes with a text that has a line flow normal(...), and no other loss does"
        )
    if system.kind == "map":
        return EquilibriumLearner(system, experiment, weights)
    if system.kind != "ode":
        raise ValueError("what learns is a differential equation, z' = ..., or a layer, z <- ...")
    if system.flow is not None:
        return FlowLearner(system, experiment, weights, data)
    return OdeLearner(system, experiment, weights, data)
