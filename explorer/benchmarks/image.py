"""A picture of 1024 x 1024 numbers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from core.benchmarking.benchmark import Benchmark, Case, Entrant, Prepared

from ..canvas.colour_scale import ColourScale
from ..canvas.heat_map import HeatMap
from ..canvas.projection import Projection
from ..canvas.raster import Raster
from ..drawn_picture import (
    HEIGHT,
    WIDTH,
    Drawn,
    by_painter,
    by_pyqtgraph,
    by_us,
    empty_image,
    our_plot,
    plain_plot,
    wrong,
)
from ..theme import DARK

SIZE = 1024
_RECTANGLE = (0.5, SIZE + 0.5), (-SIZE - 0.5, -0.5)
_SCALE = ColourScale(0.0, 1.0)
_random = np.random.default_rng(0)
_ROWS = _random.uniform(-0.95 * SIZE, -0.05 * SIZE, 40)
_BRIGHT = np.column_stack([_random.uniform(0.55 * SIZE, 0.95 * SIZE, 40), _ROWS])
_DARK = np.column_stack([_random.uniform(0.05 * SIZE, 0.45 * SIZE, 40), _ROWS])


def tables() -> Iterator[np.ndarray]:
    """Numbers without end: the left half is 0, which is drawn as background, the right half between 0.5 and 1."""
    made = []
    for _ in range(4):
        table = _random.uniform(0.5, 1.0, (SIZE, SIZE)).astype(np.float32)
        table[:, : SIZE // 2] = 0.0
        made.append(table)
    return cycle(made)


def ours() -> Prepared:
    """A heat map."""
    plot, item, numbers, new = our_plot(_RECTANGLE), HeatMap(DARK), np.arange(1, SIZE + 1), tables()
    plot.box.add(item)

    def call() -> Drawn:
        item.set_values(next(new), numbers, _SCALE)
        plot.viewport().repaint()
        return by_us(plot, _BRIGHT, _DARK)

    return Prepared(call)


def plain() -> Prepared:
    """An ImageItem of floats with our colours as its table."""
    plot, item, new = plain_plot(_RECTANGLE), pg.ImageItem(axisOrder="row-major"), tables()
    colours = [QColor.fromRgb(int(colour)).getRgb()[:3] for colour in _SCALE.table(DARK)[:-1]]
    item.setLookupTable(np.array(colours, dtype=np.uint8))
    plot.addItem(item)

    def call() -> Drawn:
        item.setImage(next(new), levels=(0, 1), autoLevels=False)
        item.setRect(QRectF(0.5, -SIZE - 0.5, SIZE, SIZE))
        plot.viewport().repaint()
        return by_pyqtgraph(plot, _BRIGHT, _DARK, DARK.card)

    return Prepared(call)


def ready() -> Prepared:
    """A plot of ours with a picture whose colours are ready: what is left is to paint it."""
    colours = _SCALE.table(DARK)[_SCALE.levels(next(tables()))]
    plot, item = our_plot(_RECTANGLE), Raster(DARK)
    plot.box.add(item)
    item.set_pixels(np.arange(SIZE) + 1.0, np.arange(-SIZE, 0) + 0.0, colours[::-1])

    def call() -> Drawn:
        plot.viewport().repaint()
        return by_us(plot, _BRIGHT, _DARK)

    return Prepared(call)


def blit() -> Prepared:
    """The painter alone, from colours that are ready."""
    colours = _SCALE.table(DARK)[_SCALE.levels(next(tables()))]
    source = QImage(colours.data, SIZE, SIZE, 4 * SIZE, QImage.Format.Format_RGB32)
    target = empty_image()

    def call() -> Drawn:
        painter = QPainter(target)
        painter.drawImage(QRectF(0, 0, WIDTH, HEIGHT), source)
        painter.end()
        return by_painter(target, Projection(*_RECTANGLE, WIDTH, HEIGHT), _BRIGHT, _DARK, DARK.card)

    return Prepared(call)


def _cases() -> Iterator[Case]:
    yield Case(
        f"{SIZE} x {SIZE} numbers to colours to a plot of {WIDTH} x {HEIGHT}",
        (
            Entrant("ours", ours),
            Entrant("pyqtgraph", plain),
            Entrant("ready image, plot repainted", ready, goal=1 / 3),
            Entrant("bare drawImage", blit),
        ),
        lambda: None,
        wrong,
        allowed=0.0,
    )


BENCHMARK = Benchmark("image", "an image with new numbers in every frame", _cases)
