"""Products, inverses and least squares of one dense matrix per sample, the same for numpy and torch."""

from __future__ import annotations

from typing import Any

import numpy as np

from .array_library import ArrayLibrary


def product(library: ArrayLibrary, matrix: Any, vector: Any) -> Any:
    """matrix (S, m, n) times vector (S, n): (S, m). A sample's result does not depend on its batch mates."""
    return library.total(matrix * vector[:, None, :])


def transposed_product(library: ArrayLibrary, matrix: Any, vector: Any) -> Any:
    """The transpose of matrix (S, m, n) times vector (S, m): (S, n)."""
    return product(library, matrix.swapaxes(1, 2), vector)


def inverse(library: ArrayLibrary, matrix: Any) -> Any:
    """The inverse of each matrix (S, n, n); not finite where there is none."""
    return _invert_each(matrix) if library.is_numpy else library.module.linalg.inv_ex(matrix)[0]


def regular_inverse(library: ArrayLibrary, matrix: Any) -> tuple[Any, Any]:
    """The inverse of each matrix (S, n, n), and where there is none (S,): it is 0 there."""
    found = inverse(library, matrix)
    singular = ~library.module.isfinite(found).all(-1).all(-1)
    return library.where(singular[:, None, None], 0.0, found), singular


def least_squares(library: ArrayLibrary, matrix: Any, right: Any) -> Any:
    """x (S, n) with the least |matrix x - right|, from its QR factors; matrix (S, m, n) of rank n <= m."""
    orthogonal, triangular = library.module.linalg.qr(matrix)
    return library.solve(triangular, transposed_product(library, orthogonal, right))[0]


def _invert_each(matrix: np.ndarray) -> np.ndarray:
    """numpy refuses a whole batch for one singular matrix: NaN only there."""
    try:
        return np.asarray(np.linalg.inv(matrix))
    except np.linalg.LinAlgError:
        if len(matrix) == 1:
            return np.full_like(matrix, np.nan)
        return np.concatenate([_invert_each(matrix[i : i + 1]) for i in range(len(matrix))])
