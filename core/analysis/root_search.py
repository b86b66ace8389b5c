"""A proof that a box holds no other roots than known ones, by halving it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .enclosed_map import EnclosedMap
from .interval_matrices import inner_corners
from .krawczyk import narrowed

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

    from .root_proof import RootBox

_MOST_PARTS, _PARTS = 4096, 256
"""Parts of a box at most, and how many of them are looked at in one go."""
_SMALLEST = 1e-7
"""Of the box's sides: parts below which nothing is decided that was not before."""


def holds_none(
    mapping: EnclosedMap, low: Float[np.ndarray, "B n"], high: Float[np.ndarray, "B n"]
) -> Bool[np.ndarray, "B"]:
    """Which of B boxes are proved to hold no root: some component of G is never 0 there."""
    bottom, top = mapping.values(low, high)
    none: np.ndarray = np.any((bottom > 0.0) | (top < 0.0), axis=1)
    return none


def parts_left(
    mapping: EnclosedMap, low: Float[np.ndarray, "n"], high: Float[np.ndarray, "n"], boxes: Sequence[RootBox]
) -> Iterator[int]:
    """In short pieces of work how many parts of a box are left in which other roots than those of `boxes` may lie.

    It is halved, and every part narrowed by Krawczyk's operator, until each holds none or lies in one of `boxes`; 0 is
    a proof, and another last number is the end of patience. Raises ValueError for an empty or unbounded box.
    """
    parts = np.array([[low, high]], dtype=np.float64)
    if not (np.isfinite(parts).all() and (parts[0, 0] <= parts[0, 1]).all()):
        raise ValueError("a box to search has finite ends, the lower one first")
    smallest = _SMALLEST * (parts[0, 1] - parts[0, 0])
    while True:
        left = []
        for begin in range(0, len(parts), _PARTS):
            left.append(_left(mapping, parts[begin : begin + _PARTS], boxes))
            yield len(parts)
        parts = np.concatenate(left)
        if not 0 < len(parts) <= _MOST_PARTS or np.all(parts[:, 1] - parts[:, 0] <= smallest):
            break
        parts = _halved(parts)
    yield len(parts)


def _left(
    mapping: EnclosedMap, parts: Float[np.ndarray, "B 2 n"], boxes: Sequence[RootBox]
) -> Float[np.ndarray, "B2 2 n"]:
    """Those in which there may be a root beside those of `boxes`, narrowed."""
    parts = parts[~holds_none(mapping, parts[:, 0], parts[:, 1])]
    parts = parts[~_known(parts, boxes)]
    parts = np.stack(narrowed(mapping, parts[:, 0], parts[:, 1]), axis=1)
    parts = parts[np.all(parts[:, 0] <= parts[:, 1], axis=1)]
    left: np.ndarray = parts[~_known(parts, boxes)]
    return left


def _known(parts: Float[np.ndarray, "B 2 n"], boxes: Sequence[RootBox]) -> Bool[np.ndarray, "B"]:
    """Which parts lie in a box whose root is known."""
    known = np.zeros(len(parts), dtype=bool)
    for box in boxes:
        low, high = inner_corners(box.centre, box.radius)
        known |= np.all((parts[:, 0] >= low) & (parts[:, 1] <= high), axis=1)
    return known


def _halved(parts: Float[np.ndarray, "B 2 n"]) -> Float[np.ndarray, "B2 2 n"]:
    """Every box cut across its longest side."""
    every = np.arange(len(parts))
    widest = np.argmax(parts[:, 1] - parts[:, 0], axis=1)
    middle = 0.5 * parts[every, 0, widest] + 0.5 * parts[every, 1, widest]
    lower, upper = parts.copy(), parts.copy()
    lower[every, 1, widest] = middle
    upper[every, 0, widest] = middle
    return np.concatenate([lower, upper])
