"""Light that lines leave on a plot, and that fades."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from .lines import Lines
from .projection import Projection

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..theme import Theme


class FadingLight:
    """A grey image of the plot's box that is drawn into, shown through a table of 256 colours."""

    def __init__(self, colours: list[int]) -> None:
        self._colours = colours
        self._levels = np.zeros((0, 0), dtype=np.uint8)
        self._taken = self._levels
        self._debt = 0.0
        self._picture: QImage | None = None

    @property
    def levels(self) -> np.ndarray:
        """(rows, columns) uint8: how bright it is, 255 at most; a few columns wider than the box."""
        return self._levels

    @property
    def lit(self) -> bool:
        """Whether there is any light."""
        return bool(self._levels.any())

    def set_colours(self, colours: list[int]) -> None:
        """Show it through another table."""
        self._colours = colours
        self._picture = None

    def resize(self, width: float, height: float) -> None:
        """A dark image of this many pixels."""
        columns = -(-int(width) // 4) * 4  # QImage wants rows of whole 32-bit words
        self._levels = np.zeros((max(1, int(height)), max(4, columns)), dtype=np.uint8)
        self._picture = None

    def follow(self, before: Projection | None, now: Projection) -> None:
        """Lie where the data lie that were under it `before`, in an image as large as the plot is now."""
        old_levels, old = self._levels, self._image(QImage.Format.Format_Grayscale8)  # which holds no memory of its own
        self.resize(now.width, now.height)
        if before is None or not old_levels.size:
            return
        (left, right), (low, high) = before.x_range, before.y_range
        corners = now.pixels(np.array([[left, high], [right, low]]))
        image = self._image(QImage.Format.Format_Grayscale8)  # a painter does not keep its image alive
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        target = QRectF(corners[0, 0], corners[0, 1], *(corners[1] - corners[0]))
        painter.drawImage(target, old, QRectF(0, 0, before.width, before.height))
        painter.end()

    def clear(self) -> None:
        """Put out all light."""
        self._levels[:] = 0
        self._picture = None

    def add(self, lines: Float[np.ndarray, "S 4"], light: int, *, smooth: bool = True) -> None:
        """Let lines in pixels add `light` of 255 parts of what is left of the dark. Smooth long ones take five times
        as long."""
        image = self._image(QImage.Format.Format_Grayscale8)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
        Lines(lines).draw(painter, QColor(255, 255, 255, light))
        painter.end()
        self._picture = None

    def fade(self, levels: float) -> None:
        """Take that many of 255 levels away."""
        # whole levels only: what is left over is owed to the next time
        self._debt += levels
        amount = int(self._debt)
        self._debt -= amount
        if self._taken.shape != self._levels.shape:
            self._taken = np.empty_like(self._levels)
        np.minimum(self._levels, min(amount, 255), out=self._taken)
        np.subtract(self._levels, self._taken, out=self._levels)
        self._picture = None

    def draw(self, painter: QPainter) -> None:
        """Paint it over what is there."""
        if self._picture is None:
            if not self.lit:
                return
            image = self._image(QImage.Format.Format_Indexed8)
            image.setColorTable(self._colours)
            # converting and then blitting takes half the time of painting through a colour table
            self._picture = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(0, 0, self._picture)

    def _image(self, form: QImage.Format) -> QImage:
        """The same memory as an image: grey to draw into, indexed to show through a colour table."""
        rows, columns = self._levels.shape
        return QImage(self._levels.data, columns, rows, columns, form) if self._levels.size else QImage(1, 1, form)


def colour_table(stops: tuple[tuple[float, str], ...], opacity: Float[np.ndarray, "256"], begin: float) -> list[int]:
    """256 colours along `stops` from the place `begin` on to 0.9, with their opacities."""
    places = np.array([place for place, _ in stops])
    colours = np.array([QColor(name).getRgb()[:3] for _, name in stops], dtype=float)
    along = begin + (0.9 - begin) * np.linspace(0.0, 1.0, 256)
    red, green, blue = (np.interp(along, places, colours[:, channel]) for channel in range(3))
    return [
        QColor(int(r), int(g), int(b), int(255 * a)).rgba()
        for r, g, b, a in zip(red, green, blue, opacity, strict=True)
    ]


def density_light(theme: Theme) -> list[int]:
    """From nothing to the brightest of the theme's density colours."""
    opacity = np.linspace(0.0, 1.0, 256) ** 1.25 * (0.85 if theme.dark else 0.7)
    return colour_table(theme.density, opacity, 0.3)
