"""Backpropagation through the steps of the solver: discretise, then optimise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ..deferred import deferred
from ..gradient_method import Backward, Cotangent, SolvedTrajectory, TrajectoryGradient
from ..integration_method import IntegrationMethod
from ..step_replay import StepReplay, unrepeatable
from ..vector_jacobian import Inputs, gradients, leaves

if TYPE_CHECKING:
    import torch
else:
    torch = deferred("torch")


@dataclass(frozen=True)
class Discrete(TrajectoryGradient):
    """The exact derivative of the numbers that the solver computed, its accepted step sizes taken as constants.

    The accepted steps are taken once more, on a tape. States at output times are those of the method's dense output
    and are differentiated as such. Memory grows with the number of steps times the stages.
    The equations of implicit steps are solved to rounding without a tape and then put on it by one linear equation,
    the implicit function theorem for that step. Multistep and stochastic methods are refused with a ValueError.
    """

    name: ClassVar[str] = "discrete"
    title: ClassVar[str] = "through the solver"
    citation: ClassVar[str] = (
        "E. Hairer, C. Lubich, G. Wanner, Geometric Numerical Integration, 2006, VI.4; "
        "D. Onken, L. Ruthotto, Discretize-optimize vs. optimize-discretize, arXiv:2005.13420"
    )
    help: ClassVar[str] = "Exact for what was computed, also where the continuous adjoint fails; keeps every stage."
    exact: ClassVar[bool] = True
    keeps_tape: ClassVar[bool] = True

    def refusal(self, method: IntegrationMethod) -> str | None:
        """Of multistep and stochastic methods."""
        return unrepeatable(method)

    def backward(self, solve: SolvedTrajectory, cotangent: Cotangent, inputs: Inputs) -> Backward:
        """One more forward pass over the accepted steps and one pass back."""
        if solve.by_hand is not None and (backward := solve.by_hand(solve, cotangent, inputs)) is not None:
            return backward
        with torch.enable_grad():
            tracked, start = leaves(inputs), solve.start.detach().requires_grad_()
            replay = StepReplay(solve, {**inputs, **tracked})
            place, found = replay.first(start), [replay.outputs.at_start(start)]
            for index in range(replay.count):
                place, states = replay.step(index, place)
                found += [] if states is None else [states]
            z = replay.outputs.together(found)
        end = z.detach()
        first, *others = gradients(z, cotangent(end), [start, *tracked.values()])
        return Backward(
            at=end,
            grads={**dict(zip(tracked, others, strict=True)), "start": first},
            evaluations=replay.calls,
            products=replay.calls + replay.products,
            note=replay.note,
        )


METHOD = Discrete
