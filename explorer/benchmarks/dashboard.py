"""The whole window of a differential equation: plane, time series and step sizes, everything new."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import cycle

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF

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
_SIDE = 370, 250
"""The smaller plots, in pixels."""


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

    return Prepared(call)


def plain() -> Prepared:
    """The same readings by pyqtgraph's own items, the speed as an image in place of particles."""
    plane, series, sizes = plots = plain_plot(), plain_plot(), plain_plot()
    for plot in plots:
        plot.showGrid(True, True, alpha=0.15)
    for plot in (series, sizes):
        show(plot, *_SIDE)
    sizes.setLogMode(y=True)
    image = pg.ImageItem(axisOrder="row-major")
    arrows = pg.PlotCurveItem(connect="pairs", antialias=True, pen=pg.mkPen(DARK.muted))
    rest = pg.ScatterPlotItem(size=10)
    for item in (image, arrows, rest):
        plane.addItem(item)
    lines = [plane.plot(pen=pg.mkPen(colour, width=2), antialias=True) for colour in DARK.series[:3]]
    zero = [plane.plot(pen=pg.mkPen(DARK.amber), antialias=True, connect="finite") for _ in range(2)]
    times = [series.plot(pen=pg.mkPen(colour), antialias=True) for colour in DARK.series[:6]]
    steps = [sizes.plot(pen=None, symbol="o", symbolSize=3) for _ in range(3)]
    new = cycle(made())

    def call() -> Drawn:
        frame = next(new)
        _draw_plane(frame, image, arrows, rest, lines, zero)
        _draw_sides(frame, times, steps)
        for plot in plots:
            plot.viewport().repaint()
        return by_pyqtgraph(plane, curves(frame))

    return Prepared(call)


def _draw_plane(
    frame: Frame, image: pg.ImageItem, arrows: pg.PlotCurveItem, rest: pg.ScatterPlotItem, lines: list, zero: list
) -> None:
    grid = frame.readings[VelocityGrid]
    speed = np.hypot(grid.u, grid.v)
    image.setImage(speed, autoLevels=True)
    image.setRect(QRectF(PLANE[0][0], PLANE[1][0], PLANE[0][1] - PLANE[0][0], PLANE[1][1] - PLANE[1][0]))
    x, y = np.meshgrid(grid.x[::2], grid.y[::2])
    across, up = (0.08 * part[::2, ::2] / np.maximum(speed[::2, ::2], 1e-9) for part in (grid.u, grid.v))
    arrows.setData(np.stack([x, x + across], -1).ravel(), np.stack([y, y + up], -1).ravel())
    for line, part in zip(lines, _parts(frame.readings[Trajectories]), strict=True):
        line.setData(part[:, 1], part[:, 2])
    for line, found in zip(zero, frame.readings[Nullclines].lines, strict=True):
        points = np.concatenate([np.vstack([curve, [np.nan, np.nan]]) for curve in found.curves()])
        line.setData(points[:, 0], points[:, 1])
    rest.setData(pos=np.array([item.point for item in frame.readings[Equilibria].points]).reshape(-1, 2))


def _draw_sides(frame: Frame, times: list, steps: list) -> None:
    parts = _parts(frame.readings[Trajectories])
    for index, line in enumerate(times):
        part = parts[index // 2]
        line.setData(part[:, 0], part[:, 1 + index % 2])
    sizes = frame.readings[StepSizes]
    for index, line in enumerate(steps):
        chosen = slice(sizes.offsets[index], sizes.offsets[index + 1])
        line.setData(sizes.t[chosen], sizes.h[chosen])


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
