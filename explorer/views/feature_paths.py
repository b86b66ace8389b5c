"""The ways of test points through a layer: lines, the points on them, words and columns."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from core.readings import FeaturePaths

from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.item import CanvasItem
from ..canvas.number_text import number_text
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..canvas.sheet import Sheet
from ..view import Table
from .feature_axes import FeatureAxes
from .iteration_table import in_rectangle, rows_where
from .journey import Journey
from .path_kinds import PathKinds, right_paths

if TYPE_CHECKING:
    from ..canvas.view_history import Rectangle
    from ..theme import Theme

_GRID, _STRENGTH = 0.7, 0.42
"""How far the colours of the lines and of a way lie from the card's."""
_RADIUS, _RING, _BEGIN = 3.6, 6.6, 1.7


class PathPicture:
    """places (N, T, 2): the ways in the plot; now (N, 2): the points on them."""

    def __init__(self, theme: Theme) -> None:
        self.paths: FeaturePaths | None = None
        self.kinds: PathKinds | None = None
        self.wrong: np.ndarray | None = None
        """Which of them the network gets wrong; None where it gets none wrong, or there are no classes."""
        self.places = np.empty((0, 0, 2))
        self.now = np.empty((0, 2))
        self._steps = False
        self._theme = theme
        self._grid = Segments(theme, z=-5)
        self._ways, self._begins, self._points = Segments(theme, z=0), Glyphs(theme, z=2), Glyphs(theme, z=10)
        self._sheet = Sheet(theme, self._ways, self._begins)

    def items(self) -> tuple[CanvasItem, ...]:
        """What is put on the plot."""
        return self._grid, self._sheet, self._points

    def hold(self, paths: FeaturePaths | None, *, steps: bool = False) -> None:
        """Another reading; steps: see `Journey`."""
        self.paths, self._steps = paths, steps
        self.kinds = None if paths is None else PathKinds.of(paths)
        right = None if paths is None else right_paths(paths)
        self.wrong = None if right is None or right.all() else ~right

    def paint(self, axes: FeatureAxes, theme: Theme) -> None:
        """Draw the ways, with a small mark where each begins."""
        self._theme, paths, kinds = theme, self.paths, self.kinds
        if paths is None or kinds is None:
            self.places = np.empty((0, 0, 2))
            self._ways.set_segments(np.empty((0, 2)), ())
            self._begins.set_groups(())
            return
        self.places = axes.on_plane(paths.states, paths.depth)
        count, length = self.places.shape[:2]
        joints = np.arange(count)[:, None] * length + np.arange(max(0, length - 1))
        strokes, begins = [], []
        for kind in range(len(kinds.names)):
            own = kinds.members == kind
            colour = kinds.colour(theme, kind)
            strokes.append(StrokeGroup(joints[own].ravel(), Stroke.pale(colour, 1.0, _STRENGTH, theme)))
            begins.append(GlyphGroup("disc", self.places[own, 0], colour, _BEGIN))
        self._ways.set_segments(self.places.reshape(-1, 2), strokes)
        self._begins.set_groups(begins if length else ())

    def move(self, axes: FeatureAxes, place: float, *, grid: bool = False) -> float:
        """Put the points where they are on their way, and return the depth that is; grid: and the lines."""
        paths, kinds = self.paths, self.kinds
        self._move_grid(axes, place, shown=grid and not axes.has_depth)
        if paths is None or kinds is None or not len(paths.depth):
            self.now = np.empty((0, 2))
            self._points.set_groups(())
            return math.nan
        journey = Journey(paths.depth, self._steps)
        depth = journey.time(place)
        self.now = axes.on_plane(journey.states(paths.states, place), np.full(len(paths.states), depth))
        rings = [] if self.wrong is None else [self.now[self.wrong]]
        self._points.set_groups(
            [GlyphGroup("disc", some, self._theme.rose, _RING, hollow=True) for some in rings]
            + [
                GlyphGroup(kinds.glyph(kind), self.now[kinds.members == kind], kinds.colour(self._theme, kind), _RADIUS)
                for kind in range(len(kinds.names))
            ]
        )
        return depth

    def _move_grid(self, axes: FeatureAxes, place: float, *, shown: bool) -> None:
        """Carry the lines as far as the points; over depth they would lie on each other."""
        paths = self.paths
        if paths is None or not shown or not paths.grid.size:
            self._grid.set_segments(np.empty((0, 2)), ())
            return
        lines, count, *rest = paths.grid.shape
        states = Journey(paths.depth, self._steps).states(paths.grid.reshape(lines * count, *rest), place)
        begins = (np.arange(lines)[:, None] * count + np.arange(count - 1)).ravel()
        stroke = Stroke.pale(self._theme.muted, 1.0, _GRID, self._theme)
        self._grid.set_segments(axes.on_plane(states, np.zeros(len(states))), [StrokeGroup(begins, stroke)])


def path_words(paths: FeaturePaths, path: int) -> str:
    """What one of the test points is, and what the network makes of it."""
    words = [f"test point {path + 1}"]
    if paths.labels[path] >= 0:
        words.append(f"class {int(paths.labels[path])}")
    if paths.answers.size:
        answers = ", ".join(number_text(value, 3) for value in paths.answers[path].tolist())
        words.append(f"answer {answers}")
    target = paths.targets[path] if paths.targets.size else np.empty(0)
    if np.isfinite(target).any():
        words.append(f"should be {', '.join(number_text(value, 3) for value in target.tolist())}")
    return "   ".join(words)


def path_table(paths: FeaturePaths | None, places: np.ndarray | None, seen: Rectangle) -> Table:
    """path (from 1), class, depth and every component, a row for each point; places: only of those in `seen`."""
    if paths is None:
        return Table({})
    count, length = paths.states.shape[:2]
    columns = {
        "path": np.repeat(np.arange(1, count + 1), length),
        "class": np.repeat(paths.labels, length),
        "depth": np.tile(paths.depth, count),
    }
    for place, name in enumerate(paths.components):
        columns[name] = paths.states[..., place].ravel()
    table = Table(columns)
    return table if places is None else rows_where(table, in_rectangle(*places.reshape(-1, 2).T, seen))
