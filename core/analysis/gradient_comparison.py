"""What the readings of gradients share: the losses to choose from, and one method's line beside a reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf, isfinite, nan
from typing import TYPE_CHECKING

import numpy as np

from ..deferred import deferred
from ..gradient_method import Backward, GradientMethod, SolvedLayer
from ..gradient_methods.implicit import Implicit
from ..lengths import cosine, length
from ..readings.layer_gradients import MethodGradient
from .gradient_inputs import flat

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


ZERO = "the gradient is 0 but for rounding: neither errors nor angles mean anything"
_SMALL = 1e-6
"""Shorter references may be nothing but rounding, and are looked at twice."""
_ROUNDINGS = 64.0
"""Of 1 + |z|: how far the fixed point is moved to see what rounding does to a gradient."""


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
    """A reference gradient, against which methods are compared.

    rounding: what rounding makes of a gradient that is 0. A reference no longer than that says nothing of sizes and
    angles.
    """

    reference: Float[np.ndarray, "P"]
    rounding: float = 0.0

    @property
    def is_rounding(self) -> bool:
        """Whether the reference is 0 as far as can be told."""
        return length(self.reference) <= self.rounding

    def error(self, gradient: Float[np.ndarray, "P"]) -> float:
        """|g - reference| / |reference|; of a reference that is 0, NaN or, where the gradient is not, infinite."""
        size, distance = length(self.reference), length(gradient - self.reference)
        if self.is_rounding:
            return inf if distance > self.rounding else nan
        return distance / size if size else nan

    def cosine(self, gradient: Float[np.ndarray, "P"]) -> float:
        """Of the angle between both."""
        return nan if self.is_rounding else cosine(gradient, self.reference)

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


def rounding(solve: SolvedLayer, choice: LossChoice, inputs: Mapping[str, Tensor], reference: Backward) -> float:
    """How much a short reference changes beside its point; 0 of one that is long enough to be told from 0."""
    gradient = flat(reference.grads, inputs)
    if not gradient.size or not length(gradient) < _SMALL:
        return 0.0
    beside = reference.at + _ROUNDINGS * float(np.finfo(np.float64).eps) * (1.0 + reference.at.abs())
    found = Implicit().backward(SolvedLayer(solve.f, beside, solve.start), choice.cotangent, inputs)
    change = length(flat(found.grads, inputs) - gradient)
    return 2.0 * change if isfinite(change) else 0.0
