"""A field that carries beside its state what is to stay small along the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..deferred import deferred
from ..field_derivatives import FormulaDerivatives
from ..language import System
from ..path_costs import PathCosts

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


class RegularisedField(torch.nn.Module):
    """z' = f with the costs' slopes beside it, where |df/dz|^2 is |df/dz e|^2, on average over normal directions e the
    same. All samples of a call share the direction.

    Source: C. Finlay and others, How to train your neural ODE: the world of Jacobian and kinetic regularization, ICML
    2020, equation 9; there the other product, e^T df/dz, has the same mean.
    """

    def __init__(
        self,
        system: System,
        values: Mapping[str, float],
        weights: Mapping[str, torch.nn.Parameter],
        costs: PathCosts,
    ) -> None:
        super().__init__()
        self.field, self._size = FormulaDerivatives(system, values, weights), system.size
        self.costs = costs
        self.direction: Float[Tensor, "n"] | None = None

    def forward(self, t: Float[Tensor, "B 1"], state: Float[Tensor, "B m"]) -> Float[Tensor, "B m"]:
        """The slopes of the state and of what it carries."""
        t, z, square = t[:, 0], state[:, : self._size], None
        if self.costs.jacobian:
            direction = z.new_zeros(self._size) if self.direction is None else self.direction.to(z)
            rates, products = self.field.products(t, z, direction.expand(1, *z.shape))
            square = products[0].square().sum(dim=1)
        else:
            rates = self.field.rates(t, z)
        return torch.cat((rates, *self.costs.slopes(self.field, t, z, rates, square)), dim=1)
