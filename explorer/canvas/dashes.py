"""Dashed and dash-dotted curves: nullclines, and cycles that repel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
_DASH_DOT = ((7.0, 8.4, 0.0), (1.6, 13.8, 10.2))
"""(length, gap, begin) in pixels of the dashes and of the dots between them: the same period."""
_WEIGHT = 1.4


def dashes(polyline: Float[np.ndarray, "P 2"], on: float, off: float, first: float = 0.0) -> Float[np.ndarray, "D 4"]:
    """Straight dashes along a polyline in pixels; the first begins after so many."""
    steps = np.hypot(*np.diff(polyline, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    length = along[-1]
    begin = np.arange(first, length, on + off)
    # a dash bends where the curve does: two halves follow it closely enough
    marks = np.minimum(begin[:, None] + np.array([0.0, on / 2, on]), length)
    points = np.stack([np.interp(marks, along, polyline[:, axis]) for axis in (0, 1)], axis=-1)
    return np.concatenate([points[:, :-1], points[:, 1:]], axis=-1).reshape(-1, 4)


class Dashes(CanvasItem):
    """Families of dashed curves, one colour each; `dotted` families have a dot between two dashes.

    weight: of the lines, in pixels.
    """

    def __init__(self, theme: Theme, z: float = 0.0, weight: float = _WEIGHT) -> None:
        super().__init__(theme, z)
        self._weight = weight
        self._dotted: frozenset[int] = frozenset()
        self._families: list[tuple[Sequence[np.ndarray], str]] = []
        self._batches: list[tuple[Lines, str]] = []

    def set_families(
        self, families: Sequence[tuple[Sequence[Float[np.ndarray, "P 2"]], str]], dotted: Iterable[int] = ()
    ) -> None:
        """Show other curves: the polylines of every family in data coordinates, and their colour.

        dotted: places of the families that are told from the others by their dashes.
        """
        self._families, self._dotted = list(families), frozenset(dotted)
        self.invalidate()

    @override
    def layout(self, projection: Projection) -> None:
        self._batches = []
        for place, (curves, colour) in enumerate(self._families):
            on_screen = (projection.pixels(curve) for curve in curves)
            pattern = _DASH_DOT if place in self._dotted else ((_ON, _OFF, 0.0),)
            worth = [pixels for pixels in on_screen if _worth_dashing(pixels, projection)]
            pieces = [dashes(pixels, *marks) for pixels in worth for marks in pattern]
            if pieces:
                lines = np.concatenate(pieces)
                seen = visible_lines(lines[:, :2], lines[:, 2:], projection.width, projection.height)
                self._batches.append((Lines(seen), colour))

    @override
    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for lines, colour in self._batches:
            lines.draw(painter, QColor(colour), self._weight, joined=False)


def _worth_dashing(pixels: Float[np.ndarray, "P 2"], projection: Projection) -> bool:
    """Whether the curve touches the view, at a zoom at which its dashes can be counted."""
    if len(pixels) < 2:
        return False
    low, high = pixels.min(axis=0), pixels.max(axis=0)
    beside = (high < 0).any() or low[0] > projection.width or low[1] > projection.height
    return not beside and float((high - low).max()) < 1e6
