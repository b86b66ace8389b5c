"""Where an adjoint that is solved backward stops: output times, at which it jumps, and checkpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .adjoint_residual import loss_note
from .deferred import deferred
from .gradient_method import SolvedTrajectory
from .outcome import Outcome

if TYPE_CHECKING:
    import torch
    from jaxtyping import Bool, Float
    from torch import Tensor
else:
    torch = deferred("torch")


class Stop(NamedTuple):
    """At time t: the forward states (B, n), by how much the adjoint jumps there, and whether it is a checkpoint."""

    t: float
    state: Tensor
    jump: Tensor
    checkpoint: bool = False


def adjoint_stops(solve: SolvedTrajectory, v: Tensor, checkpoints: int = 0) -> list[Stop]:
    """The start, the output times and as many checkpoints as wanted, evenly spread, in the direction of the span.

    v: d loss / d z, of z's shape. Without output times the last stop is the end of the span.
    """
    begin, end = solve.span
    if solve.at is None:
        found = [Stop(end, solve.z, v)]
    else:
        found = [
            Stop(t, state, jump)
            for t, state, jump in zip(solve.at.tolist(), solve.z.unbind(1), v.unbind(1), strict=True)
        ]
    nothing, length = torch.zeros_like(solve.start), abs(found[-1].t - begin)
    if found[0].t != begin:
        found.insert(0, Stop(begin, solve.start, nothing))
    known = {stop.t for stop in found}
    # behind the last output time the loss feels nothing
    times = [t for t in np.linspace(begin, end, checkpoints + 2)[1:-1] if abs(t - begin) < length and t not in known]
    if times:
        states = torch.as_tensor(solve.kept("a checkpoint").at(np.array(times))).to(solve.start).unbind(1)
        found += [Stop(float(t), state, nothing, checkpoint=True) for t, state in zip(times, states, strict=True)]
    return sorted(found, key=lambda stop: abs(stop.t - begin))


def failed_back(outcome: Outcome) -> str:
    """A sentence about a solve backward that failed, with a cure for a solve by an explicit method."""
    cure = outcome.cure
    if outcome.name == "step_underflow":
        cure = 'the adjoint has a singularity here, or is stiff: take the gradient "discrete" or "checkpointed"'
    return f"the backward solve {outcome.sentence(cure)}"


def rows_back(stop: Stop, adjoint: Float[Tensor, "B n"]) -> tuple[Bool[Tensor, "B"], Bool[Tensor, "B"], str]:
    """Of trajectories with this adjoint at a stop: which are solved back from it, which have no gradient, and why.

    One that did not come to the stop cannot be followed. An adjoint of 0 stays 0 there; another is no number.
    """
    came, known = torch.isfinite(stop.state).all(dim=1), torch.isfinite(adjoint).all(dim=1)
    broken = ~known | ~(came | (adjoint == 0.0).all(dim=1))
    lost = int((broken & ~came).sum())
    if lost:
        which = f"{lost} of {len(adjoint)} trajectories" if len(adjoint) > 1 else "the trajectory"
        return came & known, broken, f"{which} did not come to t = {stop.t:g}, where the loss takes a state"
    return came & known, broken, loss_note(~broken)
