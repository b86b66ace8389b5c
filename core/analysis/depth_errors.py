"""A network of K equal layers beside the implicit layer that it tends to, for every K at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..deferred import deferred
from ..fixed_point_map import FixedPointMap
from ..gradient_method import SolvedLayer
from ..gradient_methods.implicit import Implicit
from ..newton_polish import polish
from ..readings.depth_errors import DepthErrors
from ..vector_jacobian import dense_jacobian, gradients, leaves
from .gradient_comparison import LOSSES, ZERO, Comparison, LossChoice, rounding
from .gradient_inputs import flat, inputs_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import torch
    from jaxtyping import Float
    from torch import Tensor

    from ..vector_jacobian import Inputs, LayerFunction
else:
    torch = deferred("torch")

DEEPEST = 100
_LARGEST = 10_000_000
"""Numbers in the Jacobians of all layers together."""
_ARRIVED = 1e-14
"""Of 1 + |z*|: nearer layers differ by rounding."""
_UNSOLVED = "the solver did not reach a fixed point: there is no equilibrium to compare depths with"
_NOWHERE = "no fixed point is near: Newton's method finds none from where the solver ended"
_FAR = "the layers lead elsewhere: not to the fixed point that the solver found"


def depth_errors(
    mapping: FixedPointMap,
    z_star: Float[np.ndarray, "n"],
    start: Float[np.ndarray, "n"],
    row: int = 0,
    loss: str = "sum",
    *,
    sample: int = 0,
    converged: bool = True,
    wrt: str = "",
) -> DepthErrors:
    """Distance and gradient error for depths 0 to D, `DEEPEST` or where the layers have arrived or are not finite.

    z_star: where the solver ended; Newton's method finds the fixed point from there. row, wrt: as for
    `layer_gradients`.
    """
    choice, (inputs, _) = LOSSES[loss], inputs_of(mapping, row, wrt)
    f = _row_function(mapping, row)
    z, arrived = polish(f, torch.as_tensor(np.array(z_star, dtype=np.float64)).reshape(1, -1), inputs)
    at = z[0].numpy().copy()
    nothing = np.empty(0)
    if not converged or not bool(arrived.all()):
        return DepthErrors(sample, at, np.nan, nothing, nothing, _NOWHERE if converged else _UNSOLVED)
    begin = torch.as_tensor(np.array(start, dtype=np.float64)).reshape(1, -1)
    solve = SolvedLayer(f, z, begin)
    implicit = Implicit().backward(solve, choice.cotangent, inputs)
    assert implicit.jacobian is not None
    jacobian = implicit.jacobian[0].numpy()
    layers = _layers(f, begin, z, inputs)
    distance = (layers - z).norm(dim=1).numpy()
    compared = Comparison(flat(implicit.grads, inputs), rounding(solve, choice, inputs, implicit))
    found = [np.zeros_like(compared.reference)]
    if len(layers) > 1:
        found += [flat(each, inputs) for each in _through(f, layers, choice, inputs)]
    far = len(distance) > 1 and not distance[-1] < distance[0]
    return DepthErrors(
        sample=sample,
        at=at,
        radius=float(np.abs(np.linalg.eigvals(jacobian)).max()) if np.isfinite(jacobian).all() else np.nan,
        distance=distance,
        gradient_error=np.array([compared.error(gradient) for gradient in found]),
        note=implicit.note or (_FAR if far else ZERO if compared.is_rounding else ""),
    )


def _row_function(mapping: FixedPointMap, row: int) -> LayerFunction:
    """f for any number of rows of z that see the same row of batch data, also where `inputs` replaces it, (1, ...)."""
    batched = tuple(mapping.data)

    def f(z: Tensor, inputs: Inputs | None) -> Tensor:
        rows = np.full(len(z), row) if mapping.batch is not None else None
        seen = {
            name: value.expand(len(z), *value.shape[1:]) if name in batched else value
            for name, value in (inputs or {}).items()
        }
        answer: Tensor = mapping.torch("cpu", "float64", rows)(z, seen)
        return answer

    return f


def _layers(
    f: LayerFunction, begin: Float[Tensor, "1 n"], z: Float[Tensor, "1 n"], inputs: Inputs
) -> Float[Tensor, "D1 n"]:
    """z_0 to z_D."""
    near = _ARRIVED * (1.0 + float(z.norm()))
    deepest = min(DEEPEST, max(2, _LARGEST // z.shape[1] ** 2))
    points = [begin]
    with torch.no_grad():
        while len(points) <= deepest and float((points[-1] - z).norm()) > near:
            ahead = f(points[-1], inputs)
            if not bool(torch.isfinite(ahead).all()):
                break
            points.append(ahead)
    return torch.cat(points)


def _through(
    f: LayerFunction, layers: Float[Tensor, "D1 n"], choice: LossChoice, inputs: Inputs
) -> list[Mapping[str, Tensor]]:
    """The gradients of the loss of z_1, ..., z_D through all layers below.

    What depth K sends back to the layer after z_k, a_K,k = J(z_k)^T a_K,k+1, is one product per k for all K; then one
    backward pass over the rows z_0, ..., z_(D-1) for each K, all at once where f allows it, collects the gradients.
    """
    depth = len(layers) - 1
    _, jacobians = dense_jacobian(f, layers[:-1], inputs)
    sent = torch.zeros(depth, depth, layers.shape[1], dtype=layers.dtype)
    back = choice.cotangent(layers[1:])
    for k in range(depth - 1, -1, -1):
        sent[k:, k] = back[k:]
        back[k:] = back[k:] @ jacobians[k]
    with torch.enable_grad():
        tracked = leaves(inputs)
        value = f(layers[:-1], {**inputs, **tracked})
    if not value.requires_grad:
        return [{name: torch.zeros_like(tensor) for name, tensor in tracked.items()}] * depth
    options: dict[str, Any] = {"retain_graph": True, "allow_unused": True}
    try:
        found = torch.autograd.grad(value, list(tracked.values()), sent, is_grads_batched=True, **options)
    except RuntimeError:  # an operation that knows no batch of gradients
        every = [gradients(value, each, list(tracked.values()), keep=True) for each in sent]
        found = tuple(torch.stack(column) for column in zip(*every, strict=True))
    named = [
        (name, torch.zeros(depth, *tensor.shape, dtype=tensor.dtype) if each is None else each)
        for (name, tensor), each in zip(tracked.items(), found, strict=True)
    ]
    return [{name: each[place] for name, each in named} for place in range(depth)]
