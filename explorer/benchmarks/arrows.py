"""A direction field."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyqtgraph as pg

from core.benchmarking.benchmark import Benchmark, Case, Entrant, Prepared
from core.readings import VelocityGrid

from ..canvas.arrows import Arrows, lattice
from ..canvas.flow import PlaneFlow
from ..canvas.plot import Plot
from ..drawn_picture import PLANE, Drawn, by_pyqtgraph, by_us, our_plot, plain_plot, wrong
from ..theme import DARK


def grid() -> VelocityGrid:
    """Van der Pol's field."""
    x, y = np.linspace(*PLANE[0], 61), np.linspace(*PLANE[1], 61)
    across, up = np.meshgrid(x, y)
    return VelocityGrid("x", "y", x, y, up, 1.4 * (1 - across**2) * up - across, None, ())


def places(plot: Plot) -> np.ndarray:
    """Where those arrows of our item that are wholly in sight stand, in data coordinates."""
    projection = plot.box.projection()
    found = projection.data(lattice(projection))
    return found[(np.abs(found) < 0.97 * np.array([PLANE[0][1], PLANE[1][1]])).all(axis=1)]


def ours() -> Prepared:
    """One item, which chooses how many arrows there are."""
    field, plot, item = grid(), our_plot(), Arrows(DARK)
    plot.box.add(item)

    def call() -> Drawn:
        item.set_flow(PlaneFlow(field))
        plot.viewport().repaint()
        return by_us(plot, places(plot))

    return Prepared(call, note=lambda drawn: f"{len(drawn.inked):,} arrows")


def plain() -> Prepared:
    """An ArrowItem for every arrow, as many as ours and where ours are."""
    spots, plot = places(our_plot()), plain_plot()
    items = [pg.ArrowItem(pos=spot, headLen=5, tailLen=14, tailWidth=1) for spot in spots.tolist()]
    for item in items:
        plot.addItem(item)

    def call() -> Drawn:
        for index, item in enumerate(items):
            item.setStyle(angle=index % 360)
        plot.viewport().repaint()
        return by_pyqtgraph(plot, spots)

    return Prepared(call)


def _cases() -> Iterator[Case]:
    yield Case(
        "an arrow at every point of our lattice",
        (Entrant("ours", ours), Entrant("pyqtgraph", plain, goal=30.0)),
        lambda: None,
        wrong,
        allowed=0.02,
    )


BENCHMARK = Benchmark("arrows", "a direction field with new directions in every frame", _cases)
