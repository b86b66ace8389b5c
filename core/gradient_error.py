"""How far a gradient of a fixed point can be from the true one, as far as it can be told without knowing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import isfinite, nan
from typing import TYPE_CHECKING

from .deferred import deferred
from .gradient_method import Backward, Cotangent, FixedPointGradient, SolvedLayer
from .unit_disc import LARGEST
from .vector_jacobian import Inputs, condition, dense_jacobian

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")

_ROUNDINGS = 4.0
"""Of z and of f, by which f - z may be off, and of the entries of I - J."""


def error_bound(
    method: FixedPointGradient, solve: SolvedLayer, cotangent: Cotangent, inputs: Inputs, found: Backward
) -> float:
    """About the greatest relative error of `found`, NaN where it cannot be told.

    The adjoint u of a linear system with M = I - J has a relative error of at most cond(M) |residual| / |v|, and of
    |M^-1| (1 + |J|) roundings, for J is known no better. That M and v belong to the last point and not to the fixed
    point makes an error linear in their distance: the method is asked again where the fixed point may be, one Newton
    step further and as far as the rounding of f - z leaves open, and twice the change counts.
    """
    if solve.z.shape[1] > LARGEST and not isfinite(found.condition):
        return nan
    value, jacobian = dense_jacobian(solve.f, solve.z, inputs)
    matrix = torch.eye(solve.z.shape[1], dtype=jacobian.dtype, device=jacobian.device) - jacobian
    number = found.condition if isfinite(found.condition) else condition(matrix)
    epsilon = _ROUNDINGS * torch.finfo(solve.z.dtype).eps
    linear = number * found.residual + epsilon * _sensitivity(matrix, jacobian)
    # the residual, longer by its rounding
    open_ = value - solve.z
    open_ = open_ + torch.where(open_ < 0.0, -epsilon, epsilon) * (value.abs() + solve.z.abs())
    ahead = solve.z + torch.linalg.solve_ex(matrix, open_[:, :, None])[0][:, :, 0]
    if not bool(torch.isfinite(ahead).all()):
        return float("inf")
    other = method.backward(replace(solve, z=ahead), cotangent, inputs)
    rounding = 100.0 * torch.finfo(solve.z.dtype).eps * float(cotangent(solve.z).norm())
    return linear + 2.0 * _relative_difference(found.grads, other.grads, rounding)


def _sensitivity(matrix: Tensor, jacobian: Tensor) -> float:
    """|M^-1| (1 + |J|) in the 2-norm, the largest of all samples; infinite where M is singular."""
    if not bool(torch.isfinite(matrix).all()):
        return nan
    least = torch.linalg.svdvals(matrix)[:, -1]
    return float(((1.0 + torch.linalg.matrix_norm(jacobian, 2)) / least).max())


def _relative_difference(found: Mapping[str, Tensor], other: Mapping[str, Tensor], rounding: float) -> float:
    """|found - other| / |other| over all gradients together; 0 where both are rounding.

    Gradients of several samples may cancel and leave nothing else.
    """
    moved = sum(float((found[name] - other[name]).norm() ** 2) for name in found) ** 0.5
    size = sum(float(gradient.norm() ** 2) for gradient in other.values()) ** 0.5
    if moved <= rounding and size <= rounding:
        return 0.0
    return moved / size if size else float("inf")
