"""Derivatives of a loss of a trajectory by the times that it hangs on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .deferred import deferred
from .gradient_method import Backward, Cotangent, SolvedTrajectory
from .vector_jacobian import Inputs

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")

TIMES = ("span", "at")
"""Both ends of the span, and the output times."""


def time_gradients(solve: SolvedTrajectory, found: Backward, cotangent: Cotangent, inputs: Inputs) -> dict[str, Tensor]:
    """ "span" (2,) and, where the loss takes output times, "at" (T,), from the adjoint that a method has found.

    d loss / d t_i = v_i f(t_i, z_i) at an output time t_i with v_i = d loss / d z_i; d loss / d t1 = v f(t1, z1) where
    the loss takes the end, else 0; d loss / d t0 = -a f(t0, z0) with a = d loss / d start; summed over the
    trajectories. They are those of the solution of the equation, also where a method differentiates the steps, whose
    sizes are constants to it. One evaluation of f, of all states together.
    """
    v, z = cotangent(found.at), found.at
    if solve.at is None:
        v, z = v[:, None], z[:, None]
    times = [solve.span[0], *([solve.span[1]] if solve.at is None else solve.at.tolist())]
    states = torch.cat([solve.start[:, None], z], dim=1)
    weights = torch.cat([-found.grads["start"][:, None], v], dim=1)
    t = torch.tensor(times, dtype=z.dtype, device=z.device).expand(len(z), -1)
    with torch.no_grad():
        slopes = solve.f(t.reshape(-1), states.reshape(-1, states.shape[2]), inputs).reshape(states.shape)
    products = torch.where(weights == 0.0, 0.0, weights * slopes)  # also where a trajectory has no state to be felt
    products = products.masked_fill((weights != 0.0) & ~torch.isfinite(states), torch.nan)
    first, *others = products.sum(dim=(0, 2)).unbind()
    if solve.at is None:
        return {"span": torch.stack([first, *others])}
    return {"span": torch.stack([first, torch.zeros_like(first)]), "at": torch.stack(others)}
