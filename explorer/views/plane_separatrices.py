"""The separatrices of the phase plane: the curves into its saddles and out of them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF

from core.readings import Separatrices, Separatrix

from ..canvas.dashes import Dashes
from ..canvas.item import CanvasItem
from ..canvas.nearest import nearest_curve
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..canvas.way_arrows import WayArrows
from ..layered import Layer
from .plane_axes import TIME
from .plane_reading import PlaneReading

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..canvas.legend import Swatch
    from ..theme import Theme

_WEIGHT, _STRENGTH = 1.4, 0.6
"""Many turns into a spiral must not hide the trajectories."""
_HEADED = 1.5
"""Heads are drawn as far along a branch as so many of its own widths: not on each turn of a spiral."""
_REACH = 6.0
"""Pixels from a branch at which the mouse still means it."""


def separatrices_layer(*, visible: bool) -> Layer:
    """The layer of a plane's separatrices."""
    help = (
        "Curves of the states that come to a saddle (dashed) or from it (whole): they divide the plane. In more than "
        "two dimensions those that are curves, seen in the plane; none where the field depends on time"
    )
    return Layer("separatrices", "Separatrices", visible, help, frozenset({Separatrices}))


class PlaneSeparatrices(PlaneReading[Separatrices]):
    """Unstable branches whole, stable ones dashed, both with heads along the flow."""

    reading = Separatrices

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.lines = Segments(theme, z=-16)
        self.dashes = Dashes(theme, z=-15, weight=_WEIGHT)
        self.heads = WayArrows(theme, z=-14)
        self._places: list[np.ndarray] = []

    def items(self) -> tuple[CanvasItem, ...]:
        """What the layer is made of."""
        return self.lines, self.dashes, self.heads

    def legend(self) -> tuple[tuple[str, Swatch, str], ...]:
        """(name, mark, colour) of both kinds, where they are shown."""
        if not self.lines.isVisible():
            return ()
        kinds = {branch.stable for branch in self._shown()}
        stable: tuple[tuple[str, Swatch, str], ...] = (("into saddles", "dash", self._theme.teal),)
        unstable: tuple[tuple[str, Swatch, str], ...] = (("out of saddles", "line", self._theme.rose),)
        return (*(unstable if False in kinds else ()), *(stable if True in kinds else ()))

    def words_at(self, position: QPointF) -> str:
        """What the branch under a position in pixels is, and where it goes; empty where there is none."""
        projection = self.lines.projection
        if projection is None or not self._places or not self.lines.isVisible():
            return ""
        pixels = projection.pixels(np.concatenate(self._places))
        offsets = np.cumsum([0, *(len(places) for places in self._places)])
        found = nearest_curve(pixels, offsets, (position.x(), position.y()), _REACH)
        return "" if found is None else self._shown()[found[0]].words

    def exported(self) -> Separatrices | None:
        """What a table of the plane holds of them."""
        return self.found if self.lines.isVisible() and self._shown() else None

    def _shown(self) -> tuple[Separatrix, ...]:
        axes = self._axes
        if self.found is None or axes is None or TIME in (axes.x, axes.y):
            return ()
        return self.found.branches

    def _paint(self) -> None:
        axes, theme, shown = self._axes, self._theme, self._shown()
        self._places = [] if axes is None else [axes.places(branch.points, branch.t) for branch in shown]
        pairs = list(zip(shown, self._places, strict=True))
        whole = [places for branch, places in pairs if not branch.stable]
        dashed = [places for branch, places in pairs if branch.stable]
        ends = np.cumsum([0, *map(len, whole)])
        begins = [np.arange(begin, end - 1) for begin, end in pairwise(ends)]
        points = np.concatenate([np.empty((0, 2)), *whole])
        stroke = Stroke.pale(theme.rose, _WEIGHT, _STRENGTH, theme)
        self.lines.set_segments(points, [StrokeGroup(np.concatenate(begins), stroke)] if begins else [])
        self.dashes.set_families([(dashed, theme.teal)] if dashed else [])
        self.heads.set_ways(
            [(_first(places), theme.teal if branch.stable else theme.rose, branch.stable) for branch, places in pairs]
        )


def _first(places: Float[np.ndarray, "m 2"]) -> Float[np.ndarray, "k 2"]:
    """As much of a branch as has heads."""
    ranges = places.max(axis=0) - places.min(axis=0)
    lengths = np.hypot(*(np.diff(places, axis=0) / np.where(ranges > 0.0, ranges, 1.0)).T)
    return places[: 2 + int(np.searchsorted(np.cumsum(lengths), _HEADED))]
