"""What a bifurcation diagram draws: curves, marks, the loop of a solver that is led up and down, and roots."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from core.readings import Branch, Branches, BranchMark, FixedPoint, FixedPoints, FollowedRoots

from ..canvas.dashes import Dashes
from ..canvas.effect_arrows import PointedParameter, effect_words
from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.item import CanvasItem
from ..canvas.nearest import nearest_point
from ..canvas.plot_labels import PlotLabel, PlotLabels
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..canvas.way_arrows import WayArrows
from .bifurcation_cycles import BifurcationCycles
from .bifurcation_words import MARK_GLYPHS, mark_title
from .fixed_point_marks import fixed_point_group

if TYPE_CHECKING:
    from jaxtyping import Float
    from PySide6.QtCore import QPointF

    from ..theme import Theme

_REACH = 10.0
_JUMP = 0.15
"""A step from one value to the next that is this part of all that a way covers."""
_MOST_LABELS = 12


class BifurcationLines:
    """Draws readings over (parameter, component); what the component is, `place` says."""

    def __init__(self, theme: Theme) -> None:
        self.loop = Segments(theme, z=-10)
        self.cycles = BifurcationCycles(theme)
        self.solid, self.dashed = Segments(theme, z=0), Dashes(theme, z=0)
        self.arrows = WayArrows(theme, z=5)
        self.marks, self.words = Glyphs(theme, z=20), PlotLabels(theme, z=42)
        self.roots, self.now = Glyphs(theme, z=45), Glyphs(theme, z=46)
        self.root_words = PlotLabels(theme, z=48)
        self.pointed: PointedParameter | None = None
        self.along = False  # the parameter that is pointed at lies on the axis
        self.symbol = ""
        self._told = False
        self.branches: Branches | None = None
        self.points: FixedPoints | None = None
        self.followed: FollowedRoots | None = None
        self.place = 0
        self.parameter = ""
        self.value = math.nan
        self._curve_points = np.empty((0, 2))
        self._curves: tuple[Branch, ...] = ()
        self._begins = np.empty(0, dtype=int)

    def items(self) -> tuple[CanvasItem, ...]:
        """Everything."""
        curves = (self.loop, self.solid, self.dashed, self.arrows)
        return (*curves, *self.cycles.items(), self.marks, self.words, self.roots, self.now, self.root_words)

    def paint(self, theme: Theme) -> None:
        """Draw the diagram anew."""
        branches = self.branches
        curves = self._curves = () if branches is None else branches.branches
        places = [np.column_stack([curve.p, curve.z[:, self.place]]) for curve in curves]
        self._begins = np.cumsum([0, *(len(place) for place in places)])
        self._curve_points = np.concatenate([np.empty((0, 2)), *places])
        begin = np.arange(len(self._curve_points) - 1)
        begin = begin[~np.isin(begin, self._begins[1:-1] - 1)]
        kinds = np.concatenate([np.empty(0, dtype=int), *(curve.pieces() for curve in curves)])
        if branches is not None and branches.is_root:
            kinds[:] = 1
        colours = {1: theme.teal, 0: theme.violet}
        groups = [StrokeGroup(begin[kinds == kind], Stroke(colour, 2.2)) for kind, colour in colours.items()]
        self.solid.set_segments(self._curve_points, groups)
        self.dashed.set_families([(self._runs(begin[kinds < 0]), theme.rose)])
        self.cycles.paint(branches, self.place, theme)
        self._paint_loop(theme)
        self._paint_marks(theme)

    def paint_roots(self, theme: Theme) -> None:
        """Draw what there is at the present value."""
        points = () if self.points is None else self.points.points
        self.roots.set_groups([fixed_point_group(one, self._at(one.point[None]), theme) for one in points])
        z = np.empty((0, 1)) if self.followed is None else self.followed.z
        groups = [
            GlyphGroup("disc", self._at(z[index : index + 1]), theme.colour_of(index), 4.0, halo=True)
            for index in range(len(z))
            if self.followed is not None and self.followed.found[index]
        ]
        self.now.set_groups(groups)

        labels = [
            PlotLabel((x, y), (words,), theme.violet)
            for one, (x, y) in zip(points, self.root_places().tolist(), strict=True)
            if (words := effect_words(one, self.points, self.pointed, [(self.place, self.symbol)]))
        ]
        self.root_words.set_labels(labels, [self._curve_points])
        if bool(labels) != self._told:  # the words of the marks would lie below theirs
            self._told = bool(labels)
            self._paint_marks(theme)

    def root_places(self) -> Float[np.ndarray, "M 2"]:
        """Where the fixed points at the present value lie."""
        points = () if self.points is None else self.points.points
        return self._at(np.array([one.point for one in points])) if points else np.empty((0, 2))

    def motion(self, step: Float[np.ndarray, "n"]) -> tuple[float, float]:
        """Where a step of the pointed parameter that moves the state by `step` leads: along the tangent, or upright."""
        across = self.pointed.change if self.along and self.pointed is not None else 0.0
        return across, float(step[self.place])

    def mark_at(self, position: QPointF) -> BranchMark | None:
        """The mark under a position in pixels."""
        projection = self.marks.projection
        marks = () if self.branches is None else self.branches.marks
        if projection is None or not self.marks.isVisible():
            return None
        pixels = projection.pixels(self._mark_places(marks))
        found = nearest_point(pixels, (position.x(), position.y()), _REACH)
        return None if found is None else marks[found]

    def root_at(self, position: QPointF) -> FixedPoint | None:
        """The fixed point under a position in pixels."""
        projection = self.roots.projection
        points = () if self.points is None else self.points.points
        if projection is None or not points or not self.roots.isVisible():
            return None
        pixels = projection.pixels(self._at(np.array([one.point for one in points])))
        found = nearest_point(pixels, (position.x(), position.y()), _REACH)
        return None if found is None else points[found]

    def curve_at(self, position: QPointF) -> tuple[Branch, int] | None:
        """The curve under a position in pixels, and the number of its nearest point."""
        projection = self.solid.projection
        if projection is None or not len(self._curve_points):
            return None
        found = nearest_point(projection.pixels(self._curve_points), (position.x(), position.y()), _REACH)
        if found is None:
            return None
        place = int(np.searchsorted(self._begins, found, side="right")) - 1
        return self._curves[place], found - int(self._begins[place])

    def height(self, low: float, high: float) -> tuple[float, float] | None:
        """The lowest and highest place of the curves between two parameter values; None without any."""
        points = np.concatenate([self._curve_points, self.cycles.points])
        inside = points[(points[:, 0] >= low) & (points[:, 0] <= high), 1]
        return (float(inside.min()), float(inside.max())) if inside.size else None

    def _at(self, z: Float[np.ndarray, "S n"]) -> Float[np.ndarray, "S 2"]:
        return np.column_stack([np.full(len(z), self.value), z[:, self.place]])

    def _runs(self, begin: np.ndarray) -> list[Float[np.ndarray, "P 2"]]:
        """The polylines that segments which follow each other make."""
        parts = np.split(begin, np.flatnonzero(np.diff(begin) != 1) + 1)
        return [self._curve_points[part[0] : part[-1] + 2] for part in parts if part.size]

    def _paint_loop(self, theme: Theme) -> None:
        loop = None if self.branches is None else self.branches.loop
        if loop is None:
            self.loop.set_segments(np.empty((0, 2)), ())
            self.arrows.set_ways(())
            return
        up, down = (with_jumps(loop.values, way[:, self.place], ahead) for way, ahead in ((loop.up, 1), (loop.down, 0)))
        strokes = (Stroke.pale(colour, 6.0, 0.34, theme) for colour in (theme.accent, theme.amber))
        begins = (np.arange(len(up) - 1), np.arange(len(down) - 1) + len(up))
        groups = [StrokeGroup(begin, stroke) for begin, stroke in zip(begins, strokes, strict=True)]
        self.loop.set_segments(np.concatenate([up, down]), groups)
        self.arrows.set_ways([(up, theme.accent, False), (down, theme.amber, True)])

    def _paint_marks(self, theme: Theme) -> None:
        marks = () if self.branches is None else self.branches.marks
        places = self._mark_places(marks)
        groups = [
            GlyphGroup(MARK_GLYPHS[mark.kind], places[index : index + 1], theme.violet, 5.0, halo=True)
            for index, mark in enumerate(marks)
        ]
        self.marks.set_groups(groups)
        kind = "" if self.branches is None else self.branches.kind
        labels = [
            PlotLabel((x, y), mark_title(mark, self.parameter, kind), theme.violet)
            for mark, (x, y) in zip(marks, places.tolist(), strict=True)
        ]
        # symmetric points that one component does not tell apart are said once
        labels = list({(label.lines, f"{label.place[1]:.6g}"): label for label in labels}.values())
        labels += self.cycles.labels(self.parameter, theme)
        self.words.set_labels(
            [] if self._told else labels[:_MOST_LABELS], [self._curve_points, *self.cycles.outlines()]
        )

    def _mark_places(self, marks: tuple[BranchMark, ...]) -> Float[np.ndarray, "M 2"]:
        return np.array([(mark.p, mark.z[self.place]) for mark in marks]).reshape(-1, 2)


def with_jumps(values: Float[np.ndarray, "k"], z: Float[np.ndarray, "k"], ahead: int) -> Float[np.ndarray, "m 2"]:
    """The way of a component over the parameter, upright where it jumps: at the value at which the solver began at its
    last answer and left it. ahead: 1 where that is the second of two values, for a way upward, else 0."""
    with np.errstate(invalid="ignore"):
        (jumps,) = (
            np.abs(np.diff(z)) > _JUMP * (np.nanmax(z, initial=-np.inf) - np.nanmin(z, initial=np.inf))
        ).nonzero()
    corners = np.column_stack([values[jumps + ahead], z[jumps + 1 - ahead]])
    return np.insert(np.column_stack([values, z]), jumps + 1, corners, axis=0)
