"""A direction field."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import cycle

import numpy as np
import pyqtgraph as pg

from core.benchmarking.benchmark import Benchmark, Case, Entrant, Prepared
from core.readings import VelocityGrid

from ..canvas.arrows import SPACING, Arrows, lattice
from ..canvas.flow import PlaneFlow
from ..canvas.plot import Plot
from ..drawn_picture import PLANE, Drawn, by_pyqtgraph, by_us, our_plot, plain_plot, wrong
from ..theme import DARK

_DENSE = 14.0
"""Pixels between arrows of which some 60 x 60 fill the plot."""
_TURNS = np.linspace(0.0, 1.5, 4)
"""Radians by which the field of a frame is turned: no arrow keeps its direction."""


def grid(turn: float) -> VelocityGrid:
    """Van der Pol's field, every vector turned."""
    x, y = np.linspace(*PLANE[0], 61), np.linspace(*PLANE[1], 61)
    across, up = np.meshgrid(x, y)
    u, v = up, 1.4 * (1 - across**2) * up - across
    return VelocityGrid(
        "x", "y", x, y, np.cos(turn) * u - np.sin(turn) * v, np.sin(turn) * u + np.cos(turn) * v, None, ()
    )


def places(plot: Plot, spacing: float) -> np.ndarray:
    """Where those arrows of our item that are wholly in sight stand, in data coordinates."""
    projection = plot.box.projection()
    found = projection.data(lattice(projection, spacing))
    return found[(np.abs(found) < 0.97 * np.array([PLANE[0][1], PLANE[1][1]])).all(axis=1)]


def angles(spots: np.ndarray, turn: float) -> list[float]:
    """Degrees by which pyqtgraph turns an arrow from the left, clockwise, at each of these places."""
    across, up = spots.T
    direction = np.arctan2(1.4 * (1 - across**2) * up - across, up) + turn
    return (180.0 - np.degrees(direction)).tolist()


def ours(spacing: float) -> Prepared:
    """One item."""
    plot, item = our_plot(), Arrows(DARK, spacing=spacing)
    plot.box.add(item)
    spots, new = places(plot, spacing), cycle([grid(turn) for turn in _TURNS])

    def call() -> Drawn:
        item.set_flow(PlaneFlow(next(new)))
        plot.viewport().repaint()
        return by_us(plot, spots)

    return Prepared(call, note=lambda drawn: f"{len(drawn.inked):,} arrows")


def plain(spacing: float) -> Prepared:
    """An ArrowItem for every arrow, as many as ours and where ours are; its directions are known beforehand."""
    spots, plot = places(our_plot(), spacing), plain_plot()
    length = 14 if spacing == SPACING else 7
    items = [pg.ArrowItem(pos=spot, headLen=5, tailLen=length, tailWidth=1) for spot in spots.tolist()]
    for item in items:
        plot.addItem(item)
    new = cycle([angles(spots, turn) for turn in _TURNS])

    def call() -> Drawn:
        for item, angle in zip(items, next(new), strict=True):
            item.setStyle(angle=angle)
        plot.viewport().repaint()
        return by_pyqtgraph(plot, spots)

    return Prepared(call)


def _cases() -> Iterator[Case]:
    cases = ((_DENSE, "some 60 x 60 arrows", 30.0), (SPACING, "as many arrows as the window draws", None))
    for spacing, name, goal in cases:
        yield Case(
            name,
            (
                Entrant("ours", partial(ours, spacing)),
                Entrant("pyqtgraph", partial(plain, spacing), goal=goal),
            ),
            lambda: None,
            wrong,
            allowed=0.02,
        )


BENCHMARK = Benchmark("arrows", "a direction field with new directions in every frame", _cases)
