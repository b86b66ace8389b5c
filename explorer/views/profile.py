"""A long vector at one time: its components over their places."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import Trajectories

from ..canvas.fitted_card import FittedCard
from ..canvas.interpolation import states_at
from ..canvas.number_text import number_text
from ..canvas.plot_card import padded
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..canvas.sheet import Sheet
from ..canvas.view_history import Rectangle
from ..view import Table
from .vector_state import SHORTEST, is_one_vector, value_range

_NOW, _START, _OTHER = (1.9, 1.0), (1.6, 0.4), (1.0, 0.55)
"""Weight and strength of the profile at the cursor's time, of the start's, and of the other trajectories'."""


class Profile(FittedCard):
    """The trajectory in focus at the cursor's time, its start pale behind it, the other trajectories thin."""

    name = "profile"
    title = "Profile"
    wanted = frozenset({Trajectories})
    components = range(SHORTEST, 100_000)
    serves = staticmethod(is_one_vector)
    help = (
        "The components of the vector over their places, at the time of the cursor; the start is pale. Point to read "
        "a value."
    )
    place: ClassVar[str] = "below"
    order: ClassVar[int] = 18
    chip_names = ("time", "focus")

    def __init__(self) -> None:
        super().__init__()
        self._trajectories: Trajectories | None = None
        self._symbols: tuple[str, ...] = ()
        self._t = self._shown = math.nan
        self._states = np.empty((0, 0))
        self._hovered: int | None = None
        self._selected: int | None = None
        self._start = Segments(self.theme, z=-10)
        self._others = Segments(self.theme, z=0)
        self._now = Segments(self.theme, z=10)
        self.box.add(Sheet(self.theme, self._start, z=-10), self._others, self._now)
        self.plot.bottom.set_title("component")
        self.legend.set_entries((("start", "line"), ("at t", "line")))
        self.box.hover_moved.connect(self._read)

    def shown_index(self) -> int:
        """Which trajectory is shown strongly; -1 while there is none."""
        wanted = self._hovered if self._hovered is not None else self._selected
        count = 0 if self._trajectories is None else len(self._trajectories)
        return min(wanted or 0, count - 1)

    @override
    def redraw(self) -> None:
        """Draw everything anew."""
        trajectories, index = self._trajectories, self.shown_index()
        colour = self.theme.colour_of(max(index, 0))
        start = trajectories.starts[index] if trajectories is not None and index >= 0 else np.empty(0)
        pale = Stroke.pale(colour, *_START, self.theme)
        self._start.set_segments(_points(start), [_whole(len(start), pale)])
        self.legend.set_colours((pale.colour, colour), self.theme)
        several = trajectories is not None and len(trajectories) > 1
        self.chips.set_text("focus", f"trajectory {index + 1}" if several else "")
        self._show_now()

    def _show_now(self) -> None:
        """Draw the profiles at the cursor's time."""
        trajectories, index = self._trajectories, self.shown_index()
        t = math.nan if trajectories is None or index < 0 else _time_of(trajectories, index, self._t)
        self._shown, empty = t, math.isnan(t)
        self.chips.set_text("time", "" if empty else f"t = {t:.2f}".replace("-", "−"))
        self._states = np.empty((0, len(self._symbols))) if empty else states_at(trajectories, t)
        points, size = np.concatenate([np.empty((0, 2)), *map(_points, self._states)]), len(self._symbols)
        groups = [
            StrokeGroup(
                np.arange(max(0, size - 1)) + row * size, Stroke.pale(self.theme.colour_of(row), *_OTHER, self.theme)
            )
            for row in range(len(self._states))
            if row != index
        ]
        self._others.set_segments(points, groups)
        now = np.empty(0) if empty else self._states[index]
        self._now.set_segments(_points(now), [_whole(len(now), Stroke(self.theme.colour_of(index), *_NOW))])

    def _read(self, position: QPointF) -> None:
        x = float(self.box.projection().data(np.array([position.x(), position.y()]))[0])
        place, index = math.floor(x + 0.5), self.shown_index()
        if self._trajectories is None or not len(self._states) or not 1 <= place <= len(self._symbols):
            self.readout.emit("")
            return
        now, start = self._states[index, place - 1], self._trajectories.starts[index, place - 1]
        value = "" if math.isnan(now) else f"   {self._symbols[place - 1]} = {number_text(float(now), 6)}"
        text = f"t = {number_text(self._shown)}   i = {place}{value}   at the start {number_text(float(start), 6)}"
        self.readout.emit(text)

    @override
    def extent(self) -> Rectangle | None:
        index = self.shown_index()
        if self._trajectories is None or index < 0:
            return None
        return (1.0, float(len(self._symbols))), value_range(self._trajectories, index)

    @override
    def framed(self, content: Rectangle) -> Rectangle:
        return padded(*content[0], 0.02), padded(*content[1])

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._trajectories = self._hovered = self._selected = None
        self._symbols = system.symbols
        self.begin_anew(self.framed(((1.0, float(system.size)), (0.0, 1.0))))
        self.redraw()

    @override
    def draw(self, frame: Frame) -> None:
        trajectories = frame.get(Trajectories)
        if trajectories is None or trajectories is self._trajectories:
            return
        self._trajectories = trajectories
        self.redraw()
        self.follow_frame(frame)

    @override
    def set_cursor(self, t: float) -> None:
        self._t = t
        self._show_now()

    @override
    def set_hovered(self, index: int | None) -> None:
        self._hovered = index
        self.redraw()

    @override
    def set_selected(self, index: int | None) -> None:
        self._selected = index
        self.redraw()

    @override
    def table(self, visible_only: bool = False) -> Table:
        index = self.shown_index()
        if self._trajectories is None or not len(self._states):
            return Table({})
        places = np.arange(1, len(self._symbols) + 1)
        columns = {"component": places, "start": self._trajectories.starts[index], "value": self._states[index]}
        columns["t"] = np.full(len(places), self._shown)
        if visible_only:
            left, right = self.box.rectangle()[0]
            columns = {name: values[(places >= left) & (places <= right)] for name, values in columns.items()}
        return Table(columns)


def _time_of(trajectories: Trajectories, index: int, cursor: float) -> float:
    """That of the cursor, or where there is none the trajectory's last."""
    times = trajectories.t[trajectories.curve(index)]
    return float(times[-1]) if math.isnan(cursor) and len(times) else cursor


def _points(z: np.ndarray) -> np.ndarray:
    """The places, from 1, and the values there."""
    return np.stack([np.arange(1.0, len(z) + 1.0), z], axis=1)


def _whole(size: int, stroke: Stroke) -> StrokeGroup:
    return StrokeGroup(np.arange(max(0, size - 1)), stroke)
