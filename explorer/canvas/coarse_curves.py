"""Curves through fewer of their points, for while they move."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Int


def coarse_curves(
    begin: Int[np.ndarray, "S"], owner: Int[np.ndarray, "S"], most: int
) -> tuple[Int[np.ndarray, "P"], Int[np.ndarray, "R"], Int[np.ndarray, "R"]]:
    """Every k-th point of curves of S segments, so that about `most` are left, with both ends of every run.

    begin: the points from which a segment goes to the next one, ascending; owner: what a segment belongs to, a run to
    one. Returns the points that are kept, and begin and owner of the segments between these.
    """
    stride = -(-len(begin) // max(most, 1))
    if stride <= 1:
        kept = np.unique(np.concatenate([begin, begin + 1]))
        return kept, np.searchsorted(kept, begin), owner
    opens = np.ones(len(begin), dtype=bool)
    opens[1:] = (begin[1:] != begin[:-1] + 1) | (owner[1:] != owner[:-1])
    first = np.flatnonzero(opens)
    number = np.cumsum(opens) - 1
    chosen = np.flatnonzero((np.arange(len(begin)) - first[number]) % stride == 0)
    last = np.append(first[1:], len(begin)) - 1
    starts = begin[chosen]
    ends = np.minimum(starts + stride, begin[last[number[chosen]]] + 1)
    # two points for each segment: of a run where the one ends the next begins, which costs less than to find out
    points = np.stack([starts, ends], axis=1).ravel()
    return points, 2 * np.arange(len(chosen)), owner[chosen]
