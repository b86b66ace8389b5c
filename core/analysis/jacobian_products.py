"""A layer's Jacobian at given points: its matrices, or its products with vectors of numpy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..fixed_point_map import FixedPointMap

if TYPE_CHECKING:
    from jaxtyping import Float, Int

    from ..root_problem import BoundMap


LARGEST_DENSE = 512
"""Components up to which the whole matrix is looked at; of larger layers its products."""


@dataclass(frozen=True)
class JacobianProducts:
    """J of one sample: product(v) = J v and pullback(v) = J^T v for v (n,); products(v) = J v for v (1, n)."""

    product: Callable[[np.ndarray], np.ndarray]
    pullback: Callable[[np.ndarray], np.ndarray]
    products: Callable[[np.ndarray], np.ndarray]


def jacobians_at(
    layer: FixedPointMap, z: Float[np.ndarray, "S n"], rows: Int[np.ndarray, "S"] | None
) -> Float[np.ndarray, "S n n"]:
    """df/dz at the points z: symbolic, or of a large layer by torch."""
    if not layer.large:
        return layer.jacobian(rows)(z)
    bound = _bound(layer, rows, len(z))
    return np.asarray(bound.library.host(bound.jacobian(bound.library.array(z, "cpu", "float64"))))


def products_at(
    layer: FixedPointMap, z: Float[np.ndarray, "1 n"], rows: Int[np.ndarray, "1"] | None
) -> JacobianProducts:
    """df/dz at one point by torch, without its matrix."""
    bound = _bound(layer, rows, 1)
    point = bound.library.array(z, "cpu", "float64")
    forward, backward = bound.product(point), bound.pullback(point)

    def applied(linear: Callable[[Any], Any], v: np.ndarray) -> np.ndarray:
        return np.asarray(bound.library.host(linear(bound.library.array(v, "cpu", "float64")).detach()))

    return JacobianProducts(
        lambda v: applied(forward, v[None])[0], lambda v: applied(backward, v[None])[0], lambda v: applied(forward, v)
    )


def _bound(layer: FixedPointMap, rows: Int[np.ndarray, "S"] | None, count: int) -> BoundMap:
    from ..root_problem import bind_torch  # noqa: PLC0415 - the catalogue lists probes without torch's loop

    return bind_torch(layer, rows, count, "cpu", "float64")
