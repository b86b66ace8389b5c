"""Small maps side by side, each with its solver's name and mark, what it comes to, and the ends in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen
from typing_extensions import override

from ..canvas.chip import plot_font
from ..canvas.glyphs import Glyph, draw_glyph
from ..canvas.item import CanvasItem
from ..canvas.projection import Projection
from ..canvas.raster import bordered, step_of
from .solver_map_tiles import LINE, Tile, tiles

if TYPE_CHECKING:
    from jaxtyping import Float, UInt32

    from ..theme import Theme

_MARK = 14.0
_BETWEEN = 6.0


@dataclass(frozen=True)
class TilePicture:
    """A map as it is drawn.

    x (nx,), y (ny,): the pixels' centres; colours (ny, nx): 0xffrrggbb, None while there is no map. ends (k, 2): dots.
    words: the second line, as texts in their colours; counts: at the right end of the first, whichever fits.
    """

    title: str
    glyph: Glyph
    colour: str
    counts: tuple[str, ...]
    words: tuple[tuple[str, str], ...]
    x: Float[np.ndarray, "nx"]
    y: Float[np.ndarray, "ny"]
    colours: UInt32[np.ndarray, "ny nx"] | None
    ends: Float[np.ndarray, "k 2"]


class SolverMapPictures(CanvasItem):
    """The box's rectangle is what each of the pictures shows of the plane."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._pictures: tuple[TilePicture, ...] = ()
        self._aspect: float | None = None
        self._tiles: tuple[Tile, ...] = ()
        self._pointed: int | None = None

    def set_pictures(self, pictures: Sequence[TilePicture], aspect: float | None) -> None:
        """Show other maps, in pictures `aspect` times as wide as they are high; None fills the room."""
        self._pictures, self._aspect = tuple(pictures), aspect
        self.invalidate()

    def set_pointed(self, index: int | None) -> None:
        """Frame the picture that a click would choose."""
        if index != self._pointed:
            self._pointed = index
            self.update()
            self.changed.emit()

    def tiles(self) -> tuple[Tile, ...]:
        """Where the pictures are."""
        self.ensure_layout()
        return self._tiles

    def at(self, position: QPointF) -> int | None:
        """The picture at a point of the box."""
        return next((index for index, tile in enumerate(self.tiles()) if tile.contains(position)), None)

    def place(self, index: int, position: QPointF) -> tuple[float, float] | None:
        """The point of the plane that a picture shows there."""
        part, projection = self.tiles()[index].part(position), self.projection
        if part is None or projection is None:
            return None
        (left, right), (low, high) = projection.x_range, projection.y_range
        return left + part[0] * (right - left), low + part[1] * (high - low)

    @override
    def layout(self, projection: Projection) -> None:
        self._tiles = tiles(projection.width, projection.height, len(self._pictures), self._aspect)

    @override
    def draw(self, painter: QPainter) -> None:
        projection = self.projection
        if projection is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(plot_font())
        for index, (tile, picture) in enumerate(zip(self._tiles, self._pictures, strict=False)):
            self._write(painter, tile.heading, picture)
            area = tile.picture
            painter.fillRect(area, QColor(self.theme.raised))
            if picture.colours is not None:
                here = Projection(projection.x_range, projection.y_range, area.width(), area.height())
                painter.save()
                painter.setClipRect(area)
                painter.translate(area.topLeft())
                self._paint(painter, picture, here)
                painter.restore()
            pointed = index == self._pointed
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self.theme.accent if pointed else self.theme.line), 2.0 if pointed else 1.0))
            painter.drawRect(area)

    def _write(self, painter: QPainter, area: QRectF, picture: TilePicture) -> None:
        metrics = QFontMetricsF(plot_font())
        first, second = QRectF(area.left(), area.top(), area.width(), LINE), area.top() + LINE
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(picture.colour))
        draw_glyph(painter, picture.glyph, QPointF(area.left() + 5.0, first.center().y()), 3.8)
        left = area.left() + _MARK
        room = area.right() - left
        left_over = room - _BETWEEN - metrics.horizontalAdvance(picture.title)
        count = next((text for text in picture.counts if metrics.horizontalAdvance(text) <= left_over), "")
        title = metrics.elidedText(picture.title, Qt.TextElideMode.ElideRight, room)
        painter.setPen(QColor(self.theme.text))
        painter.drawText(QRectF(left, first.top(), room, LINE), Qt.AlignmentFlag.AlignVCenter, title)
        painter.setPen(QColor(self.theme.muted))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(left, first.top(), room, LINE), right, count)
        left = area.left()
        for place, (text, colour) in enumerate(picture.words):
            width, last = metrics.horizontalAdvance(text), place == len(picture.words) - 1
            fits = left + width + (0.0 if last else _BETWEEN + metrics.horizontalAdvance("…")) <= area.right() + 1.0
            painter.setPen(QColor(colour if fits else self.theme.muted))
            painter.drawText(
                QRectF(left, second, width + 2.0, LINE), Qt.AlignmentFlag.AlignVCenter, text if fits else "…"
            )
            if not fits:
                break
            left += width + _BETWEEN

    def _paint(self, painter: QPainter, picture: TilePicture, here: Projection) -> None:
        if picture.colours is None:
            return
        x, y, colours = bordered(picture.x, picture.y, picture.colours)
        dx, dy = step_of(picture.x), step_of(picture.y)
        corners = np.array([(x[0] - dx / 2, y[-1] + dy / 2), (x[-1] + dx / 2, y[0] - dy / 2)])
        (left, top), (right, bottom) = here.pixels(corners).tolist()
        upright = np.ascontiguousarray(colours[::-1])
        rows, columns = upright.shape
        image = QImage(upright.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(QRectF(left, top, right - left, bottom - top), image)
        painter.setPen(QPen(QColor(self.theme.card), 1.2))
        painter.setBrush(QColor(self.theme.text))
        for across, down in here.pixels(picture.ends).tolist():
            painter.drawEllipse(QPointF(across, down), 2.6, 2.6)
