"""What the readings of gradients share: the losses to choose from, and one method's line beside a reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from ..deferred import deferred
from ..gradient_method import GradientMethod
from ..lengths import cosine, length
from ..readings.layer_gradients import MethodGradient

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


@dataclass(frozen=True)
class LossChoice:
    """text: in words; value(z) and cotangent(z), its derivative, for z (S, n)."""

    text: str
    value: Callable[[Tensor], float]
    cotangent: Callable[[Tensor], Tensor]


LOSSES: Mapping[str, LossChoice] = {
    "sum": LossChoice("sum of the components", lambda z: float(z.sum()), lambda z: torch.ones_like(z)),
    "half_square": LossChoice("half the squared length", lambda z: 0.5 * float((z * z).sum()), lambda z: z.clone()),
}


@dataclass(frozen=True)
class Comparison:
    """A reference gradient, against which methods are compared."""

    reference: Float[np.ndarray, "P"]

    def error(self, gradient: Float[np.ndarray, "P"]) -> float:
        """|g - reference| / |reference|."""
        size = length(self.reference)
        return length(gradient - self.reference) / size if size else nan

    def cosine(self, gradient: Float[np.ndarray, "P"]) -> float:
        """Of the angle between both."""
        return cosine(gradient, self.reference)

    def method(
        self,
        method: type[GradientMethod],
        gradient: Float[np.ndarray, "P"],
        residual: float,
        products: int,
        seconds: float,
    ) -> MethodGradient:
        """One method's line."""
        return MethodGradient(
            method=method.name,
            title=method.title,
            gradient=gradient,
            relative_error=self.error(gradient),
            cosine=self.cosine(gradient),
            backward_residual=residual,
            products=products,
            seconds=seconds,
            exact=method.exact,
        )
