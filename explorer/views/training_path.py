"""The loss of a network over a plane of its weights, and the way that its training went in it."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import LossSlice, TrainingProgress
from core.request import Viewport
from core.weight_plane import SLICE_PLANE

from ..canvas.colour_bar import ColourBar
from ..canvas.contour_strokes import contour_strokes
from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.legend import Swatch
from ..canvas.nearest import nearest_point
from ..canvas.number_text import grouped_text, number_text
from ..canvas.plot_card import PlotCard
from ..canvas.plot_labels import EmptyNote
from ..canvas.raster import Raster
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..canvas.sheet import Sheet
from ..canvas.view_history import Rectangle
from ..learning_systems import learns
from ..sentence import sentence
from ..theme import Theme
from ..view import Table
from .path_in_plane import PathInPlane
from .slice_picture import axis_titles, loss_words, slice_chips, slice_pixels, slice_scale, slice_table

_WAITING = "The loss around the weights appears here."
_UNSOLVED = "Nowhere here can the network be solved."
_HOME: Rectangle = ((-1.0, 1.0), (-1.0, 1.0))
_REACH = 9.0
_FADED = 0.35
"""How far a contour's colour lies on the way to the card's."""


class TrainingPath(PlotCard):
    """Colours and contours of the loss, the path of the weights, and where the playhead is on it."""

    name = "training_path"
    title = "Training path"
    wanted = frozenset({LossSlice, TrainingProgress})
    kinds = frozenset({"ode", "map", "root"})
    serves = staticmethod(learns)
    help = (
        "The loss over a plane in the space of all weights, through the present ones, along the two directions in "
        "which the training moved most: low is green, high is violet, nothing is drawn where the solver fails. The "
        "line is the path of the training seen in that plane, from the ring to its newest weights; the disc is where "
        "the timeline is. The less of the path the plane holds, the farther the path lies before it or behind it, "
        "where the loss is another. Before three states are kept, the directions are drawn at random."
    )
    place: ClassVar[str] = "main"
    order: ClassVar[int] = 8
    chip_names = ("plane", "loss", "points", "unsolved")
    legend_below = True

    def __init__(self) -> None:
        super().__init__()
        self._way = PathInPlane()
        self._follows, self._cursor = True, math.nan
        self._image = Raster(self.theme, z=-90)
        self._contours, self._path = Segments(self.theme, z=-80), Segments(self.theme, z=0)
        self._marks, self._now = Glyphs(self.theme, z=5), Glyphs(self.theme, z=20)
        self._note = EmptyNote(self.theme, _WAITING)
        self.box.add(Sheet(self.theme, self._image, self._contours, z=-80))
        self.box.add(Sheet(self.theme, self._path, self._marks), self._now, self._note)
        self.bar = ColourBar(self.theme)
        self.header.addWidget(self.bar)
        self.box.navigated.connect(self._rest)
        self.box.projection_changed.connect(self.viewport_changed)
        self.box.hover_moved.connect(self._point_at)
        self.box.hover_left.connect(self._leave)

    def _rest(self) -> None:
        """A person moved the view: it is theirs."""
        self._follows = False

    def _leave(self) -> None:
        self.readout.emit("")

    def _point_at(self, position: QPointF) -> None:
        where, shown, path = (position.x(), position.y()), self._way.shown, self._way.points
        projection = self.box.projection()
        x, y = projection.data(np.array(where)).tolist()
        words = [f"{name} = {number_text(value)}" for name, value in zip(SLICE_PLANE, (x, y), strict=True)]
        if shown is not None:
            near = nearest_point(projection.pixels(path), where, _REACH) if len(path) else None
            if near is not None:
                x, y = path[near].tolist()
                words.insert(0, f"iteration {grouped_text(float(self._way.iterations[near]))}")
            words.append(loss_words(shown, x, y))
        self.readout.emit("   ".join(filter(None, words)))

    def _draw_path(self) -> None:
        """What moves while it learns."""
        theme, path = self.theme, self._way.points
        self._path.set_segments(path, [StrokeGroup(np.arange(max(0, len(path) - 1)), Stroke(theme.text, 1.8))])
        self._marks.set_groups(
            [
                GlyphGroup("disc", path, theme.text, 2.2, apart=7.0),
                GlyphGroup("disc", path[:1], theme.text, 5.0, hollow=True),
            ]
        )
        place = self._way.place(self._cursor)
        self._now.set_groups([GlyphGroup("disc", place, theme.amber, 6.0, halo=True)])
        named: list[tuple[str, Swatch, str]] = []
        if len(path):
            named += [("path of the training", "line", theme.text), ("begin", "ring", theme.text)]
        if len(place):
            named.append(("present weights", "dot", theme.amber))
        self.legend.set_entries(tuple((name, swatch) for name, swatch, _ in named))
        self.legend.set_colours(tuple(colour for *_, colour in named), theme)

    @override
    def redraw(self) -> None:
        shown, theme = self._way.shown, self.theme
        solved = shown is not None and bool(np.isfinite(shown.values).any())
        self._note.setVisible(not solved)
        for name, (text, hint) in slice_chips(shown).items():
            self.chips.set_text(name, text, hint, warning=name == "unsolved")
        for axis, title in zip((self.plot.bottom, self.plot.left), axis_titles(shown), strict=True):
            axis.set_title(title)
        if shown is None or not solved:
            self._image.clear()
            self._contours.set_segments(np.empty((0, 2)), ())
            self.bar.show_scale(None)
        else:
            _, scale, words = slice_scale(shown)
            self._image.set_pixels(*slice_pixels(shown, theme))
            self._contours.set_segments(*contour_strokes(shown.lines, theme, _FADED))
            self.bar.show_scale(scale, words=words)
        self._draw_path()

    @override
    def home(self) -> Rectangle:
        shown = self._way.shown
        return _HOME if shown is None else shown.plane.home(shown.place)

    @override
    def fit(self) -> None:
        self._follows = True
        super().fit()

    @override
    def viewport(self) -> Viewport | None:
        """Where a person looks; None while the view follows the path, whatever room that takes."""
        if self._follows:
            return None
        pixels = max(1, round(self.box.width())), max(1, round(self.box.height()))
        return Viewport(*SLICE_PLANE, *self.box.rectangle(), pixels)

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._way.hold(None)
        self._follows = True
        self._note.set_text(_WAITING)
        self.legend.release()
        self.box.history.clear()
        self.box.show_rectangle(self.home())
        self.redraw()

    @override
    def set_cursor(self, t: float) -> None:
        self._cursor = t
        self._draw_path()

    @override
    def draw(self, frame: Frame) -> None:
        found, reason = frame.get(LossSlice), frame.absent.get(LossSlice, "")
        progress = frame.get(TrainingProgress)
        if reason and found is None:
            self._way.hold(None)
            self._note.set_text(sentence(reason))
            self.redraw()
        elif found is not None and found is not self._way.shown:
            self._way.hold(found)
            self._note.set_text(_UNSOLVED)
            if self._follows:
                self.box.show_rectangle(self.home())
            self.redraw()
        if progress is not None and self._way.grow(progress.state):
            self._draw_path()

    @override
    def apply_theme(self, theme: Theme) -> None:
        self.bar.set_theme(theme)
        super().apply_theme(theme)

    @override
    def table(self, visible_only: bool = False) -> Table:
        way = self._way
        return slice_table(way.shown, way.points, way.iterations, self.box.rectangle() if visible_only else None)
