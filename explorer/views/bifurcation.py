"""The bifurcation diagram: all fixed points of a layer, or equilibria of a flow, over one of their parameters."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import Branches, FixedPoints, FollowedRoots
from core.request import Viewport

from ..canvas.item import CanvasItem
from ..canvas.number_text import eigenvalue_text
from ..canvas.plot_labels import EmptyNote
from ..canvas.root_card import RootCard
from ..canvas.view_history import Rectangle
from ..layered import Layer
from ..sentence import sentence
from ..view import Table
from .bifurcation_layers import layers_of
from .bifurcation_lines import BifurcationLines
from .bifurcation_rests import BifurcationRests
from .bifurcation_words import (
    branch_columns,
    curve_words,
    followed_words,
    is_worth,
    legend_of,
    mark_words,
    nothing_words,
)
from .curve_height import CurveHeight
from .iteration_table import rows_where, within
from .orbit_gestures import OrbitGestures
from .orbit_pickers import OrbitPickers
from .orbit_picture import value_text
from .parameter_axes import ParameterAxes, has_a_parameter

_FOLLOWED = (
    "Where the chosen solver ends that begins at its last answer, as while an input changes slowly. At a fold that "
    "answer is gone, and it jumps. The inspector and the other plots always begin at the start."
)


class BifurcationView(RootCard):
    """Curves over the parameter, their marks, and a line at the slider's value with what is there."""

    name = "bifurcation"
    title = "Bifurcation diagram"
    wanted = frozenset({Branches})
    kinds = frozenset({"map", "root", "ode", "minimise"})
    components = range(1, 21)
    serves = staticmethod(has_a_parameter)
    help = (
        "Every fixed point over every value of the parameter: solid where Picard's method converges to it, dashed "
        "where it leaves it. At a fold two of them meet and are gone. Drag the vertical line to change the parameter: "
        "the dot begins at its last place, follows its curve, and jumps where that ends; on the way back it stays on "
        "the other curve, which is hysteresis. With Ctrl held it begins at the starting point each time. "
        "Point at a slider: arrows show where the fixed points would go. "
        "Of a flow it shows every equilibrium: solid where it is stable, dashed where it is unstable or a saddle. At a "
        "Hopf point a complex pair of eigenvalues passes the imaginary axis, and limit cycles begin: attracting ones "
        "beyond a supercritical point, repelling ones before a subcritical one. Two lines "
        "follow each family: the largest and the smallest value on each cycle, solid where it is stable, dashed where "
        "it is not."
    )
    place: ClassVar[str] = "main"
    order: ClassVar[int] = 15
    chip_names = ("followed", "note", "coarse")
    legend_below = True

    def __init__(self) -> None:
        super().__init__()
        self._settings: object = None  # what the newest diagram depends on, as far as the window knows
        self._outdated = True
        self._symbols = ("", "")
        self._lines = BifurcationLines(self.theme)
        self._note = EmptyNote(self.theme, "The bifurcation diagram appears here.")
        self._rests = BifurcationRests(self.theme)
        self.box.add(*self._lines.items(), self._rests.markers, self._note)
        self.effects.setZValue(47)
        self._pickers = OrbitPickers()
        self._axes = ParameterAxes(self._pickers)
        self.header.addWidget(self._pickers)
        self._gestures = OrbitGestures(self)
        self._height = CurveHeight(self.box)
        self._pickers.changed.connect(self._take_axes)
        self.box.projection_changed.connect(self.viewport_changed)
        self.box.hover_moved.connect(self._hover)
        self.box.hover_left.connect(lambda: self._rests.hover(None))
        self.pointed_changed.connect(self._show_roots)

    def _take_axes(self) -> None:
        """Look at another parameter or component."""
        axes, lines = self._axes, self._lines
        lines.branches = lines.points = lines.followed = None
        self._rests.clear()
        lines.place = axes.place
        self._outdated = True
        # where the text says what to look at, that is where to begin
        self._height.begin(follow=self._pickers.component not in axes.system.view)
        self._symbols = axes.symbols
        lines.parameter, lines.symbol = self._symbols
        self.plot.bottom.set_title(self._symbols[0])
        self.plot.left.set_title(self._symbols[1])
        self._note.set_text("The bifurcation diagram appears here.")
        self._follow_parameter()
        self.redraw()
        self.box.history.clear()
        self.box.show_rectangle(self.home())
        self.viewport_changed.emit()

    def _follow_parameter(self) -> None:
        axes = self._axes
        self._lines.value = axes.value
        self._gestures.follow(axes.declared, axes.slider, self._lines.value)
        self._rests.show(axes.value, axes.place)
        self._lines.paint_roots(self.theme)

    @override
    def redraw(self) -> None:
        """Paint the diagram and say what is in it."""
        lines, theme = self._lines, self.theme
        lines.paint(theme)
        branches = lines.branches
        self._note.setVisible(branches is None or not branches.branches)
        if branches is not None and branches.traced and not branches.branches:
            self._note.set_text(nothing_words(branches, branches.kind))
        entries, colours = legend_of(branches, theme)
        self.legend.set_entries(entries)
        self.legend.set_colours(colours, theme)
        self.chips.set_text("coarse", "preview" if branches is not None and branches.coarse else "")
        self._show_roots()

    def _show_roots(self) -> None:
        lines = self._lines
        lines.pointed = self.pointed
        lines.paint_roots(self.theme)
        lines.along = self.pointed is not None and self.pointed.name == self._pickers.parameter
        self.show_roots(lines.points, lines.root_places(), lines.motion, back=float(lines.along))
        note = "" if lines.points is None else lines.points.note
        self.chips.set_text("note", note, note)
        followed = lines.followed
        words = ""
        if followed is not None and len(followed.z) and self._axes.system is not None:
            words = followed_words(followed, lines.place, self._symbols[1])
        self.chips.set_text("followed", words, _FOLLOWED)

    def _hover(self, position: QPointF) -> None:
        system = self._axes.system
        if system is None:
            return
        lines, projection = self._lines, self.box.projection()
        x, y = projection.data(np.array([position.x(), position.y()])).tolist()
        across, up = (1 / abs(scale) for scale in projection.scale)
        mark, root, curve = lines.mark_at(position), lines.root_at(position), lines.curve_at(position)
        rest = self._rests.hover(position)
        if mark is not None:
            self.readout.emit(mark_words(mark, self._symbols[0], system.symbols, system.kind))
            return
        words = []
        if root is not None:
            y = float(root.point[lines.place])
            words = [root.word, *eigenvalue_text(root.eigenvalues)]
        elif rest is not None:
            x, y = lines.value, float(rest.point[lines.place])
            words = [rest.label, *eigenvalue_text(rest.eigenvalues)]
        elif curve is not None:
            words = [curve_words(*curve, system.kind)]
        cycle, is_mark = lines.cycles.words_at(position, *self._symbols)
        if is_mark:
            self.readout.emit(cycle)
            return
        if not words and cycle:
            words = [cycle]
        place = [f"{self._symbols[0]} = {value_text(x, across)}", f"{self._symbols[1]} = {value_text(y, up)}"]
        self.readout.emit("   ".join([*place, *words]))

    @override
    def home(self) -> Rectangle:
        return self._axes.home(self._height.seen)

    @override
    def layers(self) -> tuple[Layer, ...]:
        return layers_of(self._axes.system)

    @override
    def layer_items(self) -> dict[str, tuple[CanvasItem, ...]]:
        lines = self._lines
        return {
            "curves": (lines.solid, lines.dashed),
            "marks": (lines.marks, lines.cycles.marks, lines.words),
            "cycles": (lines.cycles.solid, lines.cycles.dashed),
            "loop": (lines.loop, lines.arrows),
            "roots": (lines.roots, lines.root_words, self.effects),
            "followed": (lines.now,),
            "rests": (self._rests.markers,),
        }

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
        settings = (system.key, axes.others, experiment.root, experiment.starts)
        self._outdated |= settings != self._settings
        self._settings = settings
        self._follow_parameter()
        if self.home()[0] != whole:
            self.box.show_rectangle((self.home()[0], self.box.rectangle()[1]))

    @override
    def draw(self, frame: Frame) -> None:
        lines, system = self._lines, self._axes.system
        if system is None:
            return
        points, followed = frame.get(FixedPoints), frame.get(FollowedRoots)
        if points is not None and points.components == system.components:
            lines.points = points
        if followed is not None and followed.components == system.components:
            lines.followed = followed
        self._rests.draw(frame, system, lines.value, lines.place)
        self._show_roots()
        reason = frame.absent.get(Branches, "")
        if reason:
            lines.branches = None
            self._rests.clear()
            self.redraw()
            self._note.set_text(sentence(reason))
        branches, shown = frame.get(Branches), lines.branches
        if branches is None or branches is shown or branches.components != system.components:
            return
        if branches.parameter == self._pickers.parameter and is_worth(branches, shown, outdated=self._outdated):
            lines.branches, self._outdated = branches, False
            self.redraw()
            whole = self.home()[0]
            self._height.look(lines.height(*whole) if branches.traced else None, whole)

    @override
    def table(self, visible_only: bool = False) -> Table:
        branches = self._lines.branches
        if branches is None:
            return Table({})
        table = Table(branch_columns(branches))
        if not visible_only:
            return table
        x_range, y_range = self.box.rectangle()
        columns = table.columns
        across, component = columns[branches.parameter], self._pickers.component
        heights = (
            columns[name] for name in (component, f"lowest {component}", f"highest {component}") if name in columns
        )
        seen = np.any([within(up, y_range) for up in heights], axis=0)
        return rows_where(table, within(across, x_range) & seen)
