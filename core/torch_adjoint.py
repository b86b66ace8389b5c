"""The continuous adjoint equation of any torch function, by automatic differentiation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .budget import Budget
from .deferred import deferred
from .follow import follow
from .followed import Followed
from .gradient_method import AdjointFlow, TimedFunction
from .step_controller import StepController
from .tableau import Tableau
from .vector_jacobian import Inputs, gradients

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


def torch_flow(f: TimedFunction) -> AdjointFlow:
    """Every call is one of f and one backward pass."""

    def flow(
        inputs: Inputs,
        start: Tensor,
        span: tuple[float, float],
        tableau: Tableau,
        controller: StepController,
        budget: Budget,
    ) -> Followed:
        size = (start.shape[1] - len(inputs)) // 2

        def slope(t: Float[Tensor, "L"], y: Float[Tensor, "L m"]) -> Float[Tensor, "L m"]:
            with torch.enable_grad():
                z = y[:, :size].detach().requires_grad_()
                # every row has inputs of its own, so that its g is its own
                own = {name: value.expand(len(y)).clone().requires_grad_() for name, value in inputs.items()}
                rate = f(t, z, own)
            state, *others = gradients(rate, y[:, size : 2 * size], [z, *own.values()])
            return torch.cat([rate.detach(), -state, *(-other[:, None] for other in others)], dim=1)

        return follow(slope, start, span, tableau, controller, budget)

    return flow
