"""Following a function of time and state to the end, its accepted steps kept: what an adjoint needs of a loop."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from . import ode_loop
from .bound_field import BoundField
from .budget import Budget
from .deferred import deferred
from .dense_output import AcceptedSteps, DenseOutput
from .explicit_step import ExplicitStep
from .followed import Followed
from .integration_method import IntegrationMethod
from .outcome import Outcome
from .problem import InitialValue
from .step_controller import StepController
from .stepper import Stepper
from .tableau import Tableau
from .telemetry import Steps, host
from .vector_field import VectorField

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")

Loop = Generator[Steps, None, tuple[Outcome, ...]]
Slope = Callable[["Tensor", "Tensor"], "Tensor"]
"""f(t, y) on tensors: t (L,), y (L, m) -> (L, m), row by row; rows come in any order and more than once."""


@dataclass(frozen=True)
class _Sized:
    """As much of a vector field as the loop asks for."""

    size: int


def follow(
    function: Slope,
    start: Float[Tensor, "B m"],
    span: tuple[float, float],
    tableau: Tableau,
    controller: StepController,
    budget: Budget,
) -> Followed:
    """Follow y' = function(t, y) from every row of `start`, in its dtype and on its device."""
    stepper = ExplicitStep(function, tableau, controller.tolerances)
    return _followed(stepper, start, span, controller, budget)


def follow_field(
    field: BoundField,
    start: Float[Tensor, "B m"],
    span: tuple[float, float],
    method: IntegrationMethod,
    controller: StepController,
    budget: Budget,
) -> Followed:
    """The same by any method, which may ask for the field's Jacobian; on arrays of the field's library."""
    return _followed(method.stepper(field, controller.tolerances), start, span, controller, budget)


def _followed(
    stepper: Stepper, start: Tensor, span: tuple[float, float], controller: StepController, budget: Budget
) -> Followed:
    problem = InitialValue(cast(VectorField, _Sized(start.shape[1])), host(start.double()), span)
    dtype = str(start.dtype).removeprefix("torch.")
    loop = ode_loop.integrate(problem, stepper, controller, budget, str(start.device), dtype)
    return to_the_end(loop, problem, stepper.method, start)


def to_the_end(loop: Loop, problem: InitialValue, method: IntegrationMethod, like: Tensor) -> Followed:
    """Run a loop to its end; the ends of the trajectories are tensors like `like`."""
    kept = DenseOutput(method, problem.start, problem.span)
    evaluations = np.zeros(len(problem.start), dtype=np.int64)
    while True:
        try:
            block = next(loop)
        except StopIteration as ended:
            outcomes: tuple[Outcome, ...] = ended.value
            break
        np.maximum.at(evaluations, host(block.sample), host(block.evaluations))
        kept.add(AcceptedSteps.of(block))
    steps = kept.steps()
    end = problem.start.copy()
    end[steps.sample] = steps.z1  # of equal indices the last, the latest, stays
    return Followed(steps, torch.as_tensor(end).to(like), outcomes, evaluations)
