"""The ODE layer that an experiment asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .. import catalogue
from ..deferred import deferred
from ..gradient_method import TrajectoryGradient
from ..learner import Effort
from ..ode_layer import OdeLayer
from ..outcome import Outcome

if TYPE_CHECKING:
    import numpy as np
    import torch

    from ..experiment import Experiment
else:
    torch = deferred("torch")


MOST_STEPS = 2000
"""Of one trajectory of a layer that learns: weights that ask for more lead nowhere, and would take minutes."""


def followed_layer(
    field: Callable[..., Any],
    experiment: Experiment,
    span: tuple[float, float],
    at: np.ndarray | None = None,
    finer: float = 1.0,
) -> OdeLayer:
    """`field` followed over `span` by the experiment's method, with its tolerances times `finer` or its steps, and
    differentiated by its gradient method. Raises ValueError where a layer cannot be followed or differentiated so."""
    choice = experiment.integration
    method = catalogue.integrator(choice.method)
    gradient = catalogue.chosen_gradient(experiment.gradient, "trajectory")
    assert isinstance(gradient, TrajectoryGradient)
    compiled = isinstance(field, torch.nn.Sequential)  # what else is compiled is so anew for other weights
    step = method.given_step(choice.fixed, choice.step)
    return OdeLayer(
        field,
        t=span,
        at=at,
        method=choice.method,
        gradient=gradient,
        rtol=finer * choice.rtol,
        atol=finer * choice.atol,
        step=step,
        failure="ignore",
        budget=replace(experiment.budget, steps=min(experiment.budget.steps, MOST_STEPS)),
        path="auto" if compiled and experiment.device == "cpu" else "torch",
    )


def spent(layer: OdeLayer) -> Effort:
    """What the last call of a layer needed: evaluations by a sample on average there, and calls of the field and of
    its products on the way back, which samples share."""
    report = layer.report
    assert report is not None
    back = report.backward
    products = 0.0 if back is None else float(back.evaluations + back.products)
    return Effort(float(report.evaluations.mean()), products, failed_share(report.outcomes))


def failed_share(outcomes: Sequence[Outcome]) -> float:
    """The part of these that is no success."""
    return sum(not outcome.success for outcome in outcomes) / max(1, len(outcomes))
