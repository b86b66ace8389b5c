"""Many points."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyqtgraph as pg

from core.benchmarking.benchmark import Benchmark, Case, Entrant, Prepared

from ..canvas.glyphs import GlyphGroup, Glyphs
from ..drawn_picture import Drawn, by_pyqtgraph, by_us, our_plot, plain_plot, wrong
from ..theme import DARK

COUNT = 100_000
_RADIUS = 2.0
_random = np.random.default_rng(0)
_ANGLES = _random.uniform(0, 2 * np.pi, COUNT)
PLACES = np.column_stack([np.cos(_ANGLES), np.sin(_ANGLES)]) * _random.uniform(1.0, 3.0, (COUNT, 1))
"""A ring: nothing in the middle, nothing in the corners."""
_BLANK = np.array([[0.0, 0.0], [-3.3, -4.1], [3.3, -4.1], [-3.3, 4.1], [3.3, 4.1]])


def ours() -> Prepared:
    """Marks, each drawn by the painter."""
    plot, item = our_plot(), Glyphs(DARK)
    plot.box.add(item)

    def call() -> Drawn:
        item.set_groups((GlyphGroup("disc", PLACES, DARK.accent, _RADIUS),))
        plot.viewport().repaint()
        return by_us(plot, PLACES[::499], _BLANK)

    return Prepared(call)


def plain() -> Prepared:
    """A ScatterPlotItem."""
    plot = plain_plot()
    item = pg.ScatterPlotItem(size=2 * _RADIUS, pen=None, brush=pg.mkBrush(DARK.accent))
    plot.addItem(item)

    def call() -> Drawn:
        item.setData(PLACES[:, 0], PLACES[:, 1])
        plot.viewport().repaint()
        return by_pyqtgraph(plot, PLACES[::499], _BLANK)

    return Prepared(call)


def _cases() -> Iterator[Case]:
    yield Case(
        f"{COUNT:,} points in a ring",
        (Entrant("ours", ours), Entrant("pyqtgraph", plain, goal=30.0)),
        lambda: None,
        wrong,
        allowed=0.0,
    )


BENCHMARK = Benchmark("scatter", "points with new places in every frame", _cases)
