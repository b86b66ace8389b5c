"""Dashed curves given as loose segments: nullclines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColor, QPainter
from typing_extensions import override

from .item import CanvasItem
from .lines import Lines, visible_lines
from .projection import Projection

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..theme import Theme

_ON, _OFF = 5.0, 3.5
_WEIGHT = 1.4


def chains(segments: Float[np.ndarray, "S 2 2"]) -> list[Float[np.ndarray, "P 2"]]:
    """Polylines made by joining segments that share an end point.

    Where more than two segments meet, the polylines end; equal points count as one up to 1e-9 of the extent.
    """
    segments = segments[np.isfinite(segments).all(axis=(1, 2))]
    if not len(segments):
        return []
    ends = segments.reshape(-1, 2)
    extent = np.ptp(ends, axis=0)
    grain = np.where(extent > 0, extent, 1.0) * 1e-9
    _, node = np.unique(np.round((ends - ends.min(axis=0)) / grain), axis=0, return_inverse=True)
    node = node.reshape(-1)
    touching: dict[int, list[int]] = {}
    for end, name in enumerate(node.tolist()):
        touching.setdefault(name, []).append(end)
    unused = set(range(len(segments)))
    result = []
    # open curves first, from their ends; what is left then are closed ones
    starts = [ends_here[0] for ends_here in touching.values() if len(ends_here) != 2]
    for end in [*starts, *range(0, len(ends), 2)]:
        if end // 2 in unused:
            walked = _walk(end, node, touching, unused)
            result.append(ends[walked])
    return result


def _walk(end: int, node: np.ndarray, touching: dict[int, list[int]], unused: set[int]) -> list[int]:
    """Indices of the end points along the curve that begins at `end`, taking its segments out of `unused`."""
    path = [end]
    while end // 2 in unused:
        unused.discard(end // 2)
        far = end ^ 1  # the other end of the same segment
        path.append(far)
        here = touching[int(node[far])]
        if len(here) != 2:
            break
        end = here[0] if here[1] == far else here[1]
    return path


def dashes(polyline: Float[np.ndarray, "P 2"], on: float, off: float) -> Float[np.ndarray, "D 4"]:
    """Straight dashes along a polyline in pixels."""
    steps = np.hypot(*np.diff(polyline, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    length = along[-1]
    begin = np.arange(0.0, length, on + off)
    # a dash bends where the curve does: two halves follow it closely enough
    marks = np.minimum(begin[:, None] + np.array([0.0, on / 2, on]), length)
    points = np.stack([np.interp(marks, along, polyline[:, axis]) for axis in (0, 1)], axis=-1)
    return np.concatenate([points[:, :-1], points[:, 1:]], axis=-1).reshape(-1, 4)


class Dashes(CanvasItem):
    """Families of dashed curves, one colour each."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._families: list[tuple[list[np.ndarray], str]] = []
        self._batches: list[tuple[Lines, str]] = []

    def set_families(self, families: Sequence[tuple[Float[np.ndarray, "S 2 2"], str]]) -> None:
        """Show other curves: loose segments in data coordinates, and their colour."""
        self._families = [(chains(segments), colour) for segments, colour in families]
        self.invalidate()

    @override
    def layout(self, projection: Projection) -> None:
        self._batches = []
        for curves, colour in self._families:
            pieces = [
                dashes(projection.pixels(curve), _ON, _OFF) for curve in curves if _worth_dashing(curve, projection)
            ]
            if pieces:
                lines = np.concatenate(pieces)
                seen = visible_lines(lines[:, :2], lines[:, 2:], projection.width, projection.height)
                self._batches.append((Lines(seen), colour))

    @override
    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for lines, colour in self._batches:
            lines.draw(painter, QColor(colour), _WEIGHT)


def _worth_dashing(curve: Float[np.ndarray, "P 2"], projection: Projection) -> bool:
    """Whether the curve touches the view, at a zoom at which its dashes can be counted."""
    pixels = projection.pixels(curve)
    low, high = pixels.min(axis=0), pixels.max(axis=0)
    beside = (high < 0).any() or low[0] > projection.width or low[1] > projection.height
    return not beside and float(np.ptp(pixels, axis=0).max()) < 1e6
