"""A field that carries beside its state what is to stay small along the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..deferred import deferred
from ..field_derivatives import FormulaDerivatives
from ..language import System

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


class RegularisedField(torch.nn.Module):
    """(z, k, j)' = (f, |f|^2 / n, |df/dz e|^2 / n): k, where `kinetic`, is the kinetic energy, and j, where `jacobian`,
    is on average over normal directions e the square of the Jacobian's norm. All samples of a call share the direction.

    Source: C. Finlay and others, How to train your neural ODE: the world of Jacobian and kinetic regularization, ICML
    2020, equations 8 and 9; there the other product, e^T df/dz, has the same mean.
    """

    def __init__(
        self,
        system: System,
        values: Mapping[str, float],
        weights: Mapping[str, torch.nn.Parameter],
        *,
        kinetic: bool,
        jacobian: bool,
    ) -> None:
        super().__init__()
        self.field, self._size = FormulaDerivatives(system, values, weights), system.size
        self._kinetic, self._jacobian = kinetic, jacobian
        self.direction: Float[Tensor, "n"] | None = None

    def forward(self, t: Float[Tensor, "B 1"], state: Float[Tensor, "B m"]) -> Float[Tensor, "B m"]:
        """The slopes of the state and of what it carries."""
        z, parts = state[:, : self._size], []
        if self._jacobian:
            direction = z.new_zeros(self._size) if self.direction is None else self.direction.to(z)
            slopes, products = self.field.products(t[:, 0], z, direction.expand(1, *z.shape))
            parts.append(products[0].square().mean(dim=1, keepdim=True))
        else:
            slopes = self.field.rates(t[:, 0], z)
        if self._kinetic:
            parts.insert(0, slopes.square().mean(dim=1, keepdim=True))
        return torch.cat((slopes, *parts), dim=1)
