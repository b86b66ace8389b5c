"""The limit cycles of a bifurcation diagram: the largest and the smallest value of the component on every one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.readings import Branches, CycleFamily, CycleMark

from ..canvas.dashes import Dashes
from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.item import CanvasItem
from ..canvas.nearest import nearest_point
from ..canvas.plot_labels import PlotLabel
from ..canvas.segments import Segments, Stroke, StrokeGroup
from .bifurcation_cycle_words import CYCLE_GLYPHS, cycle_title, endless, endless_title, family_words, mark_words

if TYPE_CHECKING:
    from jaxtyping import Float
    from PySide6.QtCore import QPointF

    from ..theme import Theme

_REACH = 10.0


class BifurcationCycles:
    """Draws the families of a reading over (parameter, component), and finds what is under the mouse."""

    def __init__(self, theme: Theme) -> None:
        self.solid, self.dashed = Segments(theme, z=-3), Dashes(theme, z=-3)
        self.marks = Glyphs(theme, z=20)
        self.points: Float[np.ndarray, "K 2"] = np.empty((0, 2))
        self._curves: list[tuple[CycleFamily, int]] = []  # of every point its family, and its number there
        self._families: tuple[CycleFamily, ...] = ()
        self._found: tuple[CycleMark, ...] = ()
        self._outlines: tuple[np.ndarray, ...] = ()
        self._place = 0

    def items(self) -> tuple[CanvasItem, ...]:
        """Everything but the words."""
        return (self.solid, self.dashed, self.marks)

    def paint(self, branches: Branches | None, place: int, theme: Theme) -> None:
        """Draw the families. place: of the component that is shown."""
        self._families = () if branches is None else branches.cycles
        self._found, self._place = () if branches is None else branches.cycle_marks, place
        self._curves = []
        curves: list[np.ndarray] = []
        pieces: dict[int, list[np.ndarray]] = {1: [], 0: [], -1: []}
        begin = 0
        for family in self._families:
            kinds = family.pieces()
            for heights in (family.highest, family.lowest):
                curves.append(np.column_stack([family.p, heights[:, place]]))
                self._curves += [(family, index) for index in range(len(family.p))]
                for kind, found in pieces.items():
                    found.append(begin + np.flatnonzero(kinds == kind))
                begin += len(family.p)
        self._outlines = tuple(curves)
        self.points = np.concatenate([np.empty((0, 2)), *curves])
        places = {kind: np.concatenate([np.empty(0, dtype=int), *found]) for kind, found in pieces.items()}
        colours = {1: theme.accent, 0: theme.violet}
        groups = [StrokeGroup(places[kind], Stroke(colour, 2.2)) for kind, colour in colours.items()]
        self.solid.set_segments(self.points, groups)
        parts = np.split(places[-1], np.flatnonzero(np.diff(places[-1]) != 1) + 1)
        runs = [self.points[part[0] : part[-1] + 2] for part in parts if part.size]
        self.dashed.set_families([(runs, theme.amber)])
        ends = [family.p[end] for family in self._families for end in endless(family)]
        heights = [family.highest[end, place] for family in self._families for end in endless(family)]
        self.marks.set_groups(
            [
                GlyphGroup(CYCLE_GLYPHS[mark.kind], both, theme.accent, 5.0, halo=True)
                for mark in self._found
                for both in [np.array([(mark.p, mark.highest[place]), (mark.p, mark.lowest[place])])]
            ]
            + [GlyphGroup("cross", np.column_stack([ends, heights]), theme.accent, 5.0, halo=True)] * bool(ends)
        )

    def labels(self, parameter: str, theme: Theme) -> list[PlotLabel]:
        """What the marks and the ends without a bound say."""
        place = self._place
        labels = [
            PlotLabel((mark.p, float(mark.highest[place])), cycle_title(mark, parameter), theme.accent)
            for mark in self._found
        ]
        labels += [
            PlotLabel(
                (float(family.p[end]), float(family.highest[end, place])),
                endless_title(family, end, parameter),
                theme.accent,
            )
            for family in self._families
            for end in endless(family)
        ]
        return labels

    def outlines(self) -> tuple[Float[np.ndarray, "P 2"], ...]:
        """The curves, for words that keep clear of them."""
        return self._outlines

    def words_at(self, position: QPointF, parameter: str, symbol: str) -> tuple[str, bool]:
        """What lies under a position in pixels, and whether that is a mark; nothing where nothing does."""
        projection, spot = self.solid.projection, (position.x(), position.y())
        if projection is None:
            return "", False
        both = [(mark.p, height[self._place]) for mark in self._found for height in (mark.highest, mark.lowest)]
        if both and self.marks.isVisible():
            found = nearest_point(projection.pixels(np.array(both)), spot, _REACH)
            if found is not None:
                return mark_words(self._found[found // 2], parameter, symbol, self._place), True
        if len(self.points) and self.solid.isVisible():
            found = nearest_point(projection.pixels(self.points), spot, _REACH)
            if found is not None:
                return family_words(*self._curves[found], symbol, self._place), False
        return "", False
