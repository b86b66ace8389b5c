"""Where the pixels of a plane end: distinct points, in an order and with names that a small change leaves alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..readings.plane_map import UNDECIDED

if TYPE_CHECKING:
    from jaxtyping import Float, Int

_MOST = 64
"""Ends that are told apart; what ends elsewhere is undecided."""
_NEAR_KNOWN, _NEAR = 1e-3, 1e-4
"""Of 1 + |z|: how near to a known point, and to one that a pixel has found, others may end that belong to it."""
_BRANCH_CUT = 0.2
"""Angles are counted from 0.2 below the horizontal axis: points on an axis or its diagonals do not jump across it."""


class Ends:
    """The ends of one picture, numbered as they are found.

    components: names of the n components. points: known ends; of two known ones the nearer takes a pixel.
    """

    def __init__(self, components: tuple[str, ...], points: Sequence[Float[np.ndarray, "n"]] = ()) -> None:
        self._components = components
        self._points: list[np.ndarray] = []
        self._periods: list[float] = []
        self._reach: list[float] = []
        for point in points:
            self.add(point, 1)
        for index, point in enumerate(self._points):
            others = [
                float(np.linalg.norm(point - other)) for place, other in enumerate(self._points) if place != index
            ]
            self._reach[index] = min(
                _NEAR_KNOWN * (1.0 + float(np.linalg.norm(point))), *(0.4 * d for d in others), np.inf
            )

    def __len__(self) -> int:
        return len(self._points)

    def add(self, point: Float[np.ndarray, "n"], period: float) -> int:
        """The number of a new end.

        period: 1 of a fixed point, of a flow's cycle its time, and 0 of a flow's equilibrium.
        """
        self._points.append(np.array(point, dtype=np.float64))
        self._periods.append(period)
        self._reach.append(_NEAR * (1.0 + float(np.linalg.norm(point))))
        return len(self._points) - 1

    def labels(self, z: Float[np.ndarray, "n m"], period: Int[np.ndarray, "m"]) -> Int[np.ndarray, "m"]:
        """The numbers of the ends z; what lies at none becomes a new one while there is room. Period 0 is undecided."""
        found = np.full(z.shape[1], UNDECIDED, dtype=np.int16)
        left = np.flatnonzero((period > 0) & np.isfinite(z).all(axis=0))
        for label in range(len(self)):
            left = self._take(label, z, period, left, found)
        while len(left) and len(self) < _MOST:
            first = left[0]
            label = self.add(z[:, first], int(period[first]))
            left = self._take(label, z, period, left, found)
        return found

    def ordered(self) -> tuple[Int[np.ndarray, "k"], Float[np.ndarray, "k n"], tuple[str, ...]]:
        """(place, points, names): the place of every number, and points and names by place.

        Fixed points come first, by the angle of their first two components and then by their distance from 0;
        numbers of one component by their value.
        """
        n = len(self._components)
        points = np.array(self._points).reshape(-1, n)
        order = np.array(sorted(range(len(points)), key=lambda label: self._key(label)), dtype=np.int64)
        place = np.empty(len(points), dtype=np.int16)
        place[order] = np.arange(len(points))
        names = [self._name(label) for label in order]
        twice = [names.count(name) > 1 for name in names]
        for index, label in enumerate(order):
            if twice[index] and self._periods[label] not in (0, 1):
                names[index] += f" through {point_text(self._points[label], self._components)}"
        return place, points[order], tuple(names)

    def _take(
        self,
        label: int,
        z: Float[np.ndarray, "n m"],
        period: Int[np.ndarray, "m"],
        left: Int[np.ndarray, "l"],
        found: Int[np.ndarray, "m"],
    ) -> Int[np.ndarray, "l"]:
        """Give `label` to those of `left` that end there; the others."""
        if not len(left):
            return left
        distance = np.zeros(len(left))
        for part, centre in zip(z, self._points[label], strict=True):
            distance += (part[left] - centre) ** 2
        here = (distance <= self._reach[label] ** 2) & (period[left] == self._periods[label])
        found[left[here]] = label
        return np.asarray(left[~here])

    def _key(self, label: int) -> tuple[float, ...]:
        point, period = self._points[label], self._periods[label]
        if len(point) == 1:
            return period, float(point[0])
        radius = float(np.linalg.norm(point))
        if radius < 1e-9:
            return period, -1.0, 0.0
        angle = (float(np.arctan2(point[1], point[0])) + _BRANCH_CUT) % (2.0 * np.pi)
        return period, round(angle, 6), radius

    def _name(self, label: int) -> str:
        period = self._periods[label]
        return point_text(self._points[label], self._components) if period in (0, 1) else cycle_text(period)


class Periods:
    """Ends where every pixel has parameters of its own: told apart by their period alone; their points are NaN."""

    def __init__(self, components: tuple[str, ...]) -> None:
        self._size = len(components)
        self._periods: list[int] = []

    def labels(self, z: Float[np.ndarray, "n m"], period: Int[np.ndarray, "m"]) -> Int[np.ndarray, "m"]:
        """The numbers of the periods."""
        found = np.full(z.shape[1], UNDECIDED, dtype=np.int16)
        for value in np.unique(period[period > 0]).tolist():
            if value not in self._periods:
                self._periods.append(value)
            found[period == value] = self._periods.index(value)
        return found

    def ordered(self) -> tuple[Int[np.ndarray, "k"], Float[np.ndarray, "k n"], tuple[str, ...]]:
        """(place, points, names), by period."""
        order = sorted(self._periods)
        place = np.array([order.index(period) for period in self._periods], dtype=np.int16)
        names = tuple("fixed point" if period == 1 else cycle_text(period) for period in order)
        return place, np.full((len(order), self._size), np.nan), names


def cycle_text(period: float) -> str:
    """What a cycle is called."""
    return f"cycle of period {period:.4g}"


def point_text(point: Float[np.ndarray, "n"], components: tuple[str, ...]) -> str:
    """(1, 0), or 1.00 + 0.87i where the components are the parts of a complex number."""
    values = [0.0 if abs(value) < 1e-9 else float(value) for value in point]
    if len(values) == 2 and [name.split(" ")[0] for name in components] == ["re", "im"]:
        return f"{values[0]:.2f} {'-' if values[1] < 0 else '+'} {abs(values[1]):.2f}i".replace("-", "−")
    texts = [f"{value:.3g}".replace("-", "−") for value in values]
    return texts[0] if len(texts) == 1 else f"({', '.join(texts)})"
