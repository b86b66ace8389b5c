"""How near Broyden's matrix comes to the Jacobian."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import SolverInside, SolversInside

from ..canvas.lines import polyline_begins
from ..canvas.marks import Marks
from ..canvas.nearest import nearest_curve
from ..canvas.number_text import number_text, power_text
from ..canvas.plot_labels import EmptyNote
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..canvas.sheet import Sheet
from ..canvas.time_card import TimeCard
from ..view import Table
from .iteration_table import within
from .solver_race import solver_colour

_REACH = 8.0


class JacobianDistance(TimeCard):
    """log10 of |B - (J - I)| / |J - I| per iteration, one line per solver that approximates the Jacobian."""

    name = "jacobian_distance"
    title = "Distance to the Jacobian"
    wanted = frozenset({SolversInside})
    kinds = frozenset({"map", "root"})
    help = (
        "How far the matrix that Broyden's method builds up is from the Jacobian it stands for, beside that one's "
        "size. It need not come near: the method only learns the directions that it goes."
    )
    at_first: ClassVar[bool] = False
    place: ClassVar[str] = "right"
    order: ClassVar[int] = 37
    log_y = True
    axis_title = "iteration"

    def __init__(self) -> None:
        super().__init__()
        self._inside: SolversInside | None = None
        self._runs: tuple[SolverInside, ...] = ()
        self._lines = Segments(self.theme, z=0)
        self._dots = Marks(self.theme, "dot", 4.0, z=5)
        self._note = EmptyNote(self.theme, "Choose Broyden's method, or let it race, to see its matrix learn.")
        self.box.add(Sheet(self.theme, self._lines, self._dots), self._note)
        self.plot.left.set_title("|B − (J − I)| / |J − I|")
        self.redraw()

    def _points(self) -> np.ndarray:
        """All points of all lines, one after the other."""
        with np.errstate(divide="ignore", invalid="ignore"):
            parts = [np.stack([run.iteration, np.log10(run.distance)], axis=1) for run in self._runs]
        return np.concatenate(parts) if parts else np.empty((0, 2))

    def _offsets(self) -> np.ndarray:
        return np.cumsum([0, *(len(run.iteration) for run in self._runs)])

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        super().reset(experiment, system, axes)
        self.start_line.set_time(float("nan"))
        self._inside, self._runs = None, ()
        self.redraw()

    @override
    def draw(self, frame: Frame) -> None:
        inside = frame.get(SolversInside)
        if inside is None or inside is self._inside:
            return
        self._inside = inside
        self._runs = tuple(run for run in inside.runs if len(run.distance))
        self.redraw()
        last = max((float(run.iteration[-1]) for run in self._runs), default=1.0)
        self.follow_data(settled=frame.final and frame.quality == "full", span=(0.0, max(1.0, last)))

    @override
    def redraw(self) -> None:
        theme, points, offsets = self.theme, self._points(), self._offsets()
        sample = 0 if self._inside is None else self._inside.sample
        begin = polyline_begins(offsets)
        owner = np.searchsorted(offsets, begin, side="right") - 1
        colours = [solver_colour(theme, run.place, sample) for run in self._runs]
        groups = [StrokeGroup(begin[owner == index], Stroke(colour, 1.8)) for index, colour in enumerate(colours)]
        self._lines.set_segments(points, groups)
        self._dots.set_points(points, colours[0] if len(colours) == 1 else theme.muted)
        self._note.setVisible(not self._runs)
        self.legend.set_entries(tuple((run.title, "line") for run in self._runs))
        self.legend.set_colours(tuple(colours), theme)

    @override
    def content_range(self) -> tuple[float, float] | None:
        values = self._points()[:, 1]
        values = values[np.isfinite(values)]
        return (float(values.min()), float(values.max())) if values.size else None

    @override
    def curve_at(self, position: QPointF) -> int | None:
        return None

    @override
    def readout_at(self, t: float, value: float) -> str:
        projection, where = self._lines.projection, self.box.mapFromView(QPointF(t, value))
        points, offsets = self._points(), self._offsets()
        if projection is not None and len(points):
            hit = nearest_curve(projection.pixels(points), offsets, (where.x(), where.y()), _REACH)
            if hit is not None:
                run = self._runs[hit[0]]
                place = int(np.argmin(np.abs(run.iteration - t)))
                return f"{run.title}   iteration {run.iteration[place]}   distance {power_text(run.distance[place])}"
        return f"iteration {number_text(t)}   distance {power_text(10.0**value)}"

    @override
    def table(self, visible_only: bool = False) -> Table:
        if not self._runs:
            return Table({})
        columns = {
            "solver": np.repeat([run.solver for run in self._runs], [len(run.iteration) for run in self._runs]),
            "iteration": np.concatenate([run.iteration for run in self._runs]),
            "distance": np.concatenate([run.distance for run in self._runs]),
        }
        if visible_only:
            inside = within(columns["iteration"], self.box.rectangle()[0])
            columns = {name: values[inside] for name, values in columns.items()}
        return Table(columns)
