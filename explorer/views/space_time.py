"""A long vector over time as an image: waves, fronts and what spreads."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.plane_view import first_viewport
from core.readings import Trajectories
from core.request import Viewport
from core.window_notes import WindowNotes

from ..canvas.colour_bar import ColourBar
from ..canvas.colour_scale import ColourScale
from ..canvas.interpolation import states_at
from ..canvas.number_text import number_text
from ..canvas.sheet import Sheet
from ..canvas.time_card import TimeCard, time_span
from ..canvas.time_image import TimeImage
from ..canvas.view_history import Rectangle
from ..theme import Theme
from ..view import Table
from .vector_state import SHORTEST, is_one_vector, value_range, value_scale


class SpaceTime(TimeCard):
    """Every component of the trajectory in focus: time across, the component upwards, its value as a colour."""

    name = "space_time"
    title = "Space-time"
    wanted = frozenset({Trajectories})
    components = range(SHORTEST, 100_000)
    serves = staticmethod(is_one_vector)
    help = (
        "Time runs across, the components of the vector stand one above the other, and a colour is a value. What "
        "travels is a slanted line. Click or drag the line to move in time, point to read a value."
    )
    place: ClassVar[str] = "main"
    order: ClassVar[int] = 12
    chip_names = ("focus", "time")

    def __init__(self) -> None:
        super().__init__()
        self._plane: Viewport | None = None
        self._trajectories: Trajectories | None = None
        self._symbols: tuple[str, ...] = ()
        self._image = TimeImage(self.theme)
        self.box.add(Sheet(self.theme, self._image, z=-10))  # above the line of the start, which is one of its edges
        self.bar = ColourBar(self.theme)
        self.header.addWidget(self.bar)
        self.plot.left.set_title("component")
        self.cursor_line.halo = True

    def shown_index(self) -> int:
        """Which trajectory is shown; -1 while there is none."""
        return min(self.focus, len(self._trajectories) - 1) if self._trajectories is not None else -1

    @override
    def home(self) -> Rectangle:
        return self._span, (0.5, max(len(self._symbols), 1) + 0.5)

    @override
    def viewport(self) -> Viewport | None:
        """The plane that was looked at before: it is there again afterwards."""
        return self._plane

    @override
    def look_at(self, viewport: Viewport) -> None:
        self._plane = viewport

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._trajectories = None
        self._symbols = system.symbols
        self._plane = first_viewport(experiment, system, WindowNotes(axes=axes))
        super().reset(experiment, system, axes)
        self.redraw()

    @override
    def show_experiment(self, experiment: Experiment, system: System) -> None:
        self.follow_data(settled=False, span=time_span(experiment, system))

    @override
    def draw(self, frame: Frame) -> None:
        trajectories = frame.get(Trajectories)
        if trajectories is None or trajectories is self._trajectories:
            return
        self._trajectories = trajectories
        self.start_line.set_time(trajectories.start_time)
        self.redraw()
        self.follow_data(settled=frame.final and frame.quality == "full")

    @override
    def redraw(self) -> None:
        trajectories, index = self._trajectories, self.shown_index()
        if trajectories is None or index < 0:
            self._image.set_values(np.empty(0), np.empty((0, 0)), ColourScale(0.0, 1.0))
            self.bar.show_scale(None)
            self.chips.set_text("focus", "")
            return
        scale, part = value_scale(*value_range(trajectories, index)), trajectories.curve(index)
        self._image.set_values(trajectories.t[part], trajectories.z[part], scale)
        self.bar.show_scale(scale)
        self.chips.set_text("focus", f"trajectory {index + 1}" if len(trajectories) > 1 else "")

    @override
    def content_range(self) -> tuple[float, float] | None:
        return None if self._trajectories is None else self.home()[1]

    @override
    def curve_at(self, position: QPointF) -> int | None:
        return None

    @override
    def readout_at(self, t: float, value: float) -> str:
        place, trajectories, index = math.floor(value + 0.5), self._trajectories, self.shown_index()
        if trajectories is None or index < 0 or not 1 <= place <= len(self._symbols):
            return ""
        number = float(states_at(trajectories, t)[index, place - 1])
        text = f"t = {number_text(t)}   i = {place}"
        return text if math.isnan(number) else f"{text}   {self._symbols[place - 1]} = {number_text(number, 6)}"

    @override
    def set_cursor(self, t: float) -> None:
        super().set_cursor(t)
        self.chips.set_text("time", f"t = {t:.2f}".replace("-", "−"))

    @override
    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self.bar.set_theme(theme)

    @override
    def table(self, visible_only: bool = False) -> Table:
        trajectories, index = self._trajectories, self.shown_index()
        if trajectories is None or index < 0:
            return Table({})
        part = trajectories.curve(index)
        t, z, places = trajectories.t[part], trajectories.z[part], np.arange(1, len(self._symbols) + 1)
        rows, columns = np.ones(len(t), dtype=bool), np.ones(len(places), dtype=bool)
        if visible_only:
            (left, right), (low, high) = self.box.rectangle()
            rows, columns = (t >= left) & (t <= right), (places > low - 0.5) & (places < high + 0.5)
        shown = {trajectories.components[place]: z[rows, place] for place in np.flatnonzero(columns)}
        return Table({"t": t[rows], **shown})
