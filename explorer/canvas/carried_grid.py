"""A grid on its way with a flow: its lines and cells at any time, from where its points are at some."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from core.readings import FlowMap

from .projection import Projection

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int

_APART = 60.0
"""Pixels between neighbours on a line from which on there is a gap: nobody knows what lies between them."""
_FAR = 20_000.0
"""Pixels outside the plot where a point counts as gone."""


class GridPicture(NamedTuple):
    """points (m, 2): in data coordinates, finite. begin: every drawn segment joins begin[i] and begin[i] + 1.

    cells: of those that are whole, with the mean log det of their corners. left_out: the share of the segments in
    sight that is not drawn, because its ends are too far from each other.
    """

    points: Float[np.ndarray, "m 2"]
    begin: Int[np.ndarray, "s"]
    cells: Int[np.ndarray, "c"]
    log_det: Float[np.ndarray, "c"]
    left_out: float


class CarriedGrid:
    """What is sorted out once of a reading."""

    def __init__(self, reading: FlowMap) -> None:
        self.reading = reading
        self._begin = np.flatnonzero(reading.line[1:] == reading.line[:-1])
        self.corners, self.sizes = _outlines(reading)
        """The places of the points around every cell, in order, cell by cell and row by row from the lowest; and how
        many of them each cell has."""
        self._offsets = np.cumsum(self.sizes) - self.sizes
        after = np.roll(self.corners, -1)
        self._beside = np.abs(after - self.corners) == 1
        self._low = np.minimum(np.minimum(self.corners, after), len(reading.line) - 2)

    def begins_by(self, t: float) -> bool:
        """Whether the grid is on its way at t: it begins with the span."""
        first, last = self.reading.times[[0, -1]]
        return bool((t - first) * np.sign(last - first) >= -1e-9 * abs(last - first))

    def at(self, t: float, projection: Projection) -> GridPicture:
        """Lines and cells at t, as far as they are known."""
        reading = self.reading
        index, part = self._between(t)
        points = self._places(index, part)
        pixels = projection.pixels(points)
        with np.errstate(all="ignore"):
            there = (np.abs(pixels) < _FAR).all(axis=1)
            apart = np.hypot(*np.diff(pixels, axis=0).T)
        near = there[1:] & there[:-1] & (apart < _APART)
        with np.errstate(invalid="ignore"):
            beyond = np.hstack([pixels < 0.0, pixels > [projection.width, projection.height]])  # one of four sides
        seen = there & ~beyond.any(axis=1)
        drawn = near[self._begin]
        wanted = seen[self._begin] | seen[self._begin + 1]
        passed = near | (there[1:] & there[:-1] & (beyond[1:] & beyond[:-1]).any(axis=1))
        whole = np.logical_and.reduceat(self._whole(there, passed), self._offsets)
        cells = np.flatnonzero(whole)
        crossings = (1.0 - part) * reading.log_det[index] + part * reading.log_det[index + 1]
        corners = 0.25 * (crossings[1:, 1:] + crossings[1:, :-1] + crossings[:-1, 1:] + crossings[:-1, :-1])
        left_out = float(1.0 - drawn[wanted].mean()) if wanted.any() else 0.0
        points = np.where(there[:, None], points, 0.0)
        return GridPicture(points, self._begin[drawn], cells, corners.ravel()[cells], left_out)

    def _between(self, t: float) -> tuple[int, float]:
        """The known time before t, and how much of the way to the next is gone."""
        times = self.reading.times
        place = (t - times[0]) / (times[-1] - times[0]) * (len(times) - 1)
        place = min(max(float(place), 0.0), len(times) - 1.0)
        index = min(int(place), len(times) - 2)
        return index, place - index

    def _places(self, index: int, s: float) -> Float[np.ndarray, "m 2"]:
        """Hermite's cubic through two known places, along the velocities there."""
        reading = self.reading
        step = float(reading.times[index + 1] - reading.times[index])
        ends, rates = reading.places[index : index + 2], reading.rates[index : index + 2]
        if s == 0.0:  # what has ended later is there yet
            return ends[0].astype(np.float64)
        with np.errstate(all="ignore"):
            return np.asarray(
                (1.0 + 2.0 * s) * (1.0 - s) ** 2 * ends[0].astype(np.float64)
                + s * s * (3.0 - 2.0 * s) * ends[1]
                + step * s * (1.0 - s) * ((1.0 - s) * rates[0] - s * rates[1])
            )

    def _whole(self, there: np.ndarray, joined: np.ndarray) -> Bool[np.ndarray, "f"]:
        """Whether every corner of a cell is there and joined to the next one of its line: near it, or both out of sight
        on one side."""
        return there[self.corners] & (~self._beside | joined[self._low])


def _outlines(reading: FlowMap) -> tuple[Int[np.ndarray, "c"], Int[np.ndarray, "f"]]:
    """Around every cell, below, right, above, left: places of the points, and how many there are by cell."""
    count = reading.lines
    crossings = np.arange(count) / (count - 1) - 1e-9
    lines = 2.0 * np.arange(2 * count)[:, None]  # one after the other, each of length 1
    ticks = np.searchsorted(2.0 * reading.line + reading.along, lines + crossings)
    flat, upright = ticks[:count], ticks[count:].T  # by row and column
    begin = np.stack([flat[:-1, :-1], upright[:-1, 1:], flat[1:, 1:], upright[1:, :-1]], axis=-1).ravel()
    end = np.stack([flat[:-1, 1:], upright[1:, 1:], flat[1:, :-1], upright[:-1, :-1]], axis=-1).ravel()
    lengths = np.abs(end - begin) + 1
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    corners = np.repeat(begin, lengths) + np.repeat(np.sign(end - begin), lengths) * within
    return corners, lengths.reshape(-1, 4).sum(axis=1)
