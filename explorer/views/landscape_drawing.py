"""What a plot of a loss landscape is made of: the picture behind, the half-plane, the arrows and their names."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF

from core.readings import LossLandscape

from ..canvas.colour_bar import ColourBar
from ..canvas.contour_strokes import contour_strokes
from ..canvas.descent_side import DescentSide
from ..canvas.key_line import KeyLine
from ..canvas.plot_labels import PlotLabels
from ..canvas.raster import Raster
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..canvas.sheet import Sheet
from ..canvas.vectors import Vectors
from ..shown_menu import ShownMenu
from .gradient_marks import method_colour, method_swatch
from .landscape_picture import (
    Way,
    arrows,
    height_scale,
    landscape_pixels,
    scale_words,
    way_labels,
    ways,
)

if TYPE_CHECKING:
    from ..canvas.plot_card import PlotCard


_FADED = 0.35
"""How far a contour's colour lies on the way to the card's."""
_MARK = 9.0
"""Pixels beside an arrow that its marks and its width take."""


class LandscapeDrawing:
    """The items of a card, and the menu that says which methods are drawn.

    ways: those of the methods that are. curve: whether the loss itself lies on the vertical axis.
    """

    def __init__(self, card: PlotCard) -> None:
        theme = card.theme
        self._card = card
        self._image = Raster(theme, z=-90)
        self._lines = Segments(theme, z=-80)
        self._side = DescentSide(theme, z=-70)
        self._vectors = Vectors(theme, z=30)
        self._labels = PlotLabels(theme, z=55, kept=True, clear=_MARK)
        card.box.add(Sheet(theme, self._image, self._lines, self._side, z=-70), self._vectors, self._labels)
        self.bar = ColourBar(theme)
        self._line = KeyLine(card, self.bar)
        self._line.switch(True)
        self.menu = ShownMenu("methods", "Which methods are drawn. Exact ones lie on the true descent.")
        self.curve = False
        self.ways: list[Way] = []

    def turn(self, *, curve: bool) -> None:
        """Other axes."""
        self.curve = curve
        self._line.offer(not curve)

    def paint(self, landscape: LossLandscape | None) -> None:
        """The picture behind: colours and contours, or a curve."""
        theme = self._card.theme
        self._image.clear()
        self._lines.set_segments(np.empty((0, 2)), ())
        if landscape is None or not landscape.values.size or self.curve != (len(landscape.axes) == 1):
            self.bar.show_scale(None)
        elif self.curve:
            points = np.stack([landscape.x, landscape.values[0]], axis=1)
            self._lines.set_segments(points, [StrokeGroup(np.arange(len(points) - 1), Stroke(theme.muted, 2.0))])
        else:
            self._image.set_pixels(landscape.x, landscape.y, landscape_pixels(landscape, theme))
            self._lines.set_segments(*contour_strokes(landscape.lines, theme, _FADED))
            self.bar.show_scale(height_scale(landscape.values)[1], words=scale_words(landscape.values))

    def paint_ways(self, landscape: LossLandscape | None, chosen: str) -> None:
        """The half-plane, the arrows and their names, for the part of the plane that is seen."""
        card, theme = self._card, self._card.theme
        true, found = (None, []) if landscape is None else ways(landscape, card.box.rectangle())
        for way in found:
            one = way.claimed
            shown = not one.exact or one.method == chosen or (way.wrong and math.isfinite(way.ratio))
            self.menu.offer(one.method, one.title, shown=shown)
        if found:
            self.menu.limit([way.claimed.method for way in found])
        self.ways = [way for way in found if self.menu.shows(way.claimed.method) and math.isfinite(way.ratio)]
        self._vectors.set_vectors(arrows(true, self.ways, chosen, theme))
        self._labels.set_labels(
            way_labels(self.ways, theme),
            [np.array([way.tail, way.tip]) for way in ([true] if true else []) + self.ways],
        )
        if true is None or landscape is None or landscape.reference is None:
            self._side.set_side((0.0, 0.0), (0.0, 0.0))
        elif self.curve:
            self._side.set_side((float(landscape.point[0]), landscape.loss), (float(landscape.reference[0]), 0.0))
        else:
            self._side.set_side(true.tail, (float(landscape.reference[0]), float(landscape.reference[1])))
        self._name(named=true is not None)

    def way_at(self, position: QPointF) -> Way | None:
        """The arrow of a method under a position in pixels."""
        index = self._vectors.index_at(position)
        below = len(self._vectors.vectors) - len(self.ways)
        return None if index is None or index < below else self.ways[index - below]

    def _name(self, *, named: bool) -> None:
        """The legend: the true descent, and every method that is drawn."""
        card, theme = self._card, self._card.theme
        if not named:
            card.legend.set_entries(())
            return
        methods = tuple((way.name, method_swatch(way.claimed.method)) for way in self.ways)
        card.legend.set_entries((("true descent", "line"), *methods))
        card.legend.set_colours((theme.accent, *(method_colour(theme, way.claimed.method) for way in self.ways)), theme)
        for entry, way in zip(card.legend.entries()[1:], self.ways, strict=True):
            entry.setToolTip(way.words())
