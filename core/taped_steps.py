"""Steps of one size along a torch callable, recorded on a tape as they are taken.

What goes back along a tape of all steps would else take them a second time for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from .adjoint_flow import adjoint_flow, field_function
from .budget import Budget
from .callable_field import CallableField
from .deferred import deferred
from .gradient_method import Backward, Cotangent, SolvedTrajectory
from .lane_padding import most_lanes, rows_together
from .replayed_outputs import ReplayedOutputs
from .step_controller import StepController
from .step_rules import STRETCH, UNDERFLOW, attempt_evaluations
from .tableau import Tableau
from .taped_field import TapedField
from .vector_jacobian import Inputs, gradients

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


@dataclass(frozen=True)
class TapedRun:
    """What was solved, and how many evaluations and steps every trajectory took; all of them came to the end."""

    solve: SolvedTrajectory
    evaluations: int
    accepted: int


def equal_steps(span: tuple[float, float], controller: StepController, most: int) -> list[float] | None:
    """The begin of the span and the ends of its steps, as the loops take them; None where these are more than `most`,
    of different sizes or too small for t."""
    step, ends = controller.first_step, [span[0]]
    if controller.adaptive or step is None:
        return None
    h = step if span[1] > span[0] else -step
    while ends[-1] != span[1]:
        t = ends[-1]
        last = (span[1] - t) / h <= STRETCH
        if len(ends) > most or (not last and t + UNDERFLOW * h == t):
            return None
        ends.append(span[1] if last else t + h)
    return ends


def taped_run(
    field: CallableField,
    rows: Float[Tensor, "B n"],
    span: tuple[float, float],
    at: Float[np.ndarray, "T"] | None,
    method: Tableau,
    controller: StepController,
    budget: Budget,
) -> TapedRun | None:
    """The states that `core.integrate` computes at the callable's stages in torch, and a tape of them.

    None where steps are not of one size, where something is no number, where the trajectories are too many to be
    followed at once or the budget does not suffice: a loop then tells what becomes of each.
    """
    device, dtype = str(rows.device), str(rows.dtype).removeprefix("torch.")
    ends = equal_steps(span, controller, budget.steps)
    if ends is None or len(rows) > most_lanes(field.size, device, is_numpy=False):
        return None
    count = len(ends) - 1
    evaluations = int(method.first_same_as_last) + count * attempt_evaluations(method)
    if evaluations > budget.evaluations:
        return None
    function = field_function(field, {}, device, dtype)
    start = rows.detach()
    solve = SolvedTrajectory(
        f=function,
        start=start,
        span=span,
        at=at,
        times=np.broadcast_to(np.array(ends), (len(rows), len(ends))),
        z=start,
        method=method,
        controller=controller,
        adjoint=adjoint_flow(field, function, device, dtype),
        budget=budget,
        autonomous=field.autonomous,
    )
    with torch.enable_grad():
        begin = start.clone().requires_grad_()
        slope = field.torch(device, dtype)
        taken = TapedField(lambda t, z: slope(t.expand(len(z)), z), None, field.autonomous, taped=False)
        z = _taken(solve, taken, begin, ends)
    if z is None:
        return None
    weights = {name: weight for name, weight in field.weights.items() if weight.requires_grad}
    solve = replace(solve, z=z.detach(), by_hand=TapedSteps(z, begin, weights, taken.calls))
    return TapedRun(solve, evaluations, count)


class TapedSteps:
    """The way back along the tape, once: it is gone then, and steps have to be taken anew.

    z: the states that the loss takes, on the tape; start and weights: what they hang on; calls: of the field.
    """

    def __init__(self, z: Tensor, start: Tensor, weights: Mapping[str, Tensor], calls: int) -> None:
        self._z: Tensor | None = z
        self._start, self._weights, self._calls = start, weights, calls

    def __call__(self, solve: SolvedTrajectory, cotangent: Cotangent, inputs: Inputs) -> Backward | None:
        """The gradient with respect to the start and the weights that `inputs` names."""
        z, self._z = self._z, None
        if z is None:
            return None
        of = [self._start, *(self._weights[name] for name in inputs)]
        first, *others = gradients(z, cotangent(solve.z), of)
        grads = {**dict(zip(inputs, others, strict=True)), "start": first}
        return Backward(at=solve.z, grads=grads, products=self._calls)


def _taken(solve: SolvedTrajectory, field: TapedField, start: Float[Tensor, "B n"], ends: list[float]) -> Tensor | None:
    """The states that the loss takes; None where a step gives no numbers, or time is over."""
    deadline = perf_counter() + solve.budget.seconds
    stepper, outputs, count = solve.tableau.stepper(field.bound, None), ReplayedOutputs(solve), len(start)
    padding = -count % rows_together(count, start.shape[1], is_numpy=False)
    z = torch.cat((start, start[-1:].expand(padding, -1))) if padding else start
    times = torch.tensor(ends, dtype=torch.float64, device=start.device)[:, None]  # all trajectories share them
    memory = stepper.open(times[0], z, None)
    found = [outputs.at_start(start)]
    for index, (begin, end) in enumerate(pairwise(ends)):
        made = stepper.step(times[index], end - begin, z, memory)
        if bool(made.error.any()) or perf_counter() > deadline:  # NaN counts as well
            return None
        states = outputs.of_step(index, None, z[:count], made.z1[:count], made.stages[:count])
        found += [] if states is None else [states]
        z, memory = made.z1, made.memory
    return outputs.together(found)
