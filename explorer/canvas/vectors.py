"""A few arrows between places of a plot, each in its colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from typing_extensions import override

from .arrows import arrow_lines
from .glyphs import Glyph, draw_glyph
from .item import CanvasItem
from .lines import visible_lines
from .nearest import nearest_curve
from .projection import Projection

if TYPE_CHECKING:
    from ..theme import Theme

_REACH = 9.0


@dataclass(frozen=True)
class Vector:
    """An arrow from `tail` to `tip`; a `glyph` sits on its shaft at the fraction `at`; `dashed` is the shaft."""

    tail: tuple[float, float]
    tip: tuple[float, float]
    colour: str
    weight: float = 1.8
    dashed: bool = False
    glyph: Glyph | None = None
    at: float = 0.5


class Vectors(CanvasItem):
    """Arrows; later ones lie on top."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._vectors: tuple[Vector, ...] = ()
        self._strokes: list[list[QLineF]] = []
        self._marked: list[QPointF] = []

    def set_vectors(self, vectors: Sequence[Vector]) -> None:
        """Show other arrows; data coordinates. One that is not finite is not drawn."""
        self._vectors = tuple(vectors)
        self.invalidate()

    @property
    def vectors(self) -> tuple[Vector, ...]:
        """What is shown."""
        return self._vectors

    def index_at(self, position: QPointF) -> int | None:
        """The arrow under a position in pixels."""
        projection = self.ensure_layout()
        if projection is None or not self._vectors:
            return None
        ends = projection.pixels(self._ends()).reshape(-1, 2)
        offsets = np.arange(len(self._vectors) + 1) * 2
        found = nearest_curve(ends, offsets, (position.x(), position.y()), _REACH)
        return None if found is None else found[0]

    def _ends(self) -> np.ndarray:
        return np.array([(vector.tail, vector.tip) for vector in self._vectors], dtype=np.float64).reshape(-1, 2, 2)

    @override
    def layout(self, projection: Projection) -> None:
        ends = projection.pixels(self._ends())
        self._strokes, self._marked = [], []
        for vector, (tail, tip) in zip(self._vectors, ends, strict=True):
            length = float(np.hypot(*(tip - tail)))
            if not (np.isfinite(length) and length > 0):
                self._strokes.append([])
                self._marked.append(QPointF())
                continue
            direction = (tip - tail) / length
            lines = arrow_lines((tail + tip)[None] / 2, direction[None], np.array([length]))[0]
            seen = visible_lines(lines[:, :2], lines[:, 2:], projection.width, projection.height)
            self._strokes.append([QLineF(*line) for line in seen.tolist()])
            self._marked.append(QPointF(*(tail + vector.at * (tip - tail)).tolist()))

    @override
    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for vector, strokes in zip(self._vectors, self._strokes, strict=True):
            pen = QPen(QColor(vector.colour), vector.weight, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            for index, line in enumerate(strokes):
                pen.setStyle(Qt.PenStyle.DashLine if vector.dashed and index == 0 else Qt.PenStyle.SolidLine)
                painter.setPen(pen)
                painter.drawLine(line)
        for vector, strokes, place in zip(self._vectors, self._strokes, self._marked, strict=True):
            if vector.glyph is not None and strokes:
                painter.setPen(QPen(QColor(self.theme.card), 1.4))
                painter.setBrush(QColor(vector.colour))
                draw_glyph(painter, vector.glyph, place, 4.0)
