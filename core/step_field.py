"""What Euler's steps carry along where the density of their own map is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .deferred import deferred
from .divergence_field import DivergenceField
from .field_derivatives import FieldDerivatives

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


class StepField(DivergenceField):
    """(z, l)' = (f, log |det(I + h df/dz)| / h), for steps of length h: after Euler's steps l is the logarithm of the
    determinant of the Jacobian of all of them, exactly. As h -> 0 the rate of l becomes the divergence.

    step: h, below 0 where time runs back.

    Source: J. Behrmann and others, Invertible residual networks, ICML 2019, equation 3, with the determinant itself.
    """

    def __init__(self, field: FieldDerivatives, step: float, kinetic: bool = False) -> None:
        super().__init__(field, kinetic)
        self.step = step

    def rates_and_swelling(
        self,
        t: Float[Tensor, "B"],
        z: Float[Tensor, "B n"],
        noise: Float[Tensor, "K B n"],  # noqa: ARG002
    ) -> tuple[Float[Tensor, "B n"], Float[Tensor, "B"]]:
        """f, and l'."""
        rates, (_, logarithm) = self.determinant(t, z)
        return rates, logarithm / self.step

    def determinant(
        self, t: Float[Tensor, "B"], z: Float[Tensor, "B n"]
    ) -> tuple[Float[Tensor, "B n"], tuple[Float[Tensor, "B"], Float[Tensor, "B"]]]:
        """f, and of det(I + h df/dz) the sign and the logarithm of its size."""
        rates, jacobian = self.field.jacobian(t, z)
        unit = torch.eye(z.shape[1], dtype=z.dtype, device=z.device)
        sign, logarithm = torch.linalg.slogdet(unit + self.step * jacobian)
        return rates, (sign, logarithm)
