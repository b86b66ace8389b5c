"""The equations of an implicit step as fixed points, for the root solvers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .array_library import ArrayLibrary
from .bound_field import BoundField
from .dense_matrices import product, transposed_product
from .linear_system import LinearSystem
from .root_problem import BoundMap


def one_stage(field: BoundField, t: Any, base: Any, width: Any) -> BoundMap:
    """Z = w f(t, base + Z), so that base + Z is the argument of a stage and Z / w its slope.

    t (L,), base (L, n), width w (L, 1). Its Jacobian is w df/dz.
    """

    def value(z: Any) -> Any:
        return width * field.slope(t, base + z)

    def jacobian(z: Any) -> Any:
        return width[..., None] * field.jacobian(t, base + z)

    sparse = field.sparse
    system = None if sparse is None else lambda z: sparse.shifted(width, t, base + z)
    return _bound(field.library, value, jacobian, system)


def all_stages(field: BoundField, times: Any, start: Any, h: Any, a: Any) -> BoundMap:
    """Z_i = h sum_j a_ij f(t_j, start + Z_j) for s stages at once, on arrays (L, s n).

    times (L, s), start (L, n), h (L, 1), a (s, s).
    """
    count, stages, size = len(start), len(a), start.shape[1]
    flat_times = times.reshape(-1)

    def points(z: Any) -> Any:
        return (start[:, None] + z.reshape(count, stages, size)).reshape(-1, size)

    def value(z: Any) -> Any:
        slopes = field.slope(flat_times, points(z)).reshape(count, stages, size)
        return (h[..., None] * combined(field.library, a, slopes)).reshape(count, -1)

    def jacobian(z: Any) -> Any:
        matrices = field.jacobian(flat_times, points(z)).reshape(count, 1, stages, size, size)
        blocks = (h[:, :, None, None, None] * a[None, :, :, None, None]) * matrices
        return blocks.swapaxes(2, 3).reshape(count, stages * size, stages * size)

    sparse = field.sparse
    system = None if sparse is None else lambda z: sparse.stages(h, a, flat_times, points(z))
    return _bound(field.library, value, jacobian, system)


def combined(library: ArrayLibrary, weights: Any, slopes: Any) -> Any:
    """sum_j w_ij k_j for weights (r, s) and k (L, s, n): (L, r, n). A sample does not depend on its batch mates."""
    return library.total((weights[None, :, :, None] * slopes[:, None]).swapaxes(2, 3))


def _bound(
    library: ArrayLibrary,
    value: Callable[[Any], Any],
    jacobian: Callable[[Any], Any],
    system: Callable[[Any], LinearSystem] | None,
) -> BoundMap:
    def along(z: Any) -> Callable[[Any], Any]:
        matrix = jacobian(z)
        return lambda v: product(library, matrix, v)

    def back(z: Any) -> Callable[[Any], Any]:
        matrix = jacobian(z)
        return lambda v: transposed_product(library, matrix, v)

    return BoundMap(library, value, jacobian, along, back, _no_curvature, system=system)


def _no_curvature(_z: Any, _v: Any) -> Any:
    raise ValueError("the equations of a step have no second derivatives: solve them by Newton's method")
