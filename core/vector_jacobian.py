"""Products of a vector with the Jacobians of a batched function, and the dense Jacobian, by reverse mode."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from .deferred import deferred
from .torch_callable import differentiated

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")

Inputs = Mapping[str, "Tensor"]
"""Tensors by name: scalar parameters (), or batch data (S, ...)."""
LayerFunction = Callable[["Tensor", "Inputs | None"], "Tensor"]
"""f(z, inputs): z (S, n) -> (S, n), row by row, differentiable with respect to both."""


def leaves(inputs: Inputs) -> dict[str, Tensor]:
    """The floating-point ones of `inputs` as leaves of a new tape; they share memory with what was given."""
    return {name: tensor.detach().requires_grad_() for name, tensor in inputs.items() if tensor.is_floating_point()}


def detached(inputs: Inputs) -> dict[str, Tensor]:
    """The floating-point ones of `inputs`, on no tape."""
    return {name: tensor.detach() for name, tensor in inputs.items() if tensor.is_floating_point()}


def gradients(output: Tensor, cotangent: Tensor, of: Sequence[Tensor], keep: bool = False) -> list[Tensor]:
    """cotangent^T d output / d x for every x in `of`; zeros where the output does not depend on x."""
    if not output.requires_grad:
        return [torch.zeros_like(tensor) for tensor in of]
    found = torch.autograd.grad(output, list(of), cotangent, retain_graph=keep, allow_unused=True)
    return [
        torch.zeros_like(tensor) if gradient is None else gradient for tensor, gradient in zip(of, found, strict=True)
    ]


def pullback(
    f: LayerFunction, z: Float[Tensor, "S n"], inputs: Inputs, v: Float[Tensor, "S n"]
) -> tuple[Float[Tensor, "S n"], dict[str, Tensor]]:
    """(J^T v, (df/d input)^T v by name), J = df/dz at z: one call of f and one backward pass."""
    with torch.enable_grad():
        tracked, point = leaves(inputs), z.detach().requires_grad_()
        value = f(point, {**inputs, **tracked})
    first, *others = gradients(value, v, [point, *tracked.values()])
    return first, dict(zip(tracked, others, strict=True))


def dense_jacobian(
    f: LayerFunction, z: Float[Tensor, "S n"], inputs: Inputs
) -> tuple[Float[Tensor, "S n"], Float[Tensor, "S n n"]]:
    """(f, df/dz) at z by reverse mode; every sample has its own matrix."""
    jacobian = differentiated(lambda point: f(point, inputs), z)
    with torch.no_grad():
        return f(z, inputs), jacobian


def condition(matrix: Float[Tensor, "S n n"]) -> float:
    """The largest condition number in the 2-norm; infinite where a matrix is singular, NaN where it is not finite."""
    if not bool(torch.isfinite(matrix).all()):
        return float("nan")
    if matrix.shape[1] == 1:
        return 1.0 if bool((matrix != 0).all()) else float("inf")
    values = torch.linalg.svdvals(matrix)
    return float((values[:, 0] / values[:, -1]).max())
