"""The grid behind a plot."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from PySide6.QtGui import QPainter

from core.benchmarking.benchmark import Benchmark, Case, Entrant, Prepared

from ..canvas.grid import Grid
from ..drawn_picture import Drawn, by_painter, by_pyqtgraph, empty_image, our_plot, plain_plot, wrong

_AXES = ("bottom", "left")
_COARSE = [-2.0, 0.0, 2.0]
_CROSSINGS = np.array([(x, y) for x in _COARSE for y in _COARSE])
"""Both grids have lines through these."""
_NOWHERE = np.empty((0, 2))


def ours(anew: bool) -> Prepared:
    """Our item alone, laid out before it is painted or not, on white, where it can be seen."""
    plot = our_plot()
    item = next(item for item in plot.box.items_on_plot() if isinstance(item, Grid))
    image = empty_image(colour="white")

    def call() -> Drawn:
        if anew:
            item.invalidate()
        painter = QPainter(image)
        item.paint(painter, None)
        painter.end()
        return by_painter(image, plot.box.projection(), _CROSSINGS, background="white")

    return Prepared(call)


def plain(anew: bool, shown: bool) -> Prepared:
    """A whole repaint of pyqtgraph's axes, with its grid or without."""
    plot = plain_plot()
    plot.showGrid(shown, shown, alpha=0.15)

    def call() -> Drawn:
        for axis in _AXES if anew else ():
            plot.getAxis(axis).picture = None
        plot.viewport().repaint()
        return by_pyqtgraph(plot, *((_CROSSINGS, _NOWHERE) if shown else (_NOWHERE, _CROSSINGS + 0.11)))

    return Prepared(call)


def _cases() -> Iterator[Case]:
    for anew, name, most in ((False, "painted again", 0.5), (True, "laid out anew, as after a zoom", None)):
        yield Case(
            f"{name}; pyqtgraph's is part of its axes, so a repaint of these is shown without it too",
            (
                Entrant("ours", partial(ours, anew)),
                Entrant("pyqtgraph, axes and grid", partial(plain, anew, True)),
                Entrant("pyqtgraph, axes alone", partial(plain, anew, False)),
            ),
            lambda: None,
            wrong,
            allowed=0.0,
            most=most,
        )


BENCHMARK = Benchmark("grid", "the lines behind a plot", _cases)
