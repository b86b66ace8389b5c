"""Where the class changes over a plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int


def class_borders(
    x: Float[np.ndarray, "W"], y: Float[np.ndarray, "H"], scores: Float[np.ndarray, "H W k"]
) -> Float[np.ndarray, "S 2 2"]:
    """Line segments (segment, begin or end, x or y) on which the largest of k >= 2 scores is another one.

    On an edge of the grid between two classes a and b the border is where a straight line through the differences
    score a - score b is 0; in a cell it goes from every such place to the mean of them, which for two of them is the
    line between both, and where three classes meet a star.
    """
    if min(len(x), len(y)) < 2:
        return np.empty((0, 2, 2))
    winner = scores.argmax(axis=-1)
    known = np.isfinite(scores).all(axis=-1)
    across, part = _crossings(
        winner[:, :-1], winner[:, 1:], scores[:, :-1], scores[:, 1:], known[:, :-1] & known[:, 1:]
    )
    flat = np.stack([x[:-1] + part * np.diff(x), np.broadcast_to(y[:, None], part.shape)], axis=-1)
    up, part = _crossings(winner[:-1], winner[1:], scores[:-1], scores[1:], known[:-1] & known[1:])
    upright = np.stack([np.broadcast_to(x, part.shape), y[:-1, None] + part * np.diff(y)[:, None]], axis=-1)
    crossed = np.stack([across[:-1], across[1:], up[:, :-1], up[:, 1:]])
    rows, columns = np.nonzero(crossed.sum(axis=0) >= 2)
    crossed = crossed[:, rows, columns]
    places = np.stack(
        [flat[rows, columns], flat[rows + 1, columns], upright[rows, columns], upright[rows, columns + 1]]
    )
    middle = np.where(crossed[..., None], places, 0.0).sum(axis=0) / np.maximum(crossed.sum(axis=0), 1)[:, None]
    edges, cells = np.nonzero(crossed)
    return np.stack([places[edges, cells], middle[cells]], axis=1)


def _crossings(
    first: Int[np.ndarray, "h w"],
    second: Int[np.ndarray, "h w"],
    before: Float[np.ndarray, "h w k"],
    after: Float[np.ndarray, "h w k"],
    known: Bool[np.ndarray, "h w"],
) -> tuple[Bool[np.ndarray, "h w"], Float[np.ndarray, "h w"]]:
    """Which edges lead from one class to another, and at which part of their length that is; elsewhere 0.5."""
    crossed = (first != second) & known
    part = np.full(first.shape, 0.5)
    rows, columns = np.nonzero(crossed)
    own, other = first[rows, columns], second[rows, columns]
    ahead = before[rows, columns, own] - before[rows, columns, other]
    behind = after[rows, columns, other] - after[rows, columns, own]
    both = ahead + behind
    part[rows, columns] = np.divide(ahead, both, out=np.full(len(both), 0.5), where=both > 0.0)
    return crossed, part
