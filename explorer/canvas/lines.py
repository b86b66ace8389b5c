"""Many straight lines in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from .shape_devices import keeps_shapes

if TYPE_CHECKING:
    from jaxtyping import Float, Int

_MARGIN = 4.0
"""Pixels around the box in which a line still counts as visible."""
_FINE = 2.5
"""Device pixels per pixel from which joints are seen: no screen has more, an export may."""

_BEND, _ROUNDS = 0.06, 2
"""Pixels by which a curve may be cut short when two of its lines become one, and how often that is done."""


class Lines:
    """A batch of lines in pixels, kept in the memory layout that QPainter takes without conversion."""

    def __init__(self, lines: Float[np.ndarray, "S 4"]) -> None:
        self._array = pg.Qt.internals.PrimitiveArray(QLineF, 4)
        self._array.resize(len(lines))
        if len(lines):
            self._array.ndarray()[:] = lines
        self._count = len(lines)

    def __len__(self) -> int:
        return self._count

    def draw(self, painter: QPainter, colour: QColor, weight: float = 1.0, *, joined: bool = True) -> None:
        """Paint all lines, `weight` pixels wide; `joined` fills the gaps where a wide line goes on in the next.

        A wide pen with round ends costs 7 times one with square ends, and at joints as small as a screen's they
        look the same; a large picture shows the difference and gets the round ones. Where shapes are kept, lines
        that go on in each other become one curve.
        """
        if not self._count:
            return
        shapes = keeps_shapes(painter)
        fine = shapes or painter.deviceTransform().m11() > _FINE
        end = Qt.PenCapStyle.RoundCap if fine else Qt.PenCapStyle.SquareCap
        pen = QPen(colour, weight, Qt.PenStyle.SolidLine, end if joined else Qt.PenCapStyle.FlatCap)
        if shapes:
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.strokePath(curves(self._array.ndarray()), pen)
            return
        painter.setPen(pen)
        painter.drawLines(*self._array.drawargs())


def curves(lines: Float[np.ndarray, "S 4"]) -> QPainterPath:
    """The lines as one path, in which a line that begins where the one before it ended goes on from there."""
    begins = np.ones(len(lines), dtype=bool)
    begins[1:] = (lines[1:, :2] != lines[:-1, 2:]).any(axis=1)
    ends = np.arange(len(lines)) + np.cumsum(begins)
    points = np.empty((len(lines) + int(begins.sum()), 2))
    points[ends] = lines[:, 2:]
    points[ends[begins] - 1] = lines[begins, :2]
    connected = np.ones(len(points), dtype=bool)
    connected[ends[begins][1:] - 2] = False
    return pg.arrayToQPath(points[:, 0], points[:, 1], connect=connected)


def visible_lines(
    begin: Float[np.ndarray, "S 2"], end: Float[np.ndarray, "S 2"], width: float, height: float
) -> Float[np.ndarray, "V 4"]:
    """The lines that may touch the box, cut where they run far out of it (Qt's rasteriser loses such ends)."""
    return visible_part(begin, end, width, height)[0]


def visible_part(
    begin: Float[np.ndarray, "S 2"], end: Float[np.ndarray, "S 2"], width: float, height: float
) -> tuple[Float[np.ndarray, "V 4"], Int[np.ndarray, "V"]]:
    """The same, and which lines they are."""
    # column by column: numpy reduces and gathers whole columns many times faster than short rows
    x0, y0, x1, y1 = (*begin.T.copy(), *end.T.copy())
    with np.errstate(invalid="ignore", over="ignore"):  # a comparison with NaN is False, which drops the line
        seen = (np.maximum(x0, x1) >= -_MARGIN) & (np.minimum(x0, x1) <= width + _MARGIN)
        seen &= (np.maximum(y0, y1) >= -_MARGIN) & (np.minimum(y0, y1) <= height + _MARGIN)
        seen &= np.isfinite(x0 + y0 + x1 + y1)
    kept = np.flatnonzero(seen)
    lines = np.stack([column.take(kept) for column in (x0, y0, x1, y1)], axis=1)
    reach = 2.0 * max(width, height, 1.0)
    if kept.size and max(lines.max(), -lines.min()) > reach:
        far = np.flatnonzero((np.abs(lines) > reach).any(axis=1))
        lines[far], whole = _cut(lines[far], -reach, reach)
        lines, kept = np.delete(lines, far[~whole], axis=0), np.delete(kept, far[~whole])
    return lines, kept


def straightened(
    lines: Float[np.ndarray, "S 4"], owner: Int[np.ndarray, "S"]
) -> tuple[Float[np.ndarray, "R 4"], Int[np.ndarray, "R"]]:
    """The same in fewer lines: two of which one goes on in the other are one where the joint lies nearly on it.

    owner: whose each line is; those of two stay apart. A pen wider than a pixel takes the painter several times as
    long, line by line, however short they are.
    """
    for _ in range(_ROUNDS):
        count = len(lines) // 2
        x0, y0, x1, y1, x2, y2, x3, y3 = lines[: 2 * count].reshape(count, 8).T.copy()
        straight = (x1 == x2) & (y1 == y2) & (owner[: 2 * count : 2] == owner[1 : 2 * count : 2])
        x1 -= x0
        y1 -= y0
        x3 -= x2
        y3 -= y2
        across, along = x1 * y3 - y1 * x3, x1 * x3 + y1 * y3
        straight &= (across * across <= _BEND**2 * ((x1 + x3) ** 2 + (y1 + y3) ** 2)) & (along >= 0)
        second = 2 * np.flatnonzero(straight) + 1
        if len(second) < len(lines) // 8:
            break
        kept = np.ones(len(lines), dtype=bool)
        kept[second] = False
        lines = lines.copy()
        lines[second - 1, 2:] = lines[second, 2:]
        kept = np.flatnonzero(kept)
        lines, owner = lines.take(kept, 0), owner.take(kept)
    return lines, owner


def _cut(lines: Float[np.ndarray, "S 4"], low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    """Liang-Barsky clipping of all lines to the square [low, high]^2: the cut lines, and which of them remain."""
    begin, step = lines[:, :2], lines[:, 2:] - lines[:, :2]
    with np.errstate(divide="ignore", invalid="ignore"):
        first, second = (low - begin) / step, (high - begin) / step
    parallel = step == 0
    inside = (begin >= low) & (begin <= high)
    enter = np.where(parallel, np.where(inside, -np.inf, np.inf), np.minimum(first, second)).max(axis=1)
    leave = np.where(parallel, np.inf, np.maximum(first, second)).min(axis=1)
    enter, leave = np.maximum(enter, 0.0), np.minimum(leave, 1.0)
    kept = enter < leave
    enter, leave = np.where(kept, enter, 0.0), np.where(kept, leave, 0.0)
    return np.concatenate([begin + step * enter[:, None], begin + step * leave[:, None]], axis=1), kept


def polyline_begins(
    offsets: Int[np.ndarray, "m_plus_1"], jumps: Int[np.ndarray, "j"] | None = None
) -> Int[np.ndarray, "S"]:
    """Indices i such that the points i and i + 1 belong to the same polyline offsets[k]:offsets[k + 1].

    jumps: points, none of them the first, to which no line leads.
    """
    count = int(offsets[-1]) if len(offsets) else 0
    joined = np.ones(max(count - 1, 0), dtype=bool)
    inner = np.asarray(offsets[1:-1], dtype=np.int64)
    inner = inner[(inner > 0) & (inner < count)]
    joined[inner - 1] = False
    if jumps is not None:
        joined[jumps - 1] = False
    return np.flatnonzero(joined)
