"""The components of the state against time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import Crossings, GlobalError, Trajectories
from core.request import Viewport

from ..canvas.number_text import number_text
from ..canvas.robust_range import robust_range
from ..canvas.sheet import Sheet
from ..canvas.time_card import TimeCard, time_span
from ..measured_points import measured_points
from ..view import Table
from .crossing_marks import CrossingMarks, crossing_chip, with_crossings
from .error_words import error_chip
from .series_data import SeriesData
from .series_ends import SeriesEnds
from .series_layers import SeriesLayers, component_colour
from .trajectory_table import trajectory_table

_MOST_NAMED = 6
"""Components up to which each gets a legend entry and is drawn; more would not be told apart in one plot."""
_OF_MANY = 4
"""Of more, evenly spread ones: the components of many are mostly places along a line."""


class TimeSeries(TimeCard):
    """x(t), y(t), ... of the trajectory in focus; the other trajectories faintly behind."""

    name = "time_series"
    title = "Time series"
    wanted = frozenset({Trajectories})
    help = "Click or drag the line to move in time, click a name to hide it, point at a curve to bring it forward."
    kinds = frozenset({"ode", "minimise"})
    order: ClassVar[int] = 20
    chip_names = ("crossings", "error", "focus")

    def __init__(self) -> None:
        super().__init__()
        self._size = 0
        self._wants_error = False
        self._fitted: Mapping[str, Sequence[float]] = {}
        self._layers = SeriesLayers(self.theme)
        self._crossings = CrossingMarks(self.theme, z=25)
        self._ends = SeriesEnds(self)
        self._data = SeriesData(self.theme, z=12)
        self.ends = self._ends.handle
        self.box.add(Sheet(self.theme, *self._layers.curves()), *self._layers.points(), self._crossings)
        self.box.add(self._data, *self.ends.items())

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        super().reset(experiment, system, axes)
        self._layers.hold(None)
        self._crossings.reading = None
        self._wants_error = experiment.integration.global_error
        self._size, named = system.size, named_components(system.size)
        self._layers.named = named
        self._ends.able = bool(system.parameters)
        self._data.hold(experiment, system)
        if self.legend.set_entries(tuple((system.symbols[place], "line") for place in named), switchable=True):
            for entry in self.legend.entries():
                entry.toggled.connect(self._switch)
        else:
            for entry in self.legend.entries():
                entry.setChecked(True)
        self.redraw()

    def _show_error(self, error: GlobalError | None) -> None:
        if error is not self._layers.error:
            self._layers.error = error if self._wants_error else None
            self.redraw()

    def _switch(self) -> None:
        self.redraw()
        self.follow_data()

    @override
    def wants(self) -> frozenset[type]:
        error = {GlobalError} if self._wants_error else set()
        return super().wants() | error | ({Crossings} if self._size == 1 else set())

    @override
    def show_experiment(self, experiment: Experiment, system: System) -> None:
        self._wants_error = experiment.integration.global_error
        if not self._wants_error:
            self._show_error(None)
        measured = measured_points(experiment, system)
        if measured != self._fitted:
            self._fitted = measured
            self._data.hold(experiment, system)
            self.redraw()
        self.follow_data(settled=False, span=time_span(experiment, system))

    @override
    def draw(self, frame: Frame) -> None:
        trajectories, error, crossings = frame.get(Trajectories), frame.get(GlobalError), frame.get(Crossings)
        if trajectories is None or trajectories is self._layers.trajectories:
            if error is not None:
                self._show_error(error)
            if crossings is not None and crossings is not self._crossings.reading:
                self._crossings.reading = crossings
                self.redraw()
            return
        self.start_line.set_time(trajectories.start_time)
        self._layers.hold(trajectories)
        self._layers.error = error  # that of other trajectories is none of these
        self._crossings.reading = crossings
        self.redraw()
        self.follow_data(settled=frame.final and frame.quality == "full")

    @override
    def redraw(self) -> None:
        trajectories = self._layers.trajectories
        count = 0 if trajectories is None else len(trajectories)
        focus = min(self.focus, max(0, count - 1))
        entries = self.legend.entries()
        components = tuple(place for place, entry in zip(self._layers.named, entries, strict=True) if entry.isChecked())
        self._layers.paint(self.theme, focus, components)
        self._data.mark(self.theme, focus, components)
        self._ends.show(trajectories, focus, components, self.theme)
        self.legend.set_colours(
            tuple(component_colour(self.theme, focus, place) for place in range(len(entries))), self.theme
        )
        error = self._layers.shown_error()
        text, hint, warning = ("", "", False) if error is None else error_chip(error)
        self.chips.set_text("error", text, hint, warning=warning)
        self._crossings.mark(self.theme, bool(components))
        text, hint, warning = crossing_chip(self._crossings.reading)
        self.chips.set_text("crossings", text, hint, warning=warning)
        some = len(entries) < self._size
        texts = [f"trajectory {focus + 1}"] * (count > 1) + [f"{len(entries)} of {self._size} components"] * some
        self.chips.set_text("focus", ", ".join(texts))

    @override
    def content_range(self) -> tuple[float, float] | None:
        found, data = robust_range(*self._layers.forward_values()), self._data.values()
        if found is None or not len(data):
            return found
        return min(found[0], float(data.min())), max(found[1], float(data.max()))

    @override
    def curve_at(self, position: QPointF) -> int | None:
        return self._layers.curve_at(position)

    @override
    def readout_at(self, t: float, value: float) -> str:
        crossing = self._crossings.sentence_at(self.box.mapFromView(QPointF(t, value)))
        return crossing or f"t = {number_text(t)}   value = {number_text(value)}"

    @override
    def set_cursor(self, t: float) -> None:
        super().set_cursor(t)
        self._layers.set_time(t)

    @override
    def table(self, visible_only: bool = False) -> Table:
        x_range, _ = self.box.rectangle()
        visible = Viewport("t", "t", x_range, x_range) if visible_only else None
        return with_crossings(trajectory_table(self._layers.trajectories, visible), self._crossings.reading)


def named_components(size: int) -> tuple[int, ...]:
    """Which of so many components are drawn: all of a few, evenly spread ones of many."""
    return tuple(range(size)) if size <= _MOST_NAMED else tuple(size * part // _OF_MANY for part in range(_OF_MANY))
