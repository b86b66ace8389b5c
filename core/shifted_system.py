"""The systems of linearly implicit methods: I - w df/dz where a step begins, for all its stages."""

from __future__ import annotations

from typing import Any

from .array_library import ArrayLibrary
from .bound_field import BoundField
from .dense_matrices import inverse
from .small_systems import applied
from .sparse_jacobian import SparseSystem


def shifted_system(field: BoundField, t: Any, z: Any, width: Any) -> SparseSystem | InvertedMatrices:
    """Systems with I - w df/dz at t (L,), z (L, n) for w (L, 1), by the entries of df/dz where they are few."""
    if field.sparse is not None:
        return field.sparse.shifted(width, t, z)
    library = field.library
    return InvertedMatrices(library, library.eye(z.shape[1], z) - width[..., None] * field.jacobian(t, z))


class InvertedMatrices:
    """Matrices (L, n, n) and their inverses."""

    def __init__(self, library: ArrayLibrary, matrix: Any) -> None:
        self._library, self._matrix, self._inverse = library, matrix, inverse(library, matrix)

    @property
    def singular(self) -> Any:
        """Which matrices of numbers have no inverse (L,)."""
        return _all_finite(self._library, self._matrix) & ~_all_finite(self._library, self._inverse)

    def times(self, v: Any) -> Any:
        """Of vectors (L, n)."""
        return applied(self._library, self._matrix, v)

    def solve(self, right: Any) -> Any:
        """x (L, n) with matrix x = right."""
        return applied(self._library, self._inverse, right)


def _all_finite(library: Any, matrix: Any) -> Any:
    return library.module.isfinite(matrix).all(2).all(1)
