"""The whole window of a differential equation: plane, time series and step sizes, everything new."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import cycle

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt

from core.benchmarking.benchmark import Benchmark, Case, Entrant, Prepared
from core.experiment import Experiment
from core.frame import Frame
from core.language import parse
from core.readings import Equilibria, Nullclines, StepSizes, Trajectories, VelocityGrid
from core.request import Request, Viewport
from core.runner import frames

from ..drawn_picture import PLANE, Drawn, by_pyqtgraph, by_us, our_plot, plain_plot, show, wrong
from ..theme import DARK
from ..views.phase_plane import PhasePlane
from ..views.step_sizes import StepSizes as StepSizeView
from ..views.time_series import TimeSeries

TEXT = (
    "x' = y\ny' = mu*(1 - x^2)*y - x\nmu = 1.4 in [0, 5]\nstart (-3, 3.8), (0.05, 0), (3.1, -1.2)\n"
    "view x [-3.4, 3.4], y [-4.2, 4.2]\nt in [0, 20]"
)
_WANTED = frozenset({Trajectories, VelocityGrid, Nullclines, Equilibria, StepSizes})
_SETTLED = 10
"""Repaints after which what stands still is a picture."""
_SIDE = 370, 250
"""The smaller plots, in pixels."""
_ARROWS = 28, 32
"""Columns and rows of pyqtgraph's arrows: not more than ours."""


def made() -> list[Frame]:
    """Frames of a slider that is dragged, as the engine sends them."""
    found = []
    for number, damping in enumerate(np.linspace(1.0, 2.0, 6).tolist(), start=1):
        request = Request(Experiment(TEXT, {"mu": damping}), _WANTED, Viewport("x", "y", *PLANE), generation=number)
        *_, last = frames(request)
        found.append(last)
    return found


def curves(frame: Frame) -> np.ndarray:
    """Places on the trajectories that are in sight, and not under the mark of the equilibrium."""
    z = frame.readings[Trajectories].z[::7]
    in_sight = (np.abs(z) < np.array([PLANE[0][1], PLANE[1][1]]) * 0.98).all(axis=1)
    return z[in_sight & (np.abs(z) > 0.3).any(axis=1)]


def ours(renewed: bool) -> Prepared:
    """Three cards as they are at first, the cursor moving and the particles drifting; the readings new or the same."""
    our_plot()  # there is an application
    plane, cards = PhasePlane(), (TimeSeries(), StepSizeView())
    experiment, system, new, turn = (
        Experiment(TEXT),
        parse(TEXT),
        cycle(made() if renewed else made()[:1]),
        cycle(np.linspace(0, 20, 200).tolist()),
    )
    for view, size in ((plane, ()), *((card, _SIDE) for card in cards)):
        view.apply_theme(DARK)
        show(view, *size)
        view.reset(experiment, system)

    def call() -> Drawn:
        frame, now = next(new), next(turn)
        plane.advance(1 / 60)
        for view in (plane, *cards):
            view.draw(frame)
            view.set_cursor(now)
            view.plot.viewport().repaint()
        return by_us(plane.plot, curves(frame))

    for _ in range(0 if renewed else _SETTLED):
        call()
    return Prepared(call)


class _Plain:
    """The same readings by pyqtgraph's own items: an ArrowItem for every arrow, about as many as ours, and the speed as
    an image in place of particles."""

    def __init__(self) -> None:
        self.plane, self.series, self.sizes = self.plots = plain_plot(), plain_plot(), plain_plot()
        for plot in self.plots:
            plot.showGrid(True, True, alpha=0.15)
        for plot in (self.series, self.sizes):
            show(plot, *_SIDE)
        self.sizes.setLogMode(y=True)
        self._image = pg.ImageItem(axisOrder="row-major")
        x, y = (np.linspace(*limits, count).tolist() for limits, count in zip(PLANE, _ARROWS, strict=True))
        places = [(across, up) for up in y for across in x]
        self._arrows = [pg.ArrowItem(pos=place, headLen=5, tailLen=14, tailWidth=1) for place in places]
        self._rest, self._starts, self._now = (pg.ScatterPlotItem(size=size) for size in (10, 8, 12))
        for item in (self._image, *self._arrows, self._rest, self._starts, self._now):
            self.plane.addItem(item)
        colours = DARK.series[:3]
        self._lines = [self.plane.plot(pen=pg.mkPen(colour, width=2), antialias=True) for colour in colours]
        dashed = pg.mkPen(DARK.amber, style=Qt.PenStyle.DashLine)
        self._zero = [self.plane.plot(pen=dashed, antialias=True, connect="finite") for _ in range(2)]
        self._times = [self.series.plot(pen=pg.mkPen(colour), antialias=True) for colour in DARK.series[:6]]
        self._steps = [self.sizes.plot(antialias=True, symbol="o", symbolSize=3) for _ in colours]
        self._cursors = [plot.addLine(x=0) for plot in (self.series, self.sizes)]

    def draw(self, frame: Frame, now: float) -> None:
        """Show all readings of a frame, and where the curves are now."""
        self._draw_field(frame)
        parts = _parts(frame.readings[Trajectories])
        for index, line in enumerate(self._times):
            part = parts[index // 2]
            line.setData(part[:, 0], part[:, 1 + index % 2])
        for line, part in zip(self._lines, parts, strict=True):
            line.setData(part[:, 1], part[:, 2])
        self._starts.setData(pos=np.array([part[0, 1:] for part in parts]))
        self._now.setData(
            pos=np.array([part[np.searchsorted(part[:, 0], now).clip(0, len(part) - 1), 1:] for part in parts])
        )
        sizes = frame.readings[StepSizes]
        for index, line in enumerate(self._steps):
            chosen = slice(sizes.offsets[index], sizes.offsets[index + 1])
            line.setData(sizes.t[chosen], sizes.h[chosen])
        for cursor in self._cursors:
            cursor.setValue(now)

    def _draw_field(self, frame: Frame) -> None:
        grid = frame.readings[VelocityGrid]
        speed = np.hypot(grid.u, grid.v)
        self._image.setImage(speed, autoLevels=True)
        self._image.setRect(QRectF(PLANE[0][0], PLANE[1][0], PLANE[0][1] - PLANE[0][0], PLANE[1][1] - PLANE[1][0]))
        columns, rows = (
            np.linspace(0, len(axis) - 1, count).round().astype(int)
            for axis, count in zip((grid.x, grid.y), _ARROWS, strict=True)
        )
        direction = np.degrees(np.arctan2(grid.v, grid.u))[rows][:, columns]
        for arrow, angle in zip(self._arrows, (180.0 - direction).ravel().tolist(), strict=True):
            arrow.setStyle(angle=angle)
        for line, found in zip(self._zero, frame.readings[Nullclines].lines, strict=True):
            points = np.concatenate([np.vstack([curve, [np.nan, np.nan]]) for curve in found.curves()])
            line.setData(points[:, 0], points[:, 1])
        self._rest.setData(pos=np.array([item.point for item in frame.readings[Equilibria].points]).reshape(-1, 2))


def plain() -> Prepared:
    """pyqtgraph's items."""
    window, new, turn = _Plain(), cycle(made()), cycle(np.linspace(0, 20, 200).tolist())

    def call() -> Drawn:
        frame = next(new)
        window.draw(frame, next(turn))
        for plot in window.plots:
            plot.viewport().repaint()
        return by_pyqtgraph(window.plane, curves(frame))

    return Prepared(call)


def _parts(found: Trajectories) -> list[np.ndarray]:
    """Columns t, x, y of every trajectory."""
    whole = np.column_stack([found.t, found.z])
    return [whole[begin:end] for begin, end in zip(found.offsets[:-1], found.offsets[1:], strict=True)]


def _cases() -> Iterator[Case]:
    yield Case(
        "phase plane, time series and step sizes of a dragged slider",
        (Entrant("ours", partial(ours, True)), Entrant("pyqtgraph", plain, goal=4.0)),
        lambda: None,
        wrong,
        allowed=0.0,
        most=16.0,
    )
    yield Case(
        "the same while it plays: readings stay, the cursor and the particles move",
        (Entrant("ours", partial(ours, False)),),
        lambda: None,
        wrong,
        allowed=0.0,
    )


BENCHMARK = Benchmark("dashboard", "the window of a differential equation with new readings in every frame", _cases)
