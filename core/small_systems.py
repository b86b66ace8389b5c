"""Few equations for each of many samples, and the products that they are made of; lane by lane the same."""

from __future__ import annotations

from typing import Any

import numpy as np

from .array_library import ArrayLibrary
from .dense_matrices import product


def dot(library: ArrayLibrary, x: Any, y: Any) -> Any:
    """x . y (S,) of two arrays (S, n)."""
    return np.einsum("sn,sn->s", x, y) if library.is_numpy else library.total(x * y)


def applied(library: ArrayLibrary, matrix: Any, vector: Any) -> Any:
    """matrix (S, m, n) times vector (S, n): (S, m)."""
    return np.einsum("sij,sj->si", matrix, vector) if library.is_numpy else product(library, matrix, vector)


def weighted(library: ArrayLibrary, weights: Any, vectors: Any) -> Any:
    """sum_j w_ij v_j (S, r, n) for weights (r, k) and vectors (S, k, n)."""
    if library.is_numpy:
        return np.einsum("ij,sjn->sin", weights, vectors)
    return library.total((weights[None, :, :, None] * vectors[:, None]).swapaxes(2, 3))


def solved_definite(matrix: Any, right: Any) -> Any:
    """x (n, S) with matrix x = right for few unknowns; no numbers where a pivot is 0. matrix (n, n, S), symmetric and
    positive definite, so that the elimination needs no exchange of rows; it is one for all samples. Both arguments are
    overwritten."""
    for place in range(len(matrix) - 1):
        factor = matrix[place + 1 :, place] / matrix[place, place]
        matrix[place + 1 :, place + 1 :] -= factor[:, None] * matrix[place, place + 1 :]
        right[place + 1 :] -= factor * right[place]
    for place in range(len(matrix) - 1, -1, -1):
        right[place] /= matrix[place, place]
        right[:place] -= matrix[:place, place] * right[place]
    return right
