"""What training keeps small along trajectories, beside its loss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .deferred import deferred

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor

    from .field_derivatives import FieldDerivatives
    from .training_choice import Training
else:
    torch = deferred("torch")


@dataclass(frozen=True)
class PathCosts:
    """The weights of integrals over the time, each that of a mean over the n components; what weighs 0 is not computed.

    kinetic: |f|^2 / n. jacobian: |df/dz|^2 / n, the square of Frobenius' norm. taylor: |d^K z/dt^K|^2 / n for K =
    `order`, the total derivative along the trajectory: solvers of that order and above take long steps where it is
    small.

    Source: C. Finlay and others, How to train your neural ODE: the world of Jacobian and kinetic regularization, ICML
    2020, equations 8 and 9; J. Kelly and others, Learning differential equations that are easy to solve, NeurIPS 2020,
    equation 1.
    """

    kinetic: float = 0.0
    jacobian: float = 0.0
    taylor: float = 0.0
    order: int = 2

    @classmethod
    def chosen(cls, choice: Training) -> PathCosts:
        """Those of a training."""
        return cls(choice.kinetic, choice.jacobian, choice.taylor, choice.taylor_order)

    @property
    def weights(self) -> tuple[float, ...]:
        """Of those that count, in the order of `slopes`."""
        return tuple(weight for weight in (self.kinetic, self.jacobian, self.taylor) if weight)

    def slopes(
        self,
        field: FieldDerivatives,
        t: Float[Tensor, "B"],
        z: Float[Tensor, "B n"],
        rates: Float[Tensor, "B n"],
        square: Float[Tensor, "B"] | None,
    ) -> list[Float[Tensor, "B 1"]]:
        """How fast those that count grow at t and z. rates: f there; square: |df/dz|^2, exact or an unbiased estimate,
        where the Jacobian counts."""
        found = []
        if self.kinetic:
            found.append(rates.square().mean(dim=1, keepdim=True))
        if self.jacobian:
            assert square is not None
            found.append(square[:, None] / z.shape[1])
        if self.taylor:
            found.append(field.time_derivative(t, z, self.order).square().mean(dim=1, keepdim=True))
        return found

    def weighed(self, carried: Float[Tensor, "B c"]) -> Tensor:
        """The mean over samples of what was carried along, each times its weight, added up: 0 where nothing counts.

        Backward in time integrals of squares fall from 0: what counts is how far they come.
        """
        total: Tensor = (carried.mean(dim=0).abs() * carried.new_tensor(self.weights)).sum()
        return total
