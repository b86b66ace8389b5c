"""What a flow of densities follows: points, and how much their neighbourhood swells on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .deferred import deferred
from .field_derivatives import FieldDerivatives

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


class DivergenceField(torch.nn.Module):
    """(z, l)' = (f, tr df/dz), with |f|^2 / n beside them where the kinetic energy counts.

    l is then the logarithm of the determinant of the Jacobian of the map from the begin to the end, where it begins at
    0: Liouville's formula. Source: R. Chen and others, Neural ordinary differential equations, NeurIPS 2018, theorem 1.
    """

    def __init__(self, field: FieldDerivatives, kinetic: bool = False) -> None:
        super().__init__()
        self.field, self.kinetic = field, kinetic
        self._beside = 1 + kinetic

    def forward(self, t: Float[Tensor, "B 1"], carried: Float[Tensor, "B m"]) -> Float[Tensor, "B m"]:
        """The slopes of the state and of what it carries."""
        size = carried.shape[1] - self._beside
        rates, trace = self.field.divergence(t[:, 0], carried[:, :size])
        slopes = [rates, trace[:, None]]
        if self.kinetic:
            slopes.append(rates.square().mean(dim=1, keepdim=True))
        return torch.cat(slopes, dim=1)

    def begin(self, z: Float[Tensor, "B n"]) -> Float[Tensor, "B m"]:
        """States with what they carry where they begin: nothing yet."""
        return torch.nn.functional.pad(z, (0, self._beside))

    def ended(self, carried: Float[Tensor, "B m"]) -> tuple[Float[Tensor, "B n"], Float[Tensor, "B"]]:
        """The states, and l."""
        size = carried.shape[1] - self._beside
        return carried[:, :size], carried[:, size]
