"""Drifting particles and the fading light they leave behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from typing_extensions import override

from .flow import PlaneFlow, ScreenFlow
from .item import CanvasItem
from .lines import Lines
from .projection import Projection
from .swarm import LONGEST_STEP, Swarm

if TYPE_CHECKING:
    from ..theme import Theme

_PARTICLES_PER_MEGAPIXEL = 7500
_MOST_PARTICLES = 5500
_FADE_SECONDS = 2.4
_LIGHT = 90
"""How much of 255 one pass of a particle adds to what is left of the dark."""


class Trails(CanvasItem):
    """A persistent grey image that particles draw into and that fades, shown through a colour table.

    The image belongs to the rectangle of data it was drawn for; when the view moves it is carried over, so
    trails pan and zoom with the plot.
    """

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._flow: PlaneFlow | None = None
        self._on_screen: ScreenFlow | None = None
        self._swarm = Swarm(0)
        self._levels = np.zeros((0, 0), dtype=np.uint8)
        self._drawn_for: Projection | None = None
        self._debt = 0.0
        self._table = _colour_table(theme)
        self._picture: QImage | None = None

    def set_flow(self, flow: PlaneFlow | None) -> None:
        """Drift along another field; the trails of the old one fade."""
        self._flow = flow
        if flow is None:
            self._swarm.clear()
            self._levels[:] = 0
            self._picture = None
        self.invalidate()

    def advance(self, seconds: float) -> None:
        """Let time pass: fade, move, draw the new piece of every trail."""
        projection = self.ensure_layout()
        if projection is None or seconds <= 0:
            return
        # after a pause neither the particles nor the light make up for what nobody saw
        seconds = min(seconds, LONGEST_STEP)
        self._fade(seconds)
        if self._on_screen is not None:
            lines = self._swarm.move(self._on_screen, seconds, projection.width, projection.height)
            image = self._image(QImage.Format.Format_Grayscale8)  # a painter does not keep its image alive
            painter = QPainter(image)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            Lines(lines).draw(painter, QColor(255, 255, 255, _LIGHT))
            painter.end()
        self._picture = None
        self.update()

    @override
    def apply_theme(self, theme: Theme) -> None:
        self._table = _colour_table(theme)
        self._picture = None
        super().apply_theme(theme)

    @override
    def layout(self, projection: Projection) -> None:
        self._on_screen = self._flow and self._flow.on_screen(projection)
        before = self._drawn_for
        if projection == before:
            return
        old, width, height = self._image(QImage.Format.Format_Grayscale8), projection.width, projection.height
        columns = -(-int(width) // 4) * 4  # QImage wants rows of whole 32-bit words
        levels = np.zeros((max(1, int(height)), max(4, columns)), dtype=np.uint8)
        if before is not None and self._levels.size:
            corners = projection.pixels(
                np.array([[before.x_range[0], before.y_range[1]], [before.x_range[1], before.y_range[0]]])
            )
            target = QRectF(corners[0, 0], corners[0, 1], *(corners[1] - corners[0]))
            image = _image(levels, QImage.Format.Format_Grayscale8)
            painter = QPainter(image)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(target, old, QRectF(0, 0, before.width, before.height))
            painter.end()
            self._swarm.places = projection.pixels(before.data(self._swarm.places))
        wanted = min(_MOST_PARTICLES, int(width * height * 1e-6 * _PARTICLES_PER_MEGAPIXEL))
        if before is None or (before.width, before.height) != (width, height):
            self._swarm = Swarm(wanted)
        self._levels, self._drawn_for, self._picture = levels, projection, None

    @override
    def draw(self, painter: QPainter) -> None:
        if self._picture is None:
            image = self._image(QImage.Format.Format_Indexed8)
            image.setColorTable(self._table)
            # converting and then blitting takes half the time of painting through a colour table
            self._picture = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(0, 0, self._picture)

    @override
    def draw_as_shapes(self, painter: QPainter) -> None:
        if self._levels.any():  # an image without light would only make the file larger
            self.draw(painter)

    def _fade(self, seconds: float) -> None:
        # whole levels only: what is left over is owed to the next frame
        self._debt += 255.0 * seconds / _FADE_SECONDS
        amount = int(self._debt)
        self._debt -= amount
        np.subtract(self._levels, np.minimum(self._levels, min(amount, 255)), out=self._levels)

    def _image(self, form: QImage.Format) -> QImage:
        return _image(self._levels, form)


def _image(levels: np.ndarray, form: QImage.Format) -> QImage:
    """The same memory as an image: grey to draw into, indexed to show through a colour table."""
    rows, columns = levels.shape
    return QImage(levels.data, columns, rows, columns, form) if levels.size else QImage(1, 1, form)


def _colour_table(theme: Theme) -> list[int]:
    """256 colours along the theme's density colours, from nothing to the brightest."""
    stops = np.array([stop for stop, _ in theme.density])
    colours = np.array([QColor(name).getRgb()[:3] for _, name in theme.density], dtype=float)
    level = np.linspace(0.0, 1.0, 256)
    bright = 0.3 + 0.6 * level
    red, green, blue = (np.interp(bright, stops, colours[:, channel]) for channel in range(3))
    alpha = level**1.25 * (0.85 if theme.dark else 0.7)
    return [
        QColor(int(r), int(g), int(b), int(255 * a)).rgba() for r, g, b, a in zip(red, green, blue, alpha, strict=True)
    ]
