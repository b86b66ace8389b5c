"""Which curve is under the mouse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .lines import polyline_begins

if TYPE_CHECKING:
    from jaxtyping import Float, Int


_AS_NEAR = 2.0
"""Pixels by which a curve may be farther from the mouse than another one that it lies before."""


@dataclass(frozen=True)
class Spot:
    """A place on a curve: `part` of the way from point `begin` to the next; distance: pixels from what was asked."""

    curve: int
    begin: int
    part: float
    distance: float


def nearest_curve(
    points: Float[np.ndarray, "N 2"],
    offsets: Int[np.ndarray, "m_plus_1"],
    position: tuple[float, float],
    radius: float,
    jumps: Int[np.ndarray, "j"] | None = None,
) -> tuple[int, float] | None:
    """The curve within `radius` of `position`, and its distance; None where there is none. See `nearest_spot`."""
    spot = nearest_spot(points, offsets, position, radius, jumps=jumps)
    return None if spot is None else (spot.curve, spot.distance)


def nearest_spot(
    points: Float[np.ndarray, "N 2"],
    offsets: Int[np.ndarray, "m_plus_1"],
    position: tuple[float, float],
    radius: float,
    depth: Float[np.ndarray, "N"] | None = None,
    jumps: Int[np.ndarray, "j"] | None = None,
) -> Spot | None:
    """The place of a curve within `radius` of `position`; None where there is none.

    points: pixels of all curves; curve i is offsets[i]:offsets[i + 1]. Non-finite points belong to no curve.
    jumps: points to which no line leads. depth: how near to the viewer they are: of places about as far from `position`
    the nearest counts.
    """
    begin = polyline_begins(offsets, jumps)
    if not begin.size:
        return None
    target = np.array(position)
    near = np.ones(begin.size, dtype=bool)
    with np.errstate(invalid="ignore"):
        for axis in (0, 1):
            column = points[:, axis].copy()
            one, other = column.take(begin), column.take(begin + 1)
            near &= (np.minimum(one, other) <= target[axis] + radius) & (
                np.maximum(one, other) >= target[axis] - radius
            )
    begin = begin[near]
    first, second = points[begin], points[begin + 1]
    finite = np.isfinite(first).all(axis=1) & np.isfinite(second).all(axis=1)
    begin, first, second = begin[finite], first[finite], second[finite]
    if not begin.size:
        return None
    along = second - first
    length = np.einsum("ij,ij->i", along, along)
    part = np.clip(np.einsum("ij,ij->i", target - first, along) / np.where(length > 0, length, 1.0), 0.0, 1.0)
    distance = np.hypot(*(target - first - along * part[:, None]).T)
    best = int(distance.argmin())
    if distance[best] > radius:
        return None
    if depth is not None:
        height = depth[begin] + (depth[begin + 1] - depth[begin]) * part
        about = distance <= min(float(distance[best]) + _AS_NEAR, radius)
        best = int(np.where(about, height, -np.inf).argmax())
    curve = int(np.searchsorted(offsets, begin[best], side="right")) - 1
    return Spot(curve, int(begin[best]), float(part[best]), float(distance[best]))


def nearest_point(points: Float[np.ndarray, "N 2"], position: tuple[float, float], radius: float) -> int | None:
    """The index of the point within `radius` of `position`, all in pixels; None where there is none."""
    if not len(points):
        return None
    with np.errstate(invalid="ignore", over="ignore"):
        distance = np.hypot(*(points - np.array(position)).T)
    distance = np.where(np.isfinite(distance), distance, np.inf)
    best = int(distance.argmin())
    return best if distance[best] <= radius else None
