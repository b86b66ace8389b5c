"""Products with the Jacobian of a batched torch function, and how that Jacobian changes along a direction.

The function works row by row, so that a sum over samples keeps every sample's own derivative.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .deferred import deferred

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")

Function = Callable[["Tensor"], "Tensor"]


def cotangent(function: Function, z: Tensor) -> Function:
    """v (S, n) -> J^T v at z: one evaluation here, one backward pass for every v."""
    with torch.enable_grad():
        point = z.detach().requires_grad_()
        answer = function(point)
    if not answer.requires_grad:
        return torch.zeros_like

    def product(v: Tensor) -> Tensor:
        (found,) = torch.autograd.grad(answer, point, v, retain_graph=True, allow_unused=True)
        return torch.zeros_like(v) if found is None else found

    return product


def tangent(function: Function, z: Tensor) -> Function:
    """v (S, n) -> J v at z.

    J^T u is linear in u, and its derivative by u along v is J v: two passes backward, which every operation allows
    that can be differentiated twice; forward mode is known to fewer.
    """
    with torch.enable_grad():
        point = z.detach().requires_grad_()
        answer = function(point)
        if not answer.requires_grad:
            return torch.zeros_like
        weights = torch.zeros_like(answer, requires_grad=True)
        (slope,) = torch.autograd.grad(answer, point, weights, create_graph=True)

    def product(v: Tensor) -> Tensor:
        (found,) = torch.autograd.grad(slope, weights, v, retain_graph=True, allow_unused=True)
        return torch.zeros_like(v) if found is None else found

    return product


def derivative_by(function: Function, p: Tensor) -> Tensor:
    """df/dp (S, n) of a function of one number p () -> (S, n): two passes backward, as `tangent` takes them."""
    with torch.enable_grad():
        number = p.detach().requires_grad_()
        answer = function(number)
        if not answer.requires_grad:
            return torch.zeros_like(answer)
        weights = torch.zeros_like(answer, requires_grad=True)
        (slope,) = torch.autograd.grad(answer, number, weights, create_graph=True, materialize_grads=True)
        if not slope.requires_grad:
            return torch.zeros_like(answer).detach()
        (found,) = torch.autograd.grad(slope, weights, materialize_grads=True)
    return found


def directional(function: Function, z: Tensor, v: Tensor) -> Tensor:
    """d/dh df/dz (z + h v) at h = 0, (S, n, n): row i is the Hessian of component i times v."""
    with torch.enable_grad():
        point = z.detach().requires_grad_()
        answer = function(point)
        rows = [_hessian_product(answer[:, index], point, v) for index in range(z.shape[1])]
    return torch.stack(rows, dim=1)


def _hessian_product(component: Tensor, point: Tensor, v: Tensor) -> Tensor:
    if not component.requires_grad:
        return torch.zeros_like(point)
    (slope,) = torch.autograd.grad(component.sum(), point, create_graph=True, allow_unused=True)
    if slope is None or not slope.requires_grad:
        return torch.zeros_like(point)
    (found,) = torch.autograd.grad((slope * v).sum(), point, retain_graph=True, allow_unused=True)
    return torch.zeros_like(point) if found is None else found.detach()
