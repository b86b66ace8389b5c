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
from ..vector_jacobian import pullback
from .gradient_inputs import flat

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


ZERO = "the gradient is 0 but for rounding: neither errors nor angles mean anything"
NO_INPUTS = "nothing to differentiate by: this text has no parameter, data or vector with a name; k = 0.5 would be one"
_SMALL = 1e-6
"""Shorter references may be nothing but rounding, and are looked at twice."""
_ROUNDINGS = 64.0
"""Of 1 + |z|: how far the fixed point is moved to see what rounding does to a gradient."""


@dataclass(frozen=True)
class LossChoice:
    """text: in words; value(z) and cotangent(z), its derivative, for z (S, n); each(z): of every row of an array."""

    text: str
    value: Callable[[Tensor], float]
    cotangent: Callable[[Tensor], Tensor]
    each: Callable[[Float[np.ndarray, "S n"]], Float[np.ndarray, "S"]]


LOSSES: Mapping[str, LossChoice] = {
    "sum": LossChoice(
        "sum of the components", lambda z: float(z.sum()), lambda z: torch.ones_like(z), lambda z: z.sum(axis=1)
    ),
    "half_square": LossChoice(
        "half the squared length",
        lambda z: 0.5 * float((z * z).sum()),
        lambda z: z.clone(),
        lambda z: 0.5 * (z * z).sum(axis=1),
    ),
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
    """What rounding makes of a short reference; 0 of one that is long enough to be told from 0.

    How much it changes beside its point, or the precision of the sum that it is, whichever is larger.
    """
    gradient = flat(reference.grads, inputs)
    if not gradient.size or not length(gradient) < _SMALL:
        return 0.0
    at, precision = reference.at, _ROUNDINGS * float(np.finfo(np.float64).eps)
    beside = SolvedLayer(solve.f, at + precision * (1.0 + at.abs()), solve.start)
    change = length(flat(Implicit().backward(beside, choice.cotangent, inputs).grads, inputs) - gradient)
    signs = torch.as_tensor(np.random.default_rng(0).choice([-1.0, 1.0], tuple(at.shape)))
    terms = length(flat(pullback(solve.f, at, inputs, signs)[1], inputs)) * float(choice.cotangent(at).norm())
    return max(2.0 * change if isfinite(change) else 0.0, precision * terms if isfinite(terms) else 0.0)
