"""Backpropagation through the steps of a reversible method, which are undone one by one: no state is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ..deferred import deferred
from ..gradient_method import Backward, Cotangent, SolvedTrajectory, TrajectoryGradient
from ..integration_method import IntegrationMethod
from ..reversible_step import ReversibleMethod
from ..step_replay import StepReplay
from ..step_sweep import StepSweep
from ..vector_jacobian import Inputs, leaves

if TYPE_CHECKING:
    import torch
else:
    torch = deferred("torch")

_ROUNDINGS = 1e5
"""A round trip that misses the start by more roundings of 1 + its size has lost too much to be called exact."""


@dataclass(frozen=True)
class Reversible(TrajectoryGradient):
    """The gradient of `discrete`, to rounding, of a run by reversible Heun or the asynchronous leapfrog.

    From the end (z, companion) every step is undone by the same step with -h, taken on a tape of its own from where
    it began, and differentiated: 2 evaluations a step on the way back, and memory for one place and the tape of one
    step, whatever the number of steps. The gap says how far the start that was come back to lies from the start: a
    few roundings, unless rounding grows along the way, as it does where the real part of h times an eigenvalue is
    not 0: then a note says so. A solve by another method is refused with a ValueError.
    """

    name: ClassVar[str] = "reversible"
    title: ClassVar[str] = "reversible steps"
    citation: ClassVar[str] = (
        "P. Kidger, J. Foster, X. Li, T. Lyons, Efficient and Accurate Gradients for Neural SDEs (2021); "
        "J. Zhuang et al., MALI, ICLR 2021, arXiv:2102.04668"
    )
    help: ClassVar[str] = "The same numbers as through the solver with no state kept; for reversible methods alone."
    exact: ClassVar[bool] = True

    def refusal(self, method: IntegrationMethod) -> str | None:
        """Of methods whose steps cannot be undone."""
        if isinstance(method, ReversibleMethod):
            return None
        return (
            f'the gradient "reversible" undoes steps, and those of {method.title} cannot be undone: integrate with '
            'method="reversible_heun" or "asynchronous_leapfrog", or take the gradient "checkpointed"'
        )

    def backward(self, solve: SolvedTrajectory, cotangent: Cotangent, inputs: Inputs) -> Backward:
        """Forward to the end without a tape, and back over one step after the other."""
        if (refusal := self.refusal(solve.method)) is not None:
            raise ValueError(refusal)
        tracked, start = leaves(inputs), solve.start.detach()
        replay = StepReplay(solve, {**inputs, **tracked})
        sweep = StepSweep(replay, tracked)
        with torch.no_grad():
            place, states = replay.first(start), [replay.outputs.at_start(start)]
            for index in range(replay.count):
                place, found = replay.step(index, place)
                states += [] if found is None else [found]
            at = replay.outputs.together(states)
        sweep.begin(cotangent(at))
        forward = replay.calls
        for index in reversed(range(replay.count)):
            with torch.no_grad():
                place = replay.undone(index, place)
            sweep.back(index, place)
        gap = float((place.z - start).norm(dim=1).nan_to_num(nan=float("inf")).max())
        least = _ROUNDINGS * torch.finfo(start.dtype).eps * (1.0 + float(start.abs().max()))
        grads = sweep.start(start)
        return Backward(
            at=at,
            grads=grads,
            gap=gap,
            evaluations=replay.calls,
            products=(replay.calls - forward + 1) // 2,
            held_bytes=sum(tensor.nbytes for tensor in replay.saved(place)),
            note=""
            if gap <= least
            else f"the steps undone miss the start by {gap:.3g}, for their rounding grew: take checkpointed",
        )


METHOD = Reversible
