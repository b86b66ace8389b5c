"""How far a gradient of a fixed point can be from the true one, as far as it can be told without knowing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import isfinite, nan
from typing import TYPE_CHECKING

from .deferred import deferred
from .gradient_method import Backward, Cotangent, FixedPointGradient, SolvedLayer
from .newton_polish import newton_step
from .vector_jacobian import Inputs, condition, dense_jacobian

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")

_LARGEST = 64
"""Components up to which I - J is built only to know its condition."""


def error_bound(
    method: FixedPointGradient, solve: SolvedLayer, cotangent: Cotangent, inputs: Inputs, found: Backward
) -> float:
    """A bound of the relative error of `found`, NaN where there is none.

    The adjoint u of a linear system with M = I - J has a relative error of at most cond(M) |residual| / |v|. That
    M and v belong to the last point and not to the fixed point makes an error linear in their distance: an exact
    method is asked again one Newton step further, and twice the change counts.
    """
    if solve.z.shape[1] > _LARGEST and not isfinite(found.condition):
        return nan
    number = found.condition if isfinite(found.condition) else _condition(solve, inputs)
    linear = number * (found.residual + torch.finfo(solve.z.dtype).eps)
    if not method.exact:
        return linear
    ahead = solve.z + newton_step(solve.f, solve.z, inputs)
    if not bool(torch.isfinite(ahead).all()):
        return float("inf")
    other = method.backward(replace(solve, z=ahead), cotangent, inputs)
    rounding = 100.0 * torch.finfo(solve.z.dtype).eps * float(cotangent(solve.z).norm())
    return linear + 2.0 * _relative_difference(found.grads, other.grads, rounding)


def _relative_difference(found: Mapping[str, Tensor], other: Mapping[str, Tensor], rounding: float) -> float:
    """|found - other| / |other| over all gradients together; 0 where they differ by no more than `rounding`.

    Gradients of several samples may cancel and leave nothing but rounding.
    """
    moved = sum(float((found[name] - other[name]).norm() ** 2) for name in found) ** 0.5
    size = sum(float(gradient.norm() ** 2) for gradient in other.values()) ** 0.5
    if moved <= rounding:
        return 0.0
    return moved / size if size else float("inf")


def _condition(solve: SolvedLayer, inputs: Inputs) -> float:
    _, jacobian = dense_jacobian(solve.f, solve.z, inputs)
    return condition(torch.eye(solve.z.shape[1], dtype=jacobian.dtype, device=jacobian.device) - jacobian)
