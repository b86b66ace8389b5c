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


def solve_definite(library: ArrayLibrary, matrix: Any, right: Any) -> Any:
    """x (S, n) with matrix x = right for few unknowns; no numbers where a pivot is 0. matrix (S, n, n), symmetric and
    positive definite, so that the elimination needs no exchange of rows; it is one for all samples."""
    rows, known = _samples_last(library, matrix), _samples_last(library, right)
    for place in range(len(rows) - 1):
        factor = rows[place + 1 :, place] / rows[place, place]
        rows[place + 1 :, place + 1 :] -= factor[:, None] * rows[place, place + 1 :]
        known[place + 1 :] -= factor * known[place]
    for place in range(len(rows) - 1, -1, -1):
        known[place] /= rows[place, place]
        known[:place] -= rows[:place, place] * known[place]
    return known.T


def _samples_last(library: ArrayLibrary, array: Any) -> Any:
    """A copy with the first axis last."""
    if library.is_numpy:
        return np.array(array.transpose(*range(1, array.ndim), 0), order="C")
    return array.movedim(0, -1).clone(memory_format=library.module.contiguous_format)
