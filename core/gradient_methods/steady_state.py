"""The end of a trajectory taken for an equilibrium: the implicit function theorem instead of the way there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ..adjoint_residual import relative_residual
from ..deferred import deferred
from ..gradient_method import Backward, Cotangent, SolvedTrajectory, TrajectoryGradient
from ..torch_callable import differentiated_by_time
from ..vector_jacobian import Inputs, condition, dense_jacobian, detached, pullback

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")

_AT_REST = 1e-4
"""Newton's step to the equilibrium, as a share of 1 + the state's size, up to which a state counts as at rest."""


@dataclass(frozen=True)
class SteadyState(TrajectoryGradient):
    """Where a trajectory has come to rest, f(z*, p) = 0: d z* / d p = -(df/dz)^-1 df/dp, at every state of the loss.

    The adjoint u solves J^T u = -v for the dense J = df/dz and v = d loss / d z*: d loss / d p = (df/dp)^T u, and
    d loss / d start is 0, for the start only chooses the equilibrium. It costs one Jacobian, however long the way was.
    residual: |J^T u + v| / |v|. A note tells where a state is not at rest, with the distance of the equilibrium as
    Newton's step |J^-1 f| estimates it, where J is singular, as it is with every quantity that is conserved, and
    where the equation uses t, so that what it rests at moves.
    """

    name: ClassVar[str] = "steady_state"
    title: ClassVar[str] = "steady state"
    citation: ClassVar[str] = (
        "L. B. Almeida, A learning rule for asynchronous perceptrons, ICNN 1987; "
        "P. Kidger, On neural differential equations, arXiv:2202.02435, chapter 5"
    )
    help: ClassVar[str] = "Takes the end for an equilibrium and differentiates that: one linear system, no way back."
    exact: ClassVar[bool] = False
    caveat: ClassVar[str] = "the derivative of the equilibrium that the end is taken for, not of the trajectory"

    def backward(self, solve: SolvedTrajectory, cotangent: Cotangent, inputs: Inputs) -> Backward:
        """One linear system for every state that the loss takes."""
        size, known = solve.start.shape[1], detached(inputs)
        z, v = solve.z.reshape(-1, size), cotangent(solve.z).reshape(-1, size)
        ends = [solve.span[1]] if solve.at is None else solve.at.tolist()
        t = torch.tensor(ends, dtype=z.dtype, device=z.device).expand(len(solve.start), -1).reshape(-1)
        felt = torch.isfinite(z).all(dim=1) | (v != 0.0).any(dim=1)  # no state is needed where the loss takes none
        t, z, v = (rows[felt] if bool(felt.any()) else rows for rows in (t, z, v))

        def f(point: Tensor, given: Inputs | None) -> Tensor:
            return solve.f(t, point, given or {})

        rate, jacobian = dense_jacobian(f, z, known)
        drift = differentiated_by_time(lambda moments: solve.f(moments, z, known), t)
        number = condition(jacobian)
        u, _ = torch.linalg.solve_ex(jacobian.mT, -v[:, :, None])
        u = torch.where(torch.isfinite(u), u, torch.nan)[:, :, 0]
        _, grads = pullback(f, z, known, u)
        left = torch.einsum("bij,bi->bj", jacobian, u) + v
        return Backward(
            at=solve.z,
            grads={**grads, "start": torch.zeros_like(solve.start)},
            residual=float(relative_residual(left, v).max()),
            matrix=jacobian,
            evaluations=2,
            products=size + 1 if solve.autonomous else 2 * size + 1,
            held_bytes=jacobian.nbytes,
            note=_note(z, rate, jacobian, drift, number),
        )


def _note(z: Tensor, rate: Tensor, jacobian: Tensor, drift: Tensor, number: float) -> str:
    """What is wrong with the states as equilibria; empty where nothing is."""
    if not bool(torch.isfinite(rate).all()):
        return "the trajectory has no end to take for an equilibrium"
    speed = f"|f| = {float(rate.norm(dim=1).max()):.3g} there"
    if not number < 1.0 / torch.finfo(z.dtype).eps:
        return f"df/dz is singular at the end, so that no equilibrium is alone there ({speed})"
    solved, _ = torch.linalg.solve_ex(jacobian, torch.stack([rate, drift], dim=2))
    away, moving = solved.norm(dim=1).unbind(1)
    notes = []
    if bool((away > _AT_REST * (1.0 + z.norm(dim=1))).any()):
        distance = f"the nearest equilibrium is about {float(away.max()):.3g} away"
        notes.append(f"the end is not at rest: {speed}, and {distance}")
    if bool((drift != 0.0).any()):
        notes.append(f"the equation uses t: its equilibrium moves at the speed {float(moving.max()):.3g}")
    return "; ".join(notes)


METHOD = SteadyState
