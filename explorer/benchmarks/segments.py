"""Many curves: 1e5 and 1e6 segments."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF
from PySide6.QtGui import QColor, QPainter, QPen

from core.benchmarking.benchmark import Benchmark, Case, Entrant, Prepared

from ..canvas.lines import polyline_begins
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..drawn_picture import Drawn, by_painter, by_pyqtgraph, by_us, empty_image, our_plot, plain_plot, wrong
from ..theme import DARK

_POINTS = 1001
"""Of one curve."""
_BLANK = np.array([[0.0, 0.0], [-3.3, -4.1], [3.3, -4.1], [-3.3, 4.1], [3.3, 4.1]])


def curves(count: int) -> tuple[np.ndarray, np.ndarray]:
    """`count` closed curves of 1000 segments each, and their offsets."""
    turn = np.linspace(0, 2 * np.pi, _POINTS)
    radius = np.linspace(0.3, 3.0, count)[:, None]
    wave = 1 + 0.1 * np.sin(7 * turn)
    places = np.stack([radius * np.cos(turn) * wave, radius * np.sin(turn) * wave], axis=-1)
    return places.reshape(-1, 2), np.arange(count + 1) * _POINTS


def ours(count: int) -> Prepared:
    """One item, antialiased."""
    places, offsets = curves(count)
    begin = polyline_begins(offsets)
    plot, item = our_plot(), Segments(DARK)
    plot.box.add(item)

    def call() -> Drawn:
        item.set_segments(places, [StrokeGroup(begin, Stroke(DARK.accent))])
        plot.viewport().repaint()
        return by_us(plot, places[::997], _BLANK)

    return Prepared(call)


def plain(count: int, antialias: bool) -> Prepared:
    """A PlotDataItem for every curve."""
    places, offsets = curves(count)
    plot = plain_plot()
    items = [plot.plot(pen=pg.mkPen(DARK.accent), antialias=antialias) for _ in range(count)]

    def call() -> Drawn:
        for index, item in enumerate(items):
            part = places[offsets[index] : offsets[index + 1]]
            item.setData(part[:, 0], part[:, 1])
        plot.viewport().repaint()
        return by_pyqtgraph(plot, places[::997], _BLANK)

    return Prepared(call)


def bare(count: int) -> Prepared:
    """The painter alone, from pixels that are ready."""
    places, offsets = curves(count)
    begin, plot = polyline_begins(offsets), our_plot()
    projection = plot.box.projection()
    array, pixels = pg.Qt.internals.PrimitiveArray(QLineF, 4), projection.pixels(places)
    array.resize(len(begin))
    array.ndarray()[:] = np.concatenate([pixels[begin], pixels[begin + 1]], axis=1)
    image = empty_image()

    def call() -> Drawn:
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(DARK.accent), 1))
        painter.drawLines(*array.drawargs())
        painter.end()
        return by_painter(image, projection, places[::997], _BLANK)

    return Prepared(call)


def _cases() -> Iterator[Case]:
    yield Case(
        "1e5 segments in 100 curves, antialiased",
        (
            Entrant("ours", partial(ours, 100)),
            Entrant("pyqtgraph", partial(plain, 100, True), goal=2.0),
            Entrant("bare drawLines", partial(bare, 100), goal=1 / 1.6),
        ),
        lambda: None,
        wrong,
        allowed=0.01,
    )
    yield Case(
        "1e6 segments in 1000 curves, pyqtgraph's not antialiased",
        (Entrant("ours", partial(ours, 1000)), Entrant("pyqtgraph", partial(plain, 1000, False), goal=8.0)),
        lambda: None,
        wrong,
        allowed=0.01,
    )


BENCHMARK = Benchmark("segments", "curves with new data in every frame", _cases)
