"""The orbit diagram: what a map settles to, over one of its parameters."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import OrbitDiagram
from core.request import Viewport

from ..canvas.number_text import number_text
from ..canvas.plot_card import PlotCard
from ..canvas.plot_labels import EmptyNote
from ..canvas.raster import Raster, bordered
from ..canvas.view_history import Rectangle
from ..view import Table
from .iteration_table import in_rectangle, rows_where
from .orbit_gestures import OrbitGestures
from .orbit_height import OrbitHeight
from .orbit_pickers import OrbitPickers
from .orbit_picture import (
    diagram_columns,
    diagram_pixels,
    is_coarser,
    orbit_words,
    period_at,
    period_text,
    value_text,
)
from .parameter_axes import ParameterAxes, has_a_parameter


class OrbitDiagramView(PlotCard):
    """Every column is one value of the parameter; a pixel is the stronger the more often its orbit comes there."""

    name = "orbit_diagram"
    title = "Orbit diagram"
    wanted = frozenset({OrbitDiagram})
    kinds = frozenset({"map"})
    components = range(1, 7)
    serves = staticmethod(has_a_parameter)
    help = (
        "Over every value of the parameter the points that the map visits once it has settled: one line is a fixed "
        "point, two a cycle of period 2, a band is chaos. Drag the vertical line to change the parameter. Drag a "
        "region with the right button, or with Shift, to look closer; Back returns."
    )
    place: ClassVar[str] = "main"
    order: ClassVar[int] = 14
    chip_names = ("period", "coarse", "orbits")

    def __init__(self) -> None:
        super().__init__()
        self._diagram: OrbitDiagram | None = None
        self._settings: object = None  # what the newest diagram depends on, as far as the window knows
        self._outdated = True
        self._symbols = ("", "")
        self._image = Raster(self.theme, z=-50)
        self._note = EmptyNote(self.theme, "The orbit diagram appears here.")
        self.box.add(self._image, self._note)
        self._pickers = OrbitPickers()
        self._axes = ParameterAxes(self._pickers)
        self.header.insertWidget(self.header.indexOf(self.legend), self._pickers)
        self._gestures = OrbitGestures(self)
        self._height = OrbitHeight(self.box)
        self._pickers.changed.connect(self._take_axes)
        self.box.projection_changed.connect(self.viewport_changed)
        self.box.hover_moved.connect(self._hover)

    def _take_axes(self) -> None:
        """Look at another parameter or component."""
        self._diagram, self._outdated = None, True
        # where the text says what to look at, that is where to begin
        self._height.begin(follow=self._pickers.component not in self._axes.system.view)
        self._symbols = self._axes.symbols
        self.plot.bottom.set_title(self._symbols[0])
        self.plot.left.set_title(self._symbols[1])
        self._follow_parameter()
        self.redraw()
        self.box.history.clear()
        self.box.show_rectangle(self.home())
        self.viewport_changed.emit()

    def _follow_parameter(self) -> None:
        declared, value = self._axes.declared, self._axes.value
        self._gestures.follow(declared, self._axes.slider, value)
        period = None if self._diagram is None else period_at(self._diagram, value)
        at = f" at {declared.symbol} = {number_text(value, 6)}"
        self.chips.set_text("period", "" if period is None else period_text(period) + at)

    @override
    def redraw(self) -> None:
        """Paint the diagram and say how it was made."""
        diagram = self._diagram
        self._note.setVisible(diagram is None)
        if diagram is None:
            self._image.clear()
        else:
            picture = diagram.values, diagram.y, diagram_pixels(diagram, self.theme)
            self._image.set_pixels(*(bordered(*picture) if diagram.step > 1 else picture))
        orbits = "" if diagram is None else f"{diagram.kept} iterations after {diagram.transient}"
        self.chips.set_text("orbits", orbits)
        coarse = diagram is not None and diagram.step > 1
        self.chips.set_text("coarse", f"step {diagram.step}" if coarse else "", "How fine: 1 is every column")

    def _hover(self, position: QPointF) -> None:
        if self._axes.system is None:
            return
        projection = self.box.projection()
        x, y = projection.data(np.array([position.x(), position.y()])).tolist()
        across, up = (1 / abs(scale) for scale in projection.scale)
        parts = [f"{self._symbols[0]} = {value_text(x, across)}", f"{self._symbols[1]} = {value_text(y, up)}"]
        self.readout.emit("   ".join([*parts, *([] if self._diagram is None else orbit_words(self._diagram, x, y))]))

    @override
    def home(self) -> Rectangle:
        return self._axes.home(self._height.seen)

    @override
    def viewport(self) -> Viewport | None:
        return self._axes.viewport(self.box)

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._axes.begin(experiment, system, axes)
        self._take_axes()

    @override
    def show_experiment(self, experiment: Experiment, system: System) -> None:
        axes = self._axes
        if axes.system is None or axes.system.components != system.components:
            self.reset(experiment, system)
            return
        whole = self.home()[0]
        if not axes.follow(experiment, system):
            self._take_axes()
            return
        settings = (system.key, axes.others)
        self._outdated |= settings != self._settings
        self._settings = settings
        self._follow_parameter()
        if self.home()[0] != whole and not self._height.resting:
            self.box.show_rectangle(self.home())

    @override
    def draw(self, frame: Frame) -> None:
        diagram = frame.get(OrbitDiagram)
        if diagram is None or diagram is self._diagram or self._axes.system is None:
            return
        if (diagram.parameter, diagram.component) != (self._pickers.parameter, self._pickers.component):
            return
        if self._diagram is not None and not self._outdated and is_coarser(diagram, self._diagram):
            return  # its own parameter changes nothing: the sharp picture stays while that is dragged
        self._diagram, self._outdated = diagram, False
        self.redraw()
        self._follow_parameter()
        self._height.look(diagram, self.home()[0])

    @override
    def table(self, visible_only: bool = False) -> Table:
        if self._diagram is None:
            return Table({})
        table = Table(diagram_columns(self._diagram))
        if not visible_only:
            return table
        across, up = (table.columns[name] for name in (self._diagram.parameter, self._diagram.component))
        return rows_where(table, in_rectangle(across, up, self.box.rectangle()))
