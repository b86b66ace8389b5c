"""Where small maps stand side by side: each under its heading, all equally large."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

LINE = 15.0
"""Pixels of height of a line of text."""
_HEAD = 2 * LINE + 3.0
_GAP = 12.0
_ASPECTS = (0.9, 2.4)


@dataclass(frozen=True)
class Tile:
    """One map; in pixels."""

    heading: QRectF
    picture: QRectF

    def contains(self, position: QPointF) -> bool:
        """Whether a point is in its heading or its picture."""
        return self.heading.united(self.picture).contains(position)

    def part(self, position: QPointF) -> tuple[float, float] | None:
        """Where in the picture a point is, from 0 to 1 across and up; None beside it."""
        if not self.picture.contains(position):
            return None
        across = (position.x() - self.picture.left()) / self.picture.width()
        return across, 1.0 - (position.y() - self.picture.top()) / self.picture.height()


def tiles(width: float, height: float, count: int, aspect: float | None) -> tuple[Tile, ...]:
    """The largest `count` equal tiles that fit, row by row from the left.

    aspect: a picture's width by its height; None lets it fill its room within limits.
    """
    best = (0.0, 0.0), 1
    for columns in range(1, count + 1):
        rows = -(-count // columns)
        across = (width - (columns - 1) * _GAP) / columns
        down = (height - (rows - 1) * _GAP) / rows - _HEAD
        lowest, highest = _ASPECTS if aspect is None else (aspect, aspect)
        size = max(0.0, min(across, down * highest)), max(0.0, min(down, across / lowest))
        if size[0] * size[1] > best[0][0] * best[0][1]:
            best = size, columns
    (wide, high), columns = best
    if wide < 1.0 or high < 1.0:
        return ()
    step = max(wide + _GAP, (width + _GAP) / columns)  # headings have all of the width
    made = []
    for index in range(count):
        left, top = (index % columns) * step, (index // columns) * (high + _HEAD + _GAP)
        made.append(Tile(QRectF(left, top, step - _GAP, _HEAD), QRectF(left, top + _HEAD, wide, high)))
    return tuple(made)
