"""How far a gradient of a fixed point can be from the true one, as far as it can be told without knowing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import inf, isfinite, isnan, nan, sqrt
from typing import TYPE_CHECKING

from .deferred import deferred
from .gradient_method import Backward, Cotangent, SolvedLayer
from .unit_disc import LARGEST
from .vector_jacobian import Inputs, dense_jacobian, pullback

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")

_ROUNDINGS = 4.0
"""Of z and of f, by which f - z may be off, and of the entries of I - J."""


def error_bound(solve: SolvedLayer, cotangent: Cotangent, inputs: Inputs, found: Backward) -> float:
    """About the greatest relative error |g - g*| / |g*| of `found`, NaN where it cannot be told.

    g* is told by the implicit gradient h = (df/dp)^T (I - J^T)^-1 v one Newton step further than the last point, and as
    far as the rounding of f - z leaves open. The step moves h by d from the last point. As it leaves at most half of
    the distance to the fixed point, h is within d of g*, so that |g - g*| <= |g - h| + d and |g*| >= |h| - d. Beside it
    stand |M^-1| (1 + |J|) roundings of the adjoint, M = I - J, for J is known no better.
    """
    if solve.z.shape[1] > LARGEST and not isfinite(found.condition):
        return nan
    value, jacobian = dense_jacobian(solve.f, solve.z, inputs)
    matrix = _matrix(jacobian)
    epsilon = _ROUNDINGS * torch.finfo(solve.z.dtype).eps
    # the residual, longer by its rounding
    open_ = value - solve.z
    open_ = open_ + torch.where(open_ < 0.0, -epsilon, epsilon) * (value.abs() + solve.z.abs())
    step = torch.linalg.solve_ex(matrix, open_[:, :, None])[0][:, :, 0]
    if not bool(torch.isfinite(step).all()):
        return inf
    ahead = replace(solve, z=solve.z + step)
    here = _implicit(solve, cotangent, inputs, matrix)
    there = _implicit(ahead, cotangent, inputs, _matrix(dense_jacobian(solve.f, ahead.z, inputs)[1]))
    moved, size = _distance(here, there), _distance(there)
    missed = _distance(found.grads, {**there, "start": torch.zeros_like(solve.start)})
    rounding = 100.0 * torch.finfo(solve.z.dtype).eps * float(cotangent(solve.z).norm())
    roundings = epsilon * _sensitivity(matrix, jacobian)
    if (
        missed + moved <= rounding and size <= rounding
    ):  # gradients of several samples may cancel and leave nothing else
        return roundings
    if not size > moved:
        return nan if isnan(size) or isnan(moved) else inf
    return (missed + moved) / (size - moved) + roundings


def _matrix(jacobian: Tensor) -> Tensor:
    """I - J."""
    return torch.eye(jacobian.shape[1], dtype=jacobian.dtype, device=jacobian.device) - jacobian


def _implicit(solve: SolvedLayer, cotangent: Cotangent, inputs: Inputs, matrix: Tensor) -> Mapping[str, Tensor]:
    """The implicit gradient by the inputs at a point with this I - J."""
    u = torch.linalg.solve_ex(matrix.mT, cotangent(solve.z)[:, :, None])[0][:, :, 0]
    return pullback(solve.f, solve.z, inputs, u)[1]


def _sensitivity(matrix: Tensor, jacobian: Tensor) -> float:
    """|M^-1| (1 + |J|) in the 2-norm, the largest of all samples; infinite where M is singular."""
    if not bool(torch.isfinite(matrix).all()):
        return nan
    least = torch.linalg.svdvals(matrix)[:, -1]
    return float(((1.0 + torch.linalg.matrix_norm(jacobian, 2)) / least).max())


def _distance(one: Mapping[str, Tensor], other: Mapping[str, Tensor] | None = None) -> float:
    """|one - other| over all gradients together, of `one` alone where there is no other."""
    parts = one.values() if other is None else (gradient - other[name] for name, gradient in one.items())
    return sqrt(sum(float(part.norm() ** 2) for part in parts))
