"""The cobweb of a scalar map: how an iterate becomes the next."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import FixedPoints, Iterations, MapCurve, RootProofs
from core.request import Viewport

from ..canvas.item import CanvasItem
from ..canvas.number_text import power_text
from ..canvas.plot_labels import EmptyNote
from ..canvas.root_card import RootCard
from ..canvas.sheet import Sheet
from ..canvas.view_history import Rectangle
from ..layered import Layer, offered
from ..view import Table
from .cobweb_lines import CobwebLines, root_places
from .iteration_table import iteration_table, rows_where, within
from .plane_axes import PlaneAxes
from .proved_boxes import proof_chip, proved_layer
from .solver_race import solver_colour, solver_glyph
from .start_gestures import StartGestures, StartRules

_LAYERS = (
    Layer("graph", "Graph of f", help="f of every row of the batch; that of the sample in focus is strong"),
    Layer("iterates", "Iterates", help="The way from the curve to the diagonal and back, up to the playhead"),
    Layer("rivals", "Rivals", help="The iterates of the other solvers, on the diagonal"),
    Layer("fixed_points", "Fixed points", help="Filled: Picard's method converges to it; hollow: it leaves it"),
    proved_layer("Bands on the diagonal: an interval"),
    Layer("starts", "Starting points", help="Drag one along the axis to move its sample"),
)


_HANDLE = 11.0
"""Pixels of a start's ring above the lower edge."""


class Cobweb(RootCard):
    """z and f(z), the diagonal, and the staircase between them."""

    name = "cobweb"
    title = "Cobweb"
    wanted = frozenset({Iterations, MapCurve, FixedPoints, RootProofs})
    kinds = frozenset({"map", "root"})
    components = range(1, 2)
    help = (
        "Up or down to the curve, across to the diagonal: one iteration. Where curve and diagonal cross is a fixed "
        "point; it attracts where the curve is flatter than 45 degrees, and is proved to be the only one within its "
        "band. Other solvers go along their own lines. Click to start a sample, drag its ring to move it; drag a fixed "
        "point, and the parameters follow. Point at a slider: arrows show where the fixed points would go."
    )
    place: ClassVar[str] = "main"
    order: ClassVar[int] = 11
    chip_names = ("iteration", "z", "proof", "note")
    legend_below = True

    def __init__(self) -> None:
        super().__init__()
        self._problem: tuple[Experiment, System] | None = None
        self._hovered: int | None = None
        self._cursor = float("nan")
        self._lines = CobwebLines(self.theme)
        self._note = EmptyNote(self.theme, "The graph of f and its iterates appear here.")
        still = Sheet(self.theme, self._lines.diagonal, self._lines.bands, self._lines.graph, z=-50)
        self.box.add(still, *self._lines.moving_items(), self._note)
        lines = self._lines
        rules = StartRules(lines.sample_at, lambda _, place: (float(place.x()),), lines.readout_at, lines.count)
        self._gestures = StartGestures(self, self.box, lines.starts, rules)
        self.layer_switched.connect(self.redraw)
        self.pointed_changed.connect(self.redraw)
        self.box.projection_changed.connect(self._follow_projection)

    def _follow_projection(self) -> None:
        """The handles of the starts stay at the lower edge."""
        projection = self.box.projection()
        self._lines.place_starts(float(projection.data(np.array([0.0, projection.height - _HANDLE]))[1]))
        self.viewport_changed.emit()

    @override
    def redraw(self) -> None:
        """Draw everything anew, and name the rivals."""
        lines, theme = self._lines, self.theme
        wanted = self._hovered if self._hovered is not None else self._gestures.selected
        lines.focus = wanted or 0
        lines.pointed = self.pointed
        lines.paint(theme)
        self.show_roots(lines.roots_found, root_places(lines.roots_found), lambda step: (step[0], step[0]), self._wish)
        runs = () if lines.iterations is None else lines.iterations.runs
        rivals = range(1, len(runs)) if lines.rivals.isVisible() else range(0)
        self.legend.set_entries(tuple((runs[index].title, solver_glyph(index)) for index in rivals))
        self.legend.set_colours(tuple(solver_colour(theme, index) for index in rivals), theme)
        note = "" if lines.roots_found is None else lines.roots_found.note
        self.chips.set_text("note", note, note)
        self.chips.set_text("proof", *proof_chip(lines.proofs, lines.roots_found))
        self._note.setVisible(lines.curve is None and not lines.count())
        self.set_cursor(self._cursor)

    def _wish(self, place: QPointF) -> dict[str, float]:
        """The point of the diagonal that is nearest on the screen."""
        if self._problem is None:
            return {}
        weights = np.square(self.box.projection().scale)
        return {self._problem[1].components[0]: float(weights @ [place.x(), place.y()] / weights.sum())}

    @override
    def home(self) -> Rectangle:
        if self._problem is None:
            return (0.0, 1.0), (0.0, 1.0)
        experiment, system = self._problem
        name = system.components[0]
        return PlaneAxes(name, name, system.components, system.symbols).home(experiment, system)

    @override
    def layers(self) -> tuple[Layer, ...]:
        return offered(_LAYERS, None if self._problem is None else self._problem[1])

    @override
    def layer_items(self) -> dict[str, tuple[CanvasItem, ...]]:
        lines = self._lines
        return {
            "graph": (lines.graph, lines.diagonal),
            "iterates": (lines.stairs, lines.now),
            "rivals": (lines.rivals,),
            "fixed_points": (lines.roots, lines.words, self.effects, self.grips),
            "proofs": (lines.bands,),
            "starts": (lines.starts, lines.stems),
        }

    @override
    def viewport(self) -> Viewport | None:
        if self._problem is None:
            return None
        name = self._problem[1].components[0]
        pixels = max(1, round(self.box.width())), max(1, round(self.box.height()))
        return Viewport(name, f"f({name})", *self.box.rectangle(), pixels)

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._problem = experiment, system
        lines = self._lines
        lines.curve = lines.iterations = lines.roots_found = lines.proofs = None
        lines.symbol = system.symbols[0]
        self._hovered = self._gestures.selected = None
        self.plot.bottom.set_title(lines.symbol)
        image = f"{lines.symbol} − g({lines.symbol})" if system.kind == "root" else f"f({lines.symbol})"
        self.plot.left.set_title(image)
        self.box.history.clear()
        self.box.show_rectangle(self.home())
        self.redraw()

    @override
    def draw(self, frame: Frame) -> None:
        lines = self._lines
        before = (lines.curve, lines.iterations, lines.roots_found, lines.proofs)
        read = (frame.get(MapCurve), frame.get(Iterations), frame.get(FixedPoints), frame.get(RootProofs))
        new = tuple(old if one is None else one for one, old in zip(read, before, strict=True))
        if self._problem is not None and any(one is not old for one, old in zip(new, before, strict=True)):
            lines.curve, lines.iterations, lines.roots_found, lines.proofs = new
            self.redraw()

    @override
    def set_cursor(self, t: float) -> None:
        self._cursor = t
        lines = self._lines
        lines.set_iteration(t)
        iterate = lines.iterate()
        self.chips.set_text("iteration", "" if iterate is None else f"{iterate[0]}, iteration {iterate[1]}")
        self.chips.set_text("z", "" if iterate is None else f"{lines.symbol} = {power_text(iterate[2], 6)}")

    @override
    def set_hovered(self, index: int | None) -> None:
        self._hovered = index
        self.redraw()

    @override
    def set_selected(self, index: int | None) -> None:
        self._gestures.selected = index
        self.redraw()

    @override
    def table(self, visible_only: bool = False) -> Table:
        table = iteration_table(self._lines.iterations, components=(0,))
        if not visible_only or not table.columns or self._problem is None:
            return table
        return rows_where(table, within(table.columns[self._problem[1].components[0]], self.box.rectangle()[0]))
