"""Where two piecewise polynomials over time cross, and not merely touch within rounding."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import comb
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int

_HALVINGS = 60
_FARTHEST = 1e-9
"""Imaginary part up to which a root of a derivative is taken for a real one: a point too many does no harm."""


@dataclass(frozen=True)
class CrossingPoints:
    """Places theta of crossings in pieces, and the largest distance after each until the next."""

    piece: Int[np.ndarray, "k"]
    theta: Float[np.ndarray, "k"]
    depth: Float[np.ndarray, "k"]


def nodes(degree: int) -> Float[np.ndarray, "N"]:
    """The degree + 1 points of [0, 1], its ends among them, whose values say what a polynomial is there."""
    return 0.5 - 0.5 * np.cos(np.pi * np.arange(degree + 1) / degree)


def crossing_points(gap: Float[np.ndarray, "P N"], rounding: Float[np.ndarray, "P N"]) -> CrossingPoints:
    """Where a continuous function changes its sign, given by its values at the `nodes` of P pieces.

    It counts as positive or negative only where it is farther from 0 than `rounding`; between two such places of
    different signs there is one crossing, located to the last digit in the piece where the values pass 0. None is
    missed between nodes: a polynomial whose Bernstein coefficients have one sign has it, too, and any other is also
    looked at where its derivative is 0. NaN, where there is no value, is no crossing.
    Source: R. T. Farouki, Computer Aided Geometric Design 29 (2012) 379, section 3.
    """
    piece, theta, value, allowed = _samples(gap, rounding)
    with np.errstate(invalid="ignore"):
        sign = np.where(np.abs(value) > allowed, np.sign(value), 0.0)
    decided = np.flatnonzero(sign)
    change = np.flatnonzero(sign[decided[:-1]] != sign[decided[1:]])
    if not change.size:
        return CrossingPoints(np.empty(0, np.int64), np.empty(0), np.empty(0))
    before, after = decided[change], decided[change + 1]
    right = np.array([_passed(value, left, end) for left, end in zip(before.tolist(), after.tolist(), strict=True)])
    coefficients = gap[piece[right]] @ _powers(gap.shape[1] - 1).T
    low = np.where(piece[right - 1] == piece[right], theta[right - 1], 0.0)
    place = _root(coefficients, low, theta[right])
    known = np.where(np.isfinite(value), np.abs(value), 0.0)
    depth = np.maximum.reduceat(known, after)
    return CrossingPoints(piece[right], place, depth)


def _samples(
    gap: Float[np.ndarray, "P N"], rounding: Float[np.ndarray, "P N"]
) -> tuple[Int[np.ndarray, "S"], Float[np.ndarray, "S"], Float[np.ndarray, "S"], Float[np.ndarray, "S"]]:
    """Piece, place, value and rounding at every node, and at the turning points of pieces that may hide two zeros."""
    count, size = gap.shape
    piece, theta = np.repeat(np.arange(count), size), np.tile(nodes(size - 1), count)
    value, allowed = gap.ravel(), rounding.ravel()
    hidden = np.flatnonzero(_may_hide(gap))
    if not hidden.size:
        return piece, theta, value, allowed
    turns = [_turns(row) for row in gap[hidden] @ _powers(size - 1).T]
    more = np.repeat(hidden, [len(places) for places in turns])
    places = np.concatenate([np.empty(0), *turns])
    found = _horner(gap[more] @ _powers(size - 1).T, places)
    piece, theta = np.concatenate([piece, more]), np.concatenate([theta, places])
    order = np.lexsort((theta, piece))
    whole = np.concatenate([value, found]), np.concatenate([allowed, rounding.max(axis=1)[more]])
    return piece[order], theta[order], whole[0][order], whole[1][order]


def _may_hide(gap: Float[np.ndarray, "P N"]) -> Bool[np.ndarray, "P"]:
    """Pieces whose values have one sign though not all Bernstein coefficients have it."""
    if gap.shape[1] < 3:
        return np.zeros(len(gap), dtype=bool)
    bernstein = gap @ (_to_bernstein(gap.shape[1] - 1) @ _powers(gap.shape[1] - 1)).T
    with np.errstate(invalid="ignore"):
        above, below = (gap > 0.0).all(axis=1), (gap < 0.0).all(axis=1)
        return np.asarray((above & (bernstein <= 0.0).any(axis=1)) | (below & (bernstein >= 0.0).any(axis=1)))


def _turns(coefficients: Float[np.ndarray, "N"]) -> Float[np.ndarray, "r"]:
    """Where a polynomial inside [0, 1] has the slope 0."""
    roots = np.roots((coefficients[1:] * np.arange(1, len(coefficients)))[::-1])
    real = roots.real[np.abs(roots.imag) < _FARTHEST]
    return np.sort(real[(real > 0.0) & (real < 1.0)])


def _passed(value: Float[np.ndarray, "S"], left: int, end: int) -> int:
    """The first place after `left` where the value is 0 or of the other sign."""
    others = np.flatnonzero(value[left + 1 : end + 1] * np.sign(value[left]) <= 0.0)
    return left + 1 + int(others[0])


def _root(
    coefficients: Float[np.ndarray, "k N"], low: Float[np.ndarray, "k"], high: Float[np.ndarray, "k"]
) -> Float[np.ndarray, "k"]:
    """Where each polynomial passes 0 between low and high, by halving."""
    begin = np.sign(_horner(coefficients, low))
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        same = np.sign(_horner(coefficients, middle)) == begin
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return high


def _horner(coefficients: Float[np.ndarray, "k N"], theta: Float[np.ndarray, "k"]) -> Float[np.ndarray, "k"]:
    value = np.zeros(len(theta))
    for column in coefficients.T[::-1]:
        value = value * theta + column
    return value


@cache
def _powers(degree: int) -> Float[np.ndarray, "N N"]:
    """From values at the nodes to the coefficients of 1, theta, theta^2, ..."""
    return np.asarray(np.linalg.inv(np.vander(nodes(degree), increasing=True)))


@cache
def _to_bernstein(degree: int) -> Float[np.ndarray, "N N"]:
    """From those coefficients to the Bernstein coefficients."""
    return np.array(
        [[comb(row, column) / comb(degree, column) for column in range(degree + 1)] for row in range(degree + 1)]
    )
