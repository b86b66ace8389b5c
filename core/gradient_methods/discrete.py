"""Backpropagation through the steps of an explicit Runge-Kutta method: discretise, then optimise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ..deferred import deferred
from ..dense_output import stage_weights
from ..explicit_step import ExplicitStep
from ..gradient_method import Backward, Cotangent, SolvedTrajectory, TrajectoryGradient
from ..vector_jacobian import Inputs, gradients, leaves

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


@dataclass(frozen=True)
class Discrete(TrajectoryGradient):
    """The exact derivative of the numbers that the solver computed, its accepted step sizes taken as constants.

    The accepted steps are taken once more, on a tape. States at output times are those of the method's dense output
    and are differentiated as such. Memory grows with the number of steps times the stages.
    """

    name: ClassVar[str] = "discrete"
    title: ClassVar[str] = "through the solver"
    citation: ClassVar[str] = (
        "E. Hairer, C. Lubich, G. Wanner, Geometric Numerical Integration, 2006, VI.4; "
        "D. Onken, L. Ruthotto, Discretize-optimize vs. optimize-discretize, arXiv:2005.13420"
    )
    help: ClassVar[str] = "Exact for what was computed, also where the continuous adjoint fails; keeps every stage."
    exact: ClassVar[bool] = True

    def backward(self, solve: SolvedTrajectory, cotangent: Cotangent, inputs: Inputs) -> Backward:
        """One more forward pass over the accepted steps and one pass back."""
        if solve.by_hand is not None and (found := solve.by_hand(solve, cotangent, inputs)) is not None:
            return found
        with torch.enable_grad():
            tracked, start = leaves(inputs), solve.start.detach().requires_grad_()
            counter = _Counted(solve, {**inputs, **tracked})
            z = _states(solve, counter, start)
        end = z.detach()
        first, *others = gradients(z, cotangent(end), [start, *tracked.values()])
        return Backward(
            at=end,
            grads={**dict(zip(tracked, others, strict=True)), "start": first},
            evaluations=counter.calls,
            products=counter.calls,
        )


class _Counted:
    """The field of a solve with its inputs bound; counts its calls."""

    def __init__(self, solve: SolvedTrajectory, inputs: Inputs) -> None:
        self._f, self._inputs = solve.f, inputs
        self.calls = 0

    def __call__(self, t: Tensor, z: Tensor) -> Tensor:
        self.calls += 1
        return self._f(t, z, self._inputs)


def _states(solve: SolvedTrajectory, function: _Counted, start: Tensor) -> Tensor:
    """The end states (B, n), or those at the output times (B, T, n), on the tape of `start`.

    A trajectory that has ended takes steps of size 0, which change nothing.
    """
    stepper = ExplicitStep(function, solve.tableau, None)
    times = torch.as_tensor(solve.times, device=start.device)
    memory = stepper.open(times[:, 0], start, None)
    states, slopes = [start], []
    for t, t1 in zip(times[:, :-1].unbind(1), times[:, 1:].unbind(1), strict=True):
        made = stepper.step(t, t1 - t, states[-1], memory)
        memory = made.memory
        states.append(made.z1)
        if solve.at is not None:
            slopes.append(made.stages)
    if solve.at is None:
        return _reached(states[-1], solve.times[:, -1] == solve.span[1])
    return _interpolated(solve, solve.at, states, slopes)


def _reached(z: Float[Tensor, "... n"], good: np.ndarray) -> Float[Tensor, "... n"]:
    """z, NaN where the forward run did not come: by a sum, so that a loss that looks there has no gradient either."""
    nothing = np.where(good, 0.0, np.nan)
    return z + torch.as_tensor(nothing, dtype=z.dtype, device=z.device)[..., None]


def _interpolated(
    solve: SolvedTrajectory, at: Float[np.ndarray, "T"], states: list[Tensor], slopes: list[Tensor]
) -> Tensor:
    """z + h sum_i b_i(theta) k_i inside the step that holds each output time; the step's end where it is there."""
    sign = 1.0 if solve.span[1] > solve.span[0] else -1.0
    reached = sign * at <= sign * solve.times[:, -1:]
    # the first end of a step that is not before the time; 0 is the start
    place = np.stack([np.searchsorted(sign * row, sign * at) for row in solve.times]).clip(max=solve.times.shape[1] - 1)
    step = (place - 1).clip(min=0)
    t0, t1 = (np.take_along_axis(solve.times, index, axis=1) for index in (step, step + 1))
    theta = np.where(reached & (t0 != t1), at - t0, 0.0) / np.where(t0 != t1, t1 - t0, 1.0)
    like, sample = states[0], np.arange(len(place))[:, None]
    weights = torch.as_tensor(stage_weights(solve.tableau, theta), dtype=like.dtype, device=like.device)
    width = torch.as_tensor(t1 - t0, dtype=like.dtype, device=like.device)[:, :, None]
    inside = torch.stack(states)[step, sample] + width * torch.einsum(
        "bts,btsn->btn", weights, torch.stack(slopes)[step, sample]
    )
    exact = torch.as_tensor(at == t1, device=like.device)[:, :, None]
    z = torch.where(exact, torch.stack(states)[place, sample], inside)
    return _reached(z, reached)


METHOD = Discrete
