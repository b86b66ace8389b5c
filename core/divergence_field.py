"""What a flow of densities follows: points, and how much their neighbourhood swells on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .deferred import deferred
from .field_derivatives import FieldDerivatives
from .trace_estimator import TraceEstimator
from .trace_estimators.exact import Exact

if TYPE_CHECKING:
    import numpy as np
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


class DivergenceField(torch.nn.Module):
    """(z, l)' = (f, tr df/dz), with |f|^2 / n beside them where the kinetic energy counts.

    l is then the logarithm of the determinant of the Jacobian of the map from the begin to the end, where it begins at
    0: Liouville's formula. Noise by which the trace is estimated stays what it is, so that every row has its own on all
    its way: it is a constant part of the state, behind the others.

    Source: R. Chen and others, Neural ordinary differential equations, NeurIPS 2018, theorem 1.
    """

    def __init__(self, field: FieldDerivatives, kinetic: bool = False, estimator: TraceEstimator | None = None) -> None:
        super().__init__()
        self.field, self.kinetic = field, kinetic
        self.estimator = Exact() if estimator is None else estimator
        self._beside = 1 + kinetic

    def forward(self, t: Float[Tensor, "B 1"], carried: Float[Tensor, "B m"]) -> Float[Tensor, "B m"]:
        """The slopes of the state and of what it carries."""
        size = self._size(carried)
        noise = carried[:, size + self._beside :]
        vectors = noise.reshape(len(carried), -1, size).movedim(1, 0)
        rates, swelling = self.rates_and_swelling(t[:, 0], carried[:, :size], vectors)
        slopes = [rates, swelling[:, None]]
        if self.kinetic:
            slopes.append(rates.square().mean(dim=1, keepdim=True))
        if self.estimator.vectors:
            slopes.append(torch.zeros_like(noise))
        return torch.cat(slopes, dim=1)

    def rates_and_swelling(
        self, t: Float[Tensor, "B"], z: Float[Tensor, "B n"], noise: Float[Tensor, "K B n"]
    ) -> tuple[Float[Tensor, "B n"], Float[Tensor, "B"]]:
        """f, and l'."""
        found: tuple[Tensor, Tensor] = self.estimator.rates_and_trace(self.field, t, z, noise)
        return found

    def begin(self, z: Float[Tensor, "B n"], random: np.random.Generator | None = None) -> Float[Tensor, "B m"]:
        """States with what they carry where they begin: nothing yet, and noise drawn from `random`, where it is
        estimated."""
        carried = torch.nn.functional.pad(z, (0, self._beside))
        if not self.estimator.vectors:
            return carried
        assert random is not None
        noise = self.estimator.noise((len(z), self.estimator.vectors * z.shape[1]), random)
        return torch.cat([carried, torch.as_tensor(noise).to(z)], dim=1)

    def ended(self, carried: Float[Tensor, "B m"]) -> tuple[Float[Tensor, "B n"], Float[Tensor, "B"]]:
        """The states, and l."""
        size = self._size(carried)
        return carried[:, :size], carried[:, size]

    def _size(self, carried: Float[Tensor, "B m"]) -> int:
        return (carried.shape[1] - self._beside) // (1 + self.estimator.vectors)
