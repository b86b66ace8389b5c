"""Picard's iteration of a differential equation, its integrals by Clenshaw and Curtis's rule on Chebyshev points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.polynomial import chebyshev

from ..vector_field import ArrayField

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

_NODES = 33
_DIGITS = 1e-12
"""Change from one number of pieces to twice as many, as a part of an iterate's size, that needs no more of them."""
_KNOWN = 1e-3
"""Change from which on an iterate is not known: it grows faster than the pieces can follow."""
_MOST_PIECES = 1024
_MOST_NUMBERS = 1_000_000
"""Of all iterates together."""


@dataclass(frozen=True)
class PiecewiseIterates:
    """Iterates as polynomials on P equal pieces of the span, by their values at N Chebyshev points of each.

    t (P, N) from t0 on; y (K + 1, P, N, n): NaN from the first piece on where an iterate is not finite, or not known
    to three digits. accuracy (K + 1,): the largest change from half as many pieces, as a part of the size up to the end
    of the piece.
    """

    t: Float[np.ndarray, "P N"]
    y: Float[np.ndarray, "K1 P N n"]
    accuracy: Float[np.ndarray, "K1"]

    def known(self) -> Bool[np.ndarray, "K1 P"]:
        """On which pieces each iterate is known."""
        return np.asarray(np.isfinite(self.y).all(axis=(2, 3)))

    def known_until(self) -> Float[np.ndarray, "K1"]:
        """The end of the last piece on which each is known; t0 where there is none."""
        ends = np.append(self.t[0, 0], self.t[:, -1])
        return np.asarray(ends[self.known().sum(axis=1)])

    def at(self, times: Float[np.ndarray, "T"]) -> Float[np.ndarray, "K1 T n"]:
        """The iterates at times of the span."""
        count, span = len(self.t), self.t[-1, -1] - self.t[0, 0]
        place = (times - self.t[0, 0]) / span * count
        piece = np.clip(np.floor(place).astype(np.int64), 0, count - 1)
        rows = chebyshev.chebvander(2.0 * (place - piece) - 1.0, _NODES - 1)
        values = np.einsum("tm,mj,ktjn->ktn", rows, _transforms()[0], self.y[:, piece], optimize=True)
        values[0] = self.y[0, 0, 0]  # the start, for ever
        return np.asarray(values)


def picard_iterates(
    field: ArrayField, start: Float[np.ndarray, "n"], span: tuple[float, float], count: int
) -> Iterator[PiecewiseIterates | None]:
    """y_0 .. y_count from `start` on ever more pieces, until the change is that of rounding, or there are too many.

    y_{k+1}(t) = z0 + int f(s, y_k(s)) ds, y_0 = z0. On each piece f(s, y_k(s)) is replaced by the polynomial through
    its values at 33 Chebyshev points, which is integrated exactly: for a smooth field the error falls faster than any
    power of the piece's length. None between two iterates.
    Source: C. W. Clenshaw, A. R. Curtis, Numerische Mathematik 2 (1960) 197; E. Hairer, S. P. Norsett, G. Wanner,
    Solving Ordinary Differential Equations I, section I.8.
    """
    coarse: Float[np.ndarray, "K1 P N n"] | None = None
    pieces = 1
    most = max(2, min(_MOST_PIECES, _MOST_NUMBERS // ((count + 1) * _NODES * len(start))))
    while pieces <= most:
        t, half = _places(span, pieces)
        y = np.full((count + 1, pieces, _NODES, len(start)), np.nan)
        y[0] = start
        for k in range(count):
            y[k + 1] = _following(field, t, half, y[k], start)
            yield None
        if coarse is not None:
            found = _compared(t, y, _change(coarse, y))
            yield found
            if (found.accuracy <= _DIGITS).all() and np.isfinite(found.y).sum() == np.isfinite(y).sum():
                return
        coarse, pieces = y, 2 * pieces


def _places(span: tuple[float, float], pieces: int) -> tuple[Float[np.ndarray, "P N"], Float[np.ndarray, "P"]]:
    """The Chebyshev points of every piece, and half its length."""
    edges = np.linspace(*span, pieces + 1)
    half = 0.5 * (edges[1:] - edges[:-1])
    t = edges[:-1, None] + half[:, None] * (_points() + 1.0)
    t[:, -1] = edges[1:]
    return t, half


def _following(
    field: ArrayField,
    t: Float[np.ndarray, "P N"],
    half: Float[np.ndarray, "P"],
    y: Float[np.ndarray, "P N n"],
    start: Float[np.ndarray, "n"],
) -> Float[np.ndarray, "P N n"]:
    """The iterate after y; NaN from the first piece on where it is not finite."""
    with np.errstate(all="ignore"):
        within = half[:, None, None] * np.einsum("ij,pjn->pin", _transforms()[1], field(t, y))
        following = start + (np.cumsum(within[:, -1], axis=0) - within[:, -1])[:, None] + within
    lost = np.cumsum(~np.isfinite(following).all(axis=(1, 2))) > 0
    return np.where(lost[:, None, None], np.nan, following)


def _change(coarse: Float[np.ndarray, "K1 H N n"], y: Float[np.ndarray, "K1 P N n"]) -> Float[np.ndarray, "K1 P"]:
    """On each piece the largest distance from the iterates on P/2 = H pieces, as a part of their size up to the end of
    the piece; NaN where one is not known."""
    points = _points()
    halves = np.concatenate([points - 1.0, points + 1.0]) / 2.0
    rows = chebyshev.chebvander(halves, _NODES - 1) @ _transforms()[0]
    with np.errstate(all="ignore"):
        both = np.einsum("ij,khjn->khin", rows, coarse).reshape(y.shape)
        gap = np.abs(y - both).max(axis=(2, 3))
        size = np.repeat(np.maximum.accumulate(np.abs(coarse).max(axis=(2, 3)), axis=1), 2, axis=1)
        return np.asarray(gap / np.maximum(size, np.finfo(np.float64).tiny))


def _compared(t: np.ndarray, y: np.ndarray, change: Float[np.ndarray, "K1 P"]) -> PiecewiseIterates:
    """The iterates up to where they, and those before them, are known."""
    with np.errstate(invalid="ignore"):
        good = np.cumprod(np.cumprod(change <= _KNOWN, axis=1), axis=0).astype(bool)  # False for NaN
    return PiecewiseIterates(t, np.where(good[:, :, None, None], y, np.nan), np.where(good, change, 0.0).max(axis=1))


def _points() -> Float[np.ndarray, "N"]:
    """The extreme points of the Chebyshev polynomial, from -1 to 1."""
    return -np.cos(np.linspace(0.0, np.pi, _NODES))


@cache
def _transforms() -> tuple[Float[np.ndarray, "N N"], Float[np.ndarray, "N N"]]:
    """From values at the points to Chebyshev coefficients, and to the values of the integral from -1 on."""
    points = _points()
    coefficients = np.linalg.inv(chebyshev.chebvander(points, _NODES - 1))
    integrals = chebyshev.chebint(coefficients, lbnd=-1.0)
    matrix = chebyshev.chebvander(points, _NODES) @ integrals
    matrix[0] = 0.0
    return coefficients, matrix
