"""A residual curve of a million iterations on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, cycle

import numpy as np
import pyqtgraph as pg

from core.benchmarking.benchmark import Benchmark, Case, Entrant, Prepared
from core.experiment import Experiment
from core.frame import Frame
from core.language import parse
from core.outcome import Outcome
from core.readings import Iterations, SolverRun

from ..canvas.long_curve import LongCurve
from ..canvas.long_curves import LongCurves
from ..canvas.segments import Stroke
from ..drawn_picture import Drawn, by_pyqtgraph, by_us, our_plot, plain_plot, show, wrong
from ..theme import DARK
from ..views.residuals import Residuals

COUNT = 1_000_000
NUMBER = np.arange(COUNT)
DIGITS = 8.0
"""From 1 down to 1e-8."""
_RECTANGLE = (0.0, float(COUNT)), (-DIGITS - 0.5, 0.5)
_PROBED = np.arange(COUNT // 20, COUNT, COUNT // 20)


def measures() -> list[np.ndarray]:
    """Straight lines on a logarithmic axis with a ripple that differs from frame to frame."""
    line = 10.0 ** (-DIGITS * NUMBER / COUNT)
    return [line * (1 + 0.1 * np.sin(NUMBER / 50.0 + phase)) for phase in range(4)]


def probes(measure: np.ndarray) -> np.ndarray:
    """Places on the curve."""
    return np.column_stack([NUMBER[_PROBED], np.log10(measure[_PROBED])])


def frame(measure: np.ndarray, generation: int) -> Frame:
    """What the engine would send of such a run."""
    column = measure[:, None]
    run = SolverRun(
        solver="picard",
        title="Picard",
        iteration=NUMBER,
        z=np.broadcast_to(0.0, (COUNT, 1, 1)),
        residual=column,
        measure=column,
        evaluations=NUMBER[:, None],
        iterations=np.array([COUNT - 1]),
        solution=np.zeros((1, 1)),
        outcomes=(Outcome("converged"),),
    )
    whole = Iterations(("z",), np.zeros((1, 1)), np.zeros(1, dtype=np.int64), "relative", 1e-8, False, (run,))
    return Frame(generation, {Iterations: whole}, final=True)


def curve() -> Prepared:
    """The item that draws the curve in the residual plot, on a logarithmic axis."""
    plot, item, new = our_plot(_RECTANGLE, log_y=True), LongCurves(DARK), cycle(measures())
    plot.box.add(item)

    def call() -> Drawn:
        measure = next(new)
        item.set_curves([(LongCurve(NUMBER, measure, 0.0), Stroke(DARK.accent))])
        plot.viewport().repaint()
        return by_us(plot, probes(measure))

    return Prepared(call)


def whole_view() -> Prepared:
    """The residual plot, with its marks, levels and cursor, and with axes that follow the numbers."""
    our_plot()  # there is an application
    view = Residuals()
    view.apply_theme(DARK)
    show(view)
    view.reset(Experiment(""), parse("z <- cos(z)"))
    new, number = cycle(measures()), count(1)

    def call() -> Drawn:
        measure = next(new)
        view.draw(frame(measure, next(number)))
        view.plot.viewport().repaint()
        return by_us(view.plot, probes(measure))

    return Prepared(call)


def plain() -> Prepared:
    """A PlotDataItem on a logarithmic axis."""
    plot = plain_plot(_RECTANGLE)
    plot.setLogMode(y=True)
    item, new = plot.plot(pen=pg.mkPen(DARK.accent)), cycle(measures())

    def call() -> Drawn:
        measure = next(new)
        item.setData(NUMBER, measure)
        plot.viewport().repaint()
        return by_pyqtgraph(plot, probes(measure))

    return Prepared(call)


def _cases() -> Iterator[Case]:
    for name, entrant, goal in (
        (f"{COUNT:,} residuals", curve, 20.0),
        ("the same as the whole view of residuals; pyqtgraph draws the curve alone", whole_view, None),
    ):
        yield Case(
            name,
            (Entrant("ours", entrant), Entrant("pyqtgraph", plain, goal=goal)),
            lambda: None,
            wrong,
            allowed=0.0,
        )


BENCHMARK = Benchmark("convergence", "a residual curve with new numbers in every frame", _cases)
