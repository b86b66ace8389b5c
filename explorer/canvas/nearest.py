"""Which curve is under the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .lines import polyline_begins

if TYPE_CHECKING:
    from jaxtyping import Float, Int


def nearest_curve(
    points: Float[np.ndarray, "N 2"], offsets: Int[np.ndarray, "m_plus_1"], position: tuple[float, float], radius: float
) -> tuple[int, float] | None:
    """The curve within `radius` of `position`, and its distance; None where there is none.

    points: pixels of all curves; curve i is offsets[i]:offsets[i + 1]. Non-finite points belong to no curve.
    """
    begin = polyline_begins(offsets)
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
    part = np.einsum("ij,ij->i", target - first, along) / np.where(length > 0, length, 1.0)
    foot = first + along * np.clip(part, 0.0, 1.0)[:, None]
    distance = np.hypot(*(target - foot).T)
    best = int(distance.argmin())
    if distance[best] > radius:
        return None
    return int(np.searchsorted(offsets, begin[best], side="right")) - 1, float(distance[best])


def nearest_point(points: Float[np.ndarray, "N 2"], position: tuple[float, float], radius: float) -> int | None:
    """The index of the point within `radius` of `position`, all in pixels; None where there is none."""
    if not len(points):
        return None
    with np.errstate(invalid="ignore", over="ignore"):
        distance = np.hypot(*(points - np.array(position)).T)
    distance = np.where(np.isfinite(distance), distance, np.inf)
    best = int(distance.argmin())
    return best if distance[best] <= radius else None
