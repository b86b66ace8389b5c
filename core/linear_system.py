"""Linear systems of the equations of a step, one matrix per sample, whatever form it has."""

from __future__ import annotations

from typing import Any, Protocol

from .array_library import ArrayLibrary
from .dense_matrices import inverse, product


class LinearSystem(Protocol):
    """Matrices (L, n, n), ready for many right sides."""

    def solve(self, right: Any) -> Any:
        """x (L, n) with matrix x = right; not finite where there is none."""

    def too_long(self, move: Any, residual: Any) -> Any:
        """Where move (L, n), the solution for `residual`, is so long that the matrix is singular but for rounding (L,):
        see `singular_to_rounding`."""


class WholeSystem:
    """By the inverse of the whole matrix."""

    def __init__(self, library: ArrayLibrary, matrix: Any) -> None:
        self._library, self._inverse = library, inverse(library, matrix)
        rows = library.largest(matrix)
        self._rows = library.where(rows > 0.0, rows, 1.0)
        self._columns = library.largest((matrix / self._rows).swapaxes(1, 2))[..., 0]
        self._share = 4.0 * matrix.shape[1] * library.epsilon(matrix)

    def solve(self, right: Any) -> Any:
        """x (L, n) with matrix x = right; not finite where there is none."""
        return product(self._library, self._inverse, right)

    def too_long(self, move: Any, residual: Any) -> Any:
        """Where a step is so long that the matrix is singular but for rounding (L,)."""
        norm = self._library.norm
        return norm(move * self._columns) * self._share > norm(residual / self._rows[..., 0])
