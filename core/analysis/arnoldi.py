"""Eigenvalues of a large matrix from its products alone: Arnoldi's method with thick restarts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Bool, Complex, Float

Product = Callable[[np.ndarray], np.ndarray]
"""v (n,) -> A v (n,)."""
Rank = Callable[[np.ndarray], np.ndarray]
"""Eigenvalues (m,) -> how much each is wanted (m,): the largest are looked for."""

_EPSILON = float(np.finfo(np.float64).eps)
_PARALLEL = 1e-8
"""Directions of the kept eigenvectors that are shorter than this share of the longest are rounding."""


@dataclass(frozen=True)
class RitzValues:
    """What Arnoldi's method found, the most wanted first; conjugate pairs stand together, the upper one first.

    values (m,). bounds (m,): the length of A y - theta y for the unit Ritz vector y, so that theta is an eigenvalue of
    some A + E with |E|_2 <= bound; how far it is from one of A itself depends on A: far, where A is far from normal.
    converged (m,): whether the bound is below the tolerance times the size of A. products: how often A was applied.
    """

    values: Complex[np.ndarray, "m"]
    bounds: Float[np.ndarray, "m"]
    converged: Bool[np.ndarray, "m"]
    products: int


def modulus(values: Complex[np.ndarray, "m"]) -> Float[np.ndarray, "m"]:
    """Rank by |lambda|: the largest tells how fast z <- A z grows."""
    return np.asarray(np.abs(values))


def rightmost(values: Complex[np.ndarray, "m"]) -> Float[np.ndarray, "m"]:
    """Rank by Re lambda: the largest tells how fast z' = A z grows."""
    return np.asarray(values.real)


def arnoldi(
    product: Product,
    size: int,
    wanted: int = 24,
    rank: Rank = modulus,
    *,
    tolerance: float = 1e-10,
    most_products: int = 3000,
) -> RitzValues:
    """The `wanted` eigenvalues of A (n, n) that come first by `rank`, from products with real vectors.

    An orthonormal basis V of a Krylov space with A V = V H + v b^T is built, with two passes of Gram and Schmidt. The
    eigenvalues of the small matrix H are the Ritz values theta, and |b^T s| is the residual of each (s its unit
    eigenvector). While one of the wanted is not exact enough, V is cut back to the best Ritz vectors, conjugate
    pairs as a real plane, and grown again: what a power iteration cannot see, a turning plane, is found like all else.
    Where A leaves the space invariant the basis goes on in a new direction, so that repeated eigenvalues are found too.

    Where a product is not finite, the values are NaN.

    Stewart, "A Krylov-Schur algorithm for large eigenproblems", SIAM J. Matrix Anal. Appl. 23 (2001); here the kept
    space is spanned by eigenvectors, and what that leaves over is added to the bounds.
    """
    space = _Space(product, size, min(size, 2 * wanted + 24))
    wanted = min(wanted, size)
    while True:
        space.grow()
        if not np.isfinite(space.matrix()).all():
            unknown = np.full(wanted, np.nan)
            return RitzValues(unknown.astype(np.complex128), unknown, unknown > 0.0, space.products)
        values, vectors = np.linalg.eig(space.matrix())
        values = values.astype(np.complex128)
        order = _ordered(values, rank)
        bounds = np.abs(space.row() @ vectors) + space.drift
        count = _whole_pairs(values[order], wanted)
        least = tolerance * float(np.linalg.norm(space.matrix(), 2))
        converged = bounds <= max(least, 4.0 * _EPSILON * space.most)
        first = order[:count]
        if space.complete or converged[first].all() or space.products >= most_products:
            return RitzValues(values[first], bounds[first], converged[first], space.products)
        kept = order[: _whole_pairs(values[order], count + (space.most - count) // 3)]
        space.cut_back(values[kept], vectors[:, kept])


class _Space:
    """The basis V (n, k), H (k, k) and the row b (k,) with A V = V H + v b^T."""

    def __init__(self, product: Product, size: int, most: int) -> None:
        self._product, self._size = product, size
        self._random = np.random.default_rng(0)
        self._basis = np.zeros((most + 1, size))
        self._h = np.zeros((most + 1, most))
        self._length = 0
        self.most, self.products, self.drift = most, 0, 0.0
        self._basis[0] = self._fresh(0)

    @property
    def complete(self) -> bool:
        """Whether the basis spans everything."""
        return self._length == self._size

    def matrix(self) -> Float[np.ndarray, "k k"]:
        """H = V^T A V."""
        return self._h[: self._length, : self._length]

    def row(self) -> Float[np.ndarray, "k"]:
        """b: what A adds beyond the space."""
        return self._h[self._length, : self._length]

    def grow(self) -> None:
        """To its most dimensions."""
        for column in range(self._length, self.most):
            image = np.asarray(self._product(self._basis[column]), dtype=np.float64)
            self.products += 1
            before = float(np.linalg.norm(image))
            parts, rest = self._split(image, column + 1)
            self._h[: column + 1, column] = parts
            length = float(np.linalg.norm(rest))
            if not np.isfinite(length):
                self._h[0, column], self._length = np.nan, self.most
                return
            outside = length > 4.0 * _EPSILON * before and column + 1 < self._size
            self._h[column + 1, column] = length if outside else 0.0
            if column + 1 < self._size:
                self._basis[column + 1] = rest / length if outside else self._fresh(column + 1)
        self._length = self.most

    def cut_back(self, values: Complex[np.ndarray, "c"], vectors: Complex[np.ndarray, "k c"]) -> None:
        """To the span of these eigenvectors of H; both of a conjugate pair are among them."""
        upper = values.imag >= 0.0
        spanning = np.concatenate([vectors[:, upper].real, vectors[:, values.imag > 0.0].imag], axis=1)
        directions, lengths, _ = np.linalg.svd(spanning, full_matrices=False)
        kept = directions[:, lengths > _PARALLEL * lengths[0]]
        matrix, row, count = self.matrix(), self.row() @ kept, kept.shape[1]
        small = kept.T @ matrix @ kept
        self.drift += float(np.linalg.norm(matrix @ kept - kept @ small))
        self._basis[:count] = kept.T @ self._basis[: self._length]
        self._basis[count] = self._basis[self._length]
        self._h[:] = 0.0
        self._h[:count, :count] = small
        self._h[count, :count] = row
        self._length = count

    def _split(self, vector: Float[np.ndarray, "n"], count: int) -> tuple[np.ndarray, np.ndarray]:
        """Its coefficients in the first `count` directions, and what is orthogonal to them."""
        basis = self._basis[:count]
        parts = basis @ vector
        rest = vector - parts @ basis
        again = basis @ rest
        return parts + again, rest - again @ basis

    def _fresh(self, count: int) -> Float[np.ndarray, "n"]:
        """A unit vector orthogonal to the first `count` directions."""
        _, rest = self._split(self._random.normal(size=self._size), count)
        return np.asarray(rest / np.linalg.norm(rest))


def _ordered(values: Complex[np.ndarray, "m"], rank: Rank) -> np.ndarray:
    """Indices by falling rank; conjugate pairs, which numpy gives one after the other, stay so, the upper one first."""
    heads = np.flatnonzero(values.imag >= 0.0)
    heads = heads[np.argsort(-rank(values[heads]), kind="stable")]
    return np.concatenate([np.arange(head, head + 1 + (values[head].imag > 0.0)) for head in heads])


def _whole_pairs(ordered: Complex[np.ndarray, "m"], count: int) -> int:
    """`count`, or one more where a conjugate pair would be cut in two."""
    if 0 < count < len(ordered) and ordered[count - 1].imag > 0.0:
        return count + 1
    return min(count, len(ordered))
