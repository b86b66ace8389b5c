"""What a network has learnt to answer, over the plane of its inputs."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import INPUT_PLANE, DecisionMap
from core.request import Viewport

from ..canvas.colour_bar import ColourBar
from ..canvas.fitted_card import FittedCard, around
from ..canvas.glyphs import Glyphs
from ..canvas.legend import Swatch
from ..canvas.nearest import nearest_point
from ..canvas.number_text import number_text
from ..canvas.plot_labels import EmptyNote
from ..canvas.raster import Raster
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..canvas.sheet import Sheet
from ..canvas.square_frame import square_frame
from ..canvas.view_history import Rectangle
from ..learning_systems import learns_answers
from ..sentence import sentence
from ..theme import Theme
from ..view import Table
from .class_borders import class_borders
from .class_marks import class_colour, class_swatch
from .class_scores import class_scores
from .decision_picture import class_count, decision_pixels, point_groups, ring_group, score_scale
from .decision_words import answer_words, count_words, decision_table, point_words

_WAITING = "What the network answers appears here when it learns."
_HOME: Rectangle = ((-1.5, 1.5), (-1.5, 1.5))
"""Before the data are known."""
_REACH = 9.0


class DecisionBoundary(FittedCard):
    """The answers as colours with the border between classes, and the data."""

    name = "decision_boundary"
    title = "Decision boundary"
    wanted = frozenset({DecisionMap})
    kinds = frozenset({"ode", "map", "root"})
    serves = staticmethod(learns_answers)
    help = (
        "What the network answers to every point of the plane: blue and orange are the two classes, pale where it is "
        "not sure, and the line is where it changes its mind; of more classes each has its own colour. Filled marks "
        "are test points, hollow ones are learnt from, and what the network gets wrong has a red ring. Point to read "
        "class and score; zoom to look closer, the map is computed anew."
    )
    place: ClassVar[str] = "main"
    order: ClassVar[int] = 5
    chip_names = ("test", "training")
    legend_below = True

    def __init__(self) -> None:
        super().__init__()
        self._map: DecisionMap | None = None
        self._image = Raster(self.theme, z=-90)
        self._border = Segments(self.theme, z=0)
        self._points, self._rings = Glyphs(self.theme, z=10), Glyphs(self.theme, z=5)
        self._note = EmptyNote(self.theme, _WAITING)
        self.box.add(self._image, Sheet(self.theme, self._border, self._rings, self._points), self._note)
        self.bar = ColourBar(self.theme)
        self.header.addWidget(self.bar)
        for axis, title in zip((self.plot.bottom, self.plot.left), INPUT_PLANE, strict=True):
            axis.set_title(title)
        self.box.projection_changed.connect(self.viewport_changed)
        self.box.hover_moved.connect(self._point_at)

    def _point_at(self, position: QPointF) -> None:
        projection, shown = self.box.projection(), self._map
        x, y = projection.data(np.array([position.x(), position.y()])).tolist()
        words = [f"{name} = {number_text(value)}" for name, value in zip(INPUT_PLANE, (x, y), strict=True)]
        if shown is not None:
            words.append(answer_words(shown, x, y))
            near = nearest_point(projection.pixels(shown.points), (position.x(), position.y()), _REACH)
            words += [] if near is None else [point_words(shown, near)]
        self.readout.emit("   ".join(filter(None, words)))

    def _name_classes(self) -> None:
        shown, theme = self._map, self.theme
        named: list[tuple[str, Swatch, str]] = []
        if shown is not None:
            labels = range(class_count(shown))
            named = [(f"class {label}", class_swatch(label), class_colour(theme, label)) for label in labels]
            named += [("learnt from", "ring", theme.muted)] if not shown.test.all() else []
            named += [("wrong", "ring", theme.rose)] if not shown.right.all() else []
        self.legend.set_entries(tuple((name, swatch) for name, swatch, _ in named))
        self.legend.set_colours(tuple(colour for *_, colour in named), theme)

    @override
    def redraw(self) -> None:
        shown, theme = self._map, self.theme
        self._note.setVisible(shown is None)
        self._name_classes()
        for test, name in ((True, "test"), (False, "training")):
            self.chips.set_text(name, *(("", "") if shown is None else count_words(shown, test=test)))
        if shown is None:
            self._image.clear()
            self._border.set_segments(np.empty((0, 2)), ())
            for marks in (self._points, self._rings):
                marks.set_groups(())
            self.bar.show_scale(None)
            return
        self.bar.show_scale(score_scale(shown))
        self._image.set_pixels(shown.x, shown.y, decision_pixels(shown, theme))
        lines = class_borders(shown.x, shown.y, class_scores(shown.answers))
        begin = 2 * np.arange(len(lines))
        self._border.set_segments(lines.reshape(-1, 2), (StrokeGroup(begin, Stroke(theme.text, 1.8)),))
        self._points.set_groups(point_groups(shown, theme))
        self._rings.set_groups((ring_group(shown, theme),))

    @override
    def extent(self) -> Rectangle | None:
        return None if self._map is None else around(self._map.points) or _HOME

    @override
    def framed(self, content: Rectangle) -> Rectangle:
        return square_frame(content, self.box.width(), self.box.height())

    @override
    def viewport(self) -> Viewport | None:
        pixels = max(1, round(self.box.width())), max(1, round(self.box.height()))
        return Viewport(*INPUT_PLANE, *self.box.rectangle(), pixels)

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._map = None
        self._note.set_text(_WAITING)
        self.legend.release()
        self.redraw()
        self.begin_anew(self.framed(_HOME))

    @override
    def draw(self, frame: Frame) -> None:
        found, reason = frame.get(DecisionMap), frame.absent.get(DecisionMap, "")
        if reason and found is None:
            self._map = None
            self._note.set_text(sentence(reason))
            self.redraw()
        if found is None or found is self._map:
            return
        self._map = found
        self.redraw()
        self.follow_frame(frame)

    @override
    def apply_theme(self, theme: Theme) -> None:
        self.bar.set_theme(theme)
        super().apply_theme(theme)

    @override
    def table(self, visible_only: bool = False) -> Table:
        return decision_table(self._map, self.box.rectangle() if visible_only else None)
