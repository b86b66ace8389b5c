"""A plane of state space in which a solver looks for a fixed point."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment, starting_points
from core.frame import Frame
from core.language import System
from core.readings import FixedPoints, Iterations, Nullclines, RootProofs, VelocityGrid
from core.request import Viewport

from ..canvas.item import CanvasItem
from ..canvas.legend import Swatch
from ..canvas.number_text import number_text
from ..canvas.plot_labels import EmptyNote
from ..canvas.root_card import RootCard
from ..canvas.sheet import Sheet
from ..canvas.view_history import Rectangle
from ..layered import Layer, offered
from ..theme import Theme
from ..view import Table
from .iterate_paths import IteratePaths
from .iteration_table import in_rectangle, iteration_table, rows_where
from .plane_axes import PlaneAxes
from .plane_basins import PlaneBasins, basins_layer, is_complex
from .plane_field import PlaneField
from .plane_fixed_points import PlaneFixedPoints
from .plane_header import PlaneHeader
from .proved_boxes import proof_chip, proved_layer
from .solver_race import solver_colour, solver_glyph
from .start_gestures import StartGestures, StartRules

_LAYERS = (
    Layer("field", "Displacement", help="Arrows from z towards f(z): where one iteration would carry a point"),
    Layer(
        "zero_curves",
        "Zero curves",
        help="Where a component of f(z) − z is zero, so that it does not change: the dashed curve is the horizontal "
        "axis's, the dash-dotted one the vertical axis's, and solutions are where both cross",
    ),
    Layer("fixed_points", "Fixed points", help="Filled: Picard's method converges to it; hollow: it leaves it"),
    Layer("iterates", "Iterates", help="The way of every sample up to the playhead, older parts fainter"),
    Layer("rivals", "Rivals", help="The ways of the other solvers"),
    proved_layer("Rectangles: a box"),
    Layer("starts", "Starting points", help="Drag one to move its sample"),
)
_HIDING = ("field", "zero_curves")
"""Layers that lie on the whole plane."""


class IteratePlane(RootCard):
    """The iterates in the plane of two components, over the displacement f(z) - z."""

    name = "iterate_plane"
    title = "Iterates"
    wanted = frozenset({Iterations, VelocityGrid, Nullclines, FixedPoints, RootProofs})
    kinds = frozenset({"map", "root"})
    components = range(2, 7)
    help = (
        "Every dot is an iterate; the line joins it to the next. Arrows point from z to f(z), dashed curves are where "
        "a component stays as it is, and where both cross is a fixed point: filled if it attracts Picard's method; "
        "a thin rectangle is proved to hold exactly one. "
        "Click to start a sample, drag its ring to move it, drag the plane to pan, turn the wheel to zoom. "
        "Drag a fixed point, and the parameters follow; point at a slider to see where the points would go."
    )
    place: ClassVar[str] = "main"
    order: ClassVar[int] = 12
    chip_names = ("basins", "count", "iterate", "slice", "proof", "note")
    legend_below = True

    def __init__(self) -> None:
        super().__init__()
        self._axes: PlaneAxes | None = None
        self._problem: tuple[Experiment, System] | None = None
        self._is_root = False
        self._is_complex = False
        self._hovered: int | None = None
        self._field = PlaneField(self.theme)
        self._paths = IteratePaths(self.theme)
        self._roots = PlaneFixedPoints(self.theme)
        self._head = PlaneHeader(self)
        self._basins = PlaneBasins(self)
        self._note = EmptyNote(self.theme, "The iterates appear here.")
        paths, roots = self._paths, self._roots
        self.box.add(
            self._basins.image,
            self._basins.kept,
            Sheet(self.theme, self._field.arrows, self._field.nullclines, roots.boxes, z=-50),
            Sheet(self.theme, *paths.moving_items(), z=10),
            Sheet(self.theme, *paths.still_items(), z=12),
            *(roots.marks, roots.words, paths.now, paths.starts, self._note),
        )
        rules = StartRules(paths.sample_at, paths.start_at, self._readout_at, paths.count)
        self._gestures = StartGestures(self, self.box, paths.starts, rules)
        self._head.pickers.changed.connect(self._take_axes)
        self.layer_switched.connect(self._show)
        self.pointed_changed.connect(self._show)
        self.box.projection_changed.connect(self.viewport_changed)

    def _take_axes(self, axes: PlaneAxes) -> None:
        """Look at a plane of the system."""
        if self._problem is None:
            return
        self._axes = axes
        self.plot.bottom.set_title(axes.symbol(axes.x))
        self.plot.left.set_title(axes.symbol(axes.y))
        self._field.clear()
        self._basins.clear()
        self._show()
        self.box.history.clear()
        self.box.show_rectangle(axes.home(*self._problem))
        self.viewport_changed.emit()

    def _show(self) -> None:
        """Draw the iterates and fixed points anew, and name what is dashed and who races."""
        axes, paths, theme = self._axes, self._paths, self.theme
        if axes is None:
            return
        wanted = self._hovered if self._hovered is not None else self._gestures.selected
        paths.focus = wanted or 0
        paths.paint(theme, axes)
        roots = self._roots
        roots.paint(theme, axes, paths.ways(), self.pointed)
        self.show_roots(roots.found, roots.places, roots.motion, roots.wish)
        count = paths.count()
        self.chips.set_text("count", f"{count} {'sample' if count == 1 else 'samples'}" if count else "")
        self.chips.set_text("iterate", paths.iterate_text())
        note = "" if self._roots.found is None else self._roots.found.note
        self.chips.set_text("note", note)
        self.chips.set_text("proof", *proof_chip(self._roots.proofs, self._roots.found))
        self._head.show_slice(self._field.grid, axes)
        self._note.setVisible(not count and self._field.grid is None)
        shown = self._field.nullcline_legend() if self._field.nullclines.isVisible() else ()
        field = self._field
        names: list[tuple[str, Swatch, str]] = [
            (_zero_name(axes, name, self._is_root), field.nullcline_dash(name), colour) for name, colour in shown
        ]
        runs = () if paths.iterations is None or not paths.rivals.isVisible() else paths.iterations.runs[1:]
        for index, run in enumerate(runs, 1):
            names.append((run.title, solver_glyph(index), solver_colour(theme, index)))
        names += [(name, "area", colour) for name, colour in self._basins.names]
        self.legend.set_entries(tuple((name, swatch) for name, swatch, _ in names))
        self.legend.set_colours(tuple(colour for _, _, colour in names), theme)

    def _readout_at(self, position: QPointF) -> str:
        axes, root = self._axes, self._roots.at(position)
        if axes is None:
            return ""
        if root is not None:
            return self._roots.text_of(root, axes.symbols)
        x, y = self.box.projection().data(np.array([position.x(), position.y()])).tolist()
        text = f"{axes.symbol(axes.x)} = {number_text(x)}   {axes.symbol(axes.y)} = {number_text(y)}"
        step = self._field.speed_at(x, y)
        if step is not None:
            name = "|f(z) − z|" if len(axes.components) <= 2 else "|f(z) − z| in the plane"
            text = f"{text}   {name} = {number_text(step)}"
        return "   ".join(filter(None, [text, self._basins.text_at(x, y), self._paths.outcome_at(position)]))

    @override
    def home(self) -> Rectangle:
        if self._problem is None or self._axes is None:
            return (-5.0, 5.0), (-5.0, 5.0)
        return self._axes.home(*self._problem)

    @override
    def layers(self) -> tuple[Layer, ...]:
        if not self._is_complex:
            all_of_them = (*_LAYERS, basins_layer(visible=False))
            return offered(all_of_them, None if self._problem is None else self._problem[1])
        # of one complex unknown the basins are the picture, and arrows would only hide them
        quiet = (replace(layer, visible=layer.visible and layer.name not in _HIDING) for layer in _LAYERS)
        return (*quiet, basins_layer(visible=True))

    @override
    def layer_items(self) -> dict[str, tuple[CanvasItem, ...]]:
        paths, roots = self._paths, self._roots
        return {
            "field": (self._field.arrows,),
            "zero_curves": (self._field.nullclines,),
            "fixed_points": (roots.marks, roots.words, self.effects, self.grips),
            "iterates": (paths.lines, paths.dots, paths.ends, paths.now),
            "rivals": (paths.rivals, paths.rival_marks),
            "proofs": (roots.boxes,),
            "starts": (paths.starts,),
            "basins": (self._basins.image, self._basins.kept),
        }

    @override
    def viewport(self) -> Viewport | None:
        axes = self._axes
        if axes is None:
            return None
        pixels = max(1, round(self.box.width())), max(1, round(self.box.height()))
        selection = self._paths.start_of(self._gestures.anchor()) if len(axes.components) > 2 else None
        return Viewport(axes.x, axes.y, *self.box.rectangle(), pixels, selection)

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._problem = experiment, system
        self._is_root = system.kind == "root"
        self._hovered = self._gestures.selected = None
        self._paths.iterations = None
        self._paths.fallback = next(iter(starting_points(experiment, system)), (0.0,) * system.size)
        self._roots.found = self._roots.proofs = None
        plane = PlaneAxes.of(system, axes)
        self._head.pickers.offer(plane)
        self.box.setAspectLocked(is_complex(plane))  # a fractal is turned and shrunk, never stretched
        before, self._is_complex = self._is_complex, is_complex(plane)
        self._take_axes(plane)
        self._basins.begin(system)
        if self._is_complex != before:  # what is worth seeing is another
            for layer in self.layers():
                self.set_layer_visible(layer.name, layer.visible)

    @override
    def draw(self, frame: Frame) -> None:
        axes, iterations, found = self._axes, frame.get(Iterations), frame.get(FixedPoints)
        if axes is None:
            return
        self._basins.draw(frame, axes)
        self._field.draw(frame, axes)
        self._paths.iterations = self._paths.iterations if iterations is None else iterations
        self._roots.found = found or self._roots.found
        self._roots.proofs = frame.get(RootProofs) or self._roots.proofs
        self._show()

    @override
    def set_cursor(self, t: float) -> None:
        self._paths.set_iteration(t)
        self.chips.set_text("iterate", self._paths.iterate_text())

    @override
    def set_hovered(self, index: int | None) -> None:
        if index != self._hovered:
            self._hovered = index
            self._show()

    @override
    def set_selected(self, index: int | None) -> None:
        sliced = self._axes is not None and len(self._axes.components) > 2
        moved = sliced and index != self._gestures.selected
        self._gestures.selected = index
        self._show()
        if moved:  # the slice goes through the selected start
            self.viewport_changed.emit()

    @override
    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self._basins.apply_theme()
        self._field.apply_theme(theme)
        self._show()

    @override
    def table(self, visible_only: bool = False) -> Table:
        axes, iterations = self._axes, self._paths.iterations
        if axes is None or iterations is None:
            return Table({})
        table = iteration_table(iterations, components=range(len(axes.components)))
        if not visible_only or not table.columns:
            return table
        return rows_where(table, in_rectangle(table.columns[axes.x], table.columns[axes.y], self.box.rectangle()))


def _zero_name(axes: PlaneAxes, component: str, is_root: bool) -> str:
    """What holds along a zero curve: an equation is satisfied, or a component does not move."""
    if is_root:
        return axes.equation(component)
    return f"Δ{axes.symbol(component)} = 0"
