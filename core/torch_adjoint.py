"""The continuous adjoint equation of any torch function, by automatic differentiation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .adjoint_products import TorchProducts
from .budget import Budget
from .deferred import deferred
from .follow import follow
from .followed import Followed
from .gradient_method import AdjointFlow, TimedFunction
from .step_controller import StepController
from .tableau import Tableau
from .vector_jacobian import Inputs

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
        carried: tuple[str, ...],
        start: Tensor,
        span: tuple[float, float],
        tableau: Tableau,
        controller: StepController,
        budget: Budget,
    ) -> Followed:
        size, products = (start.shape[1] - len(carried)) // 2, TorchProducts(f, inputs)

        def slope(t: Float[Tensor, "L"], y: Float[Tensor, "L m"]) -> Float[Tensor, "L m"]:
            rate, back = products.rows(t, y[:, :size], y[:, size : 2 * size], carried)
            return torch.cat([rate, -back], dim=1)

        return follow(slope, start, span, tableau, controller, budget)

    return flow
