"""Plots for the drawing benchmarks, ours and pyqtgraph's plain one, and whether a picture shows its data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QWidget

from .canvas.plot import Plot
from .canvas.projection import Projection
from .theme import DARK

if TYPE_CHECKING:
    from jaxtyping import Float

    from .canvas.view_history import Rectangle

WIDTH, HEIGHT = 1000, 800
PLANE: Rectangle = ((-3.4, 3.4), (-4.2, 4.2))
_CONTRAST = 12
"""Of 255 in any channel: what differs by more from the background counts as drawn."""
_NOWHERE = np.empty((0, 2))


@dataclass(frozen=True)
class Drawn:
    """A picture, and where it must show something.

    image: takes the picture. pixels: data points (N, 2) as pixels of it. inked, blank: data points at which something
    must be drawn, and at which only the background may be seen. reach: so many pixels off is near enough.
    """

    image: Callable[[], QImage]
    pixels: Callable[[Float[np.ndarray, "N 2"]], Float[np.ndarray, "N 2"]]
    background: str
    inked: Float[np.ndarray, "N 2"]
    blank: Float[np.ndarray, "M 2"]
    reach: int = 1

    def wrong(self) -> float:
        """The share of all these points at which the picture is not as it must be."""
        image = self.image().convertToFormat(QImage.Format.Format_RGB32)
        rows = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), image.bytesPerLine())
        colours = rows[:, : 4 * image.width()].reshape(image.height(), image.width(), 4)[..., 2::-1].astype(int)
        apart = np.abs(colours - QColor(self.background).getRgb()[:3]).max(axis=2) > _CONTRAST
        missing = [not self._near(apart, place).any() for place in self.pixels(self.inked)]
        stained = [bool(self._near(apart, place).all()) for place in self.pixels(self.blank)]
        return float(np.mean([*missing, *stained]))

    def _near(self, apart: np.ndarray, place: np.ndarray) -> np.ndarray:
        """The pixels about a place; none beyond the edges."""
        middle = np.floor(place).astype(int)
        left, top = np.maximum(middle - self.reach, 0)
        right, bottom = np.maximum(middle + self.reach + 1, 0)
        return apart[top:bottom, left:right]


def wrong(drawn: Drawn, _: object) -> float:
    """The error of a picture, for a case."""
    return drawn.wrong()


def our_plot(rectangle: Rectangle = PLANE, *, log_y: bool = False) -> Plot:
    """An empty plot of ours, on the screen."""
    _begin()
    plot = Plot(DARK, log_y=log_y)
    show(plot)
    plot.box.show_rectangle(rectangle)
    QApplication.processEvents()
    return plot


def plain_plot(rectangle: Rectangle = PLANE) -> pg.PlotWidget:
    """An empty plot of pyqtgraph's, on the screen."""
    _begin()
    plot = pg.PlotWidget()
    show(plot)
    plot.setXRange(*rectangle[0], padding=0)
    plot.setYRange(*rectangle[1], padding=0)
    QApplication.processEvents()
    return plot


def show(widget: QWidget, width: int = WIDTH, height: int = HEIGHT) -> None:
    """Put a widget on the screen: what is not exposed does not paint."""
    widget.resize(width, height)
    widget.show()
    QApplication.processEvents()


def by_us(plot: Plot, inked: Float[np.ndarray, "N 2"], blank: Float[np.ndarray, "M 2"] = _NOWHERE) -> Drawn:
    """What a plot of ours shows."""

    def pixels(points: np.ndarray) -> np.ndarray:
        corner = plot.box.mapToScene(QPointF(0, 0))
        return plot.box.projection().pixels(points) + np.array([corner.x(), corner.y()])

    return Drawn(lambda: plot.grab().toImage(), pixels, DARK.card, inked, blank)


def by_pyqtgraph(
    plot: pg.PlotWidget,
    inked: Float[np.ndarray, "N 2"],
    blank: Float[np.ndarray, "M 2"] = _NOWHERE,
    background: str = "black",
) -> Drawn:
    """What a plot of pyqtgraph's shows."""

    def pixels(points: np.ndarray) -> np.ndarray:
        box = plot.getViewBox()
        origin, unit = (box.mapViewToScene(QPointF(place, place)) for place in (0, 1))
        begin = np.array([origin.x(), origin.y()])
        return begin + points * (np.array([unit.x(), unit.y()]) - begin)

    return Drawn(lambda: plot.grab().toImage(), pixels, background, inked, blank)


def by_painter(
    image: QImage,
    projection: Projection,
    inked: Float[np.ndarray, "N 2"],
    blank: Float[np.ndarray, "M 2"] = _NOWHERE,
    background: str = "black",
) -> Drawn:
    """What a bare painter drew on an image that lies where `projection` says."""
    return Drawn(lambda: image, projection.pixels, background, inked, blank)


def empty_image(width: int = WIDTH, height: int = HEIGHT, colour: str = "black") -> QImage:
    """Something to paint on."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    return image


def _begin() -> None:
    """There is an application as long as the program runs."""
    if QApplication.instance() is None:
        _applications.append(QApplication([]))


_applications: list[QApplication] = []
