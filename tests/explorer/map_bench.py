"""A whole window for two kinds of systems, with an engine that answers at once from plain loops in numpy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from core.experiment import Experiment, starting_points
from core.frame import Frame
from core.language import System, array_field, parse
from core.outcome import Outcome
from core.readings import Equilibria, Iterations, LayerGradients, SolverRun, Trajectories
from core.request import Request
from core.window_notes import WindowNotes
from explorer import conductor
from explorer.appearance import Appearance
from explorer.canvas.plot_card import PlotCard
from explorer.conductor import Conductor
from explorer.error_report import ErrorReport
from explorer.main_window import MainWindow
from explorer.status_bar import StatusBar
from explorer.views import views
from explorer.window_state import WindowState

LINE = "# Half\nx <- x/2 + b\nb = 1 in [0, 2]\nstart (8), (-4)\nview x [-10, 10]\n"
"""Picard halves the error: x* = 2 b."""
PLANE = "# Shrink\nx <- y/2\ny <- -x/4\nstart (1, 0), (0, 1), (1, 1)\nview x [-2, 2], y [-2, 2]\n"
OSCILLATOR = "# Oscillator\nx' = y\ny' = -x\nstart (1, 0)\nview x [-2, 2], y [-2, 2]\nt in [0, 6]\n"


class MapPlot(PlotCard):
    """Keeps what it was told."""

    kinds = frozenset({"map", "root"})
    wanted = frozenset({Iterations})

    def __init__(self) -> None:
        super().__init__()
        self.drawn: list[Frame] = []
        self.cursor = -1.0
        self.chosen: int | None = None

    @override
    def home(self):
        return (-1.0, 1.0), (-1.0, 1.0)

    @override
    def reset(self, experiment, system, axes=None) -> None:
        self.drawn.clear()

    @override
    def draw(self, frame: Frame) -> None:
        self.drawn.append(frame)

    @override
    def set_cursor(self, t: float) -> None:
        self.cursor = t

    @override
    def set_selected(self, index: int | None) -> None:
        self.chosen = index


class Web(MapPlot):
    name = "web"
    title = "Web"
    place: ClassVar[str] = "main"
    components: ClassVar[range] = range(1, 2)
    order: ClassVar[int] = 10


class Iterates(MapPlot):
    name = "iterates"
    title = "Iterates"
    place: ClassVar[str] = "main"
    components: ClassVar[range] = range(2, 100_000)
    order: ClassVar[int] = 11


class Falls(MapPlot):
    name = "falls"
    title = "Falls"
    place: ClassVar[str] = "main"
    order: ClassVar[int] = 12


class Decline(MapPlot):
    name = "decline"
    title = "Decline"
    place: ClassVar[str] = "below"
    order: ClassVar[int] = 20


class Numbers(MapPlot):
    name = "numbers"
    title = "Numbers"
    order: ClassVar[int] = 30


class Slopes(MapPlot):
    name = "slopes"
    title = "Slopes"
    wanted = frozenset({Iterations, LayerGradients})
    order: ClassVar[int] = 40


MAP_VIEWS = (Web, Iterates, Falls, Decline, Numbers, Slopes)


def picard(experiment: Experiment, system: System, rows: int = 1, most: int = 100) -> Iterations:
    """z <- f(z) and its half step from every start, to 1e-8; every start once per row."""
    values = [experiment.values.get(name, default) for name, default in system.defaults().items()]
    f = array_field(system)
    starts = np.repeat(np.array(starting_points(experiment, system), dtype=float), rows, axis=0)
    runs = tuple(_run(name, part, f, values, starts, most) for name, part in (("picard", 1.0), ("damped", 0.5)))
    row = np.tile(np.arange(rows), len(starts) // rows)
    return Iterations(system.components, starts, row, "absolute", 1e-8, False, runs)


def _run(name: str, part: float, f, values, starts: np.ndarray, most: int) -> SolverRun:
    z, points, residuals = starts.copy(), [], []
    for _ in range(most + 1):
        step = f(0.0, z, values) - z
        points.append(z)
        residuals.append(np.linalg.norm(step, axis=1))
        z = z + part * step
    residual = np.array(residuals)
    iterations = np.argmax(residual < 1e-8, axis=0)
    kept = int(iterations.max(initial=0)) + 1
    numbers = np.arange(kept)
    z = np.where((numbers[:, None] <= iterations)[..., None], np.array(points[:kept]), np.nan)
    ends = z[iterations, np.arange(len(starts))]
    evaluations = np.minimum(numbers[:, None], iterations) + 1
    outcomes = tuple(Outcome("converged", float(k), iterative=True) for k in iterations)
    return SolverRun(
        name, name.title(), numbers, z, residual[:kept], residual[:kept], evaluations, iterations, ends, outcomes
    )


class Engine(QObject):
    """Answers every request at once; `rows` of batch data in map mode."""

    frame_ready = Signal()
    state_changed = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[Request] = []
        self.rows = 1
        self.late: list[Frame] = []
        self._frame: Frame | None = None

    def submit(self, request: Request) -> None:
        self.requests.append(request)
        self._frame = answer(request, self.rows)
        self.frame_ready.emit()

    def take(self) -> Frame | None:
        frame, self._frame = self._frame, None
        return frame

    def cancel(self) -> None:
        """Nothing runs."""

    def close(self) -> None:
        """Nothing is open."""


def answer(request: Request, rows: int = 1) -> Frame:
    """What an engine would say."""
    system = parse(request.experiment.text, request.experiment.tensors)
    if system.kind == "ode":
        readings = (_circle(request.experiment, system), Equilibria(system.components, ()))
    else:
        readings = (picard(request.experiment, system, rows),)
    found = {type(reading): reading for reading in readings}
    return Frame(request.generation, found, final=True, quality=request.quality, evaluations=12, path="python")


def _circle(experiment: Experiment, system: System) -> Trajectories:
    starts = np.array(starting_points(experiment, system), dtype=float)
    t = np.tile(np.linspace(0.0, 6.0, 61), len(starts))
    turn = np.array([[np.cos(t), np.sin(t)], [-np.sin(t), np.cos(t)]])
    z = np.repeat(starts, 61, axis=0)  # a third component stays
    z[:, :2] = np.einsum("ijn,nj->ni", turn, z[:, :2])
    count = np.full(len(starts), 60)
    return Trajectories(
        components=system.components,
        t=t,
        z=z,
        step_end=np.ones(len(t), dtype=bool),
        offsets=61 * np.arange(len(starts) + 1),
        starts=starts,
        start_time=0.0,
        forward=tuple(Outcome("success", 6.0) for _ in starts),
        backward=(),
        evaluations=count,
        accepted=count,
        rejected=0 * count,
    )


@contextmanager
def furnished(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str = OSCILLATOR) -> Iterator[Conductor]:
    """A window at 1280 x 720 with the views above beside the program's own ones for vector fields."""
    own = tuple(view for view in views() if "ode" in view.kinds and "map" not in view.kinds)
    monkeypatch.setattr(conductor, "view_classes", lambda: (*own, *MAP_VIEWS))
    application = QApplication.instance()
    state = WindowState(folder / "state")
    appearance, window, report = Appearance(application, "dark"), MainWindow(), ErrorReport(state.folder, application)
    status = StatusBar(appearance.theme)
    window.place_status(status)
    window.resize(1280, 720)
    window.show()
    made = Conductor(window, status, Engine(), appearance, state, report, Experiment(text))
    made.begin(WindowNotes())
    application.processEvents()
    yield made
    made.document.undo_stack.setClean()
    window.close()
    report.remove()
    window.deleteLater()


@contextmanager
def resting(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Conductor]:
    """The same, in which nothing moves by itself."""
    with furnished(folder, monkeypatch) as made:
        made.clock.set_moving(False)
        made.playback.set_playing(False)
        yield made
