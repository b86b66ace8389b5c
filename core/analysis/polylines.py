"""Loose segments joined to curves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..readings.nullclines import Polylines

if TYPE_CHECKING:
    from jaxtyping import Float


def joined(segments: Float[np.ndarray, "S 2 2"]) -> Polylines:
    """Polylines made by joining segments (segment, begin or end, x or y) that share an end point.

    Where more than two segments meet, the polylines end; equal points count as one up to 1e-9 of the extent.
    A closed curve ends with the point it begins with. Segments that are not finite are left out.
    """
    segments = segments[np.isfinite(segments).all(axis=(1, 2))]
    ends = segments.reshape(-1, 2)
    if not len(ends):
        return Polylines(ends, np.zeros(1, dtype=np.int64))
    node = _nodes(ends)
    touching: dict[int, list[int]] = {}
    for end, name in enumerate(node):
        touching.setdefault(name, []).append(end)
    unused = set(range(len(segments)))
    # open curves first, from their ends; what is left then are closed ones
    starts = [ends_here[0] for ends_here in touching.values() if len(ends_here) != 2]
    walks = [_walk(end, node, touching, unused) for end in [*starts, *range(0, len(ends), 2)] if end // 2 in unused]
    offsets = np.cumsum([0, *map(len, walks)])
    return Polylines(ends[np.concatenate(walks)], offsets)


def _nodes(ends: Float[np.ndarray, "E 2"]) -> list[int]:
    """A number for every end point, the same for equal points."""
    extent = np.ptp(ends, axis=0)
    grain = np.where(extent > 0, extent, 1.0) * 1e-9
    column, row = np.round((ends - ends.min(axis=0)) / grain).astype(np.int64).T
    numbers: list[int] = (column << 31 | row).tolist()  # both below 2^30
    return numbers


def _walk(end: int, node: list[int], touching: dict[int, list[int]], unused: set[int]) -> list[int]:
    """Indices of the end points along the curve that begins at `end`, taking its segments out of `unused`."""
    path = [end]
    while end // 2 in unused:
        unused.discard(end // 2)
        far = end ^ 1  # the other end of the same segment
        path.append(far)
        here = touching[node[far]]
        if len(here) != 2:
            break
        end = here[0] if here[1] == far else here[1]
    return path
