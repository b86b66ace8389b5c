"""The trajectories of the view in space."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF

from core.readings import Trajectories

from ..canvas.camera import Camera
from ..canvas.cuboid import Cuboid
from ..canvas.depth_segments import DepthSegments
from ..canvas.lines import polyline_begins
from ..canvas.nearest import Spot, nearest_spot
from ..canvas.segments import Stroke
from .space_axes import SpaceAxes

if TYPE_CHECKING:
    from ..theme import Theme

_REACH = 8.0
"""Pixels from a curve at which the mouse still means it."""
_BACKWARD, _FORWARD, _EMPHASISED = (1.0, 0.5), (1.8, 1.0), (3.2, 1.0)
_BESIDE = 0.55
"""How strong the others are while one is emphasised."""


class SpaceCurves:
    """The curves and their reading, on axes, in a box."""

    def __init__(self, theme: Theme) -> None:
        self.item = DepthSegments(theme, z=0)
        self.trajectories: Trajectories | None = None
        self.places = np.empty((0, 3))
        self._theme = theme
        self._cuboid = Cuboid()
        self._emphasised: frozenset[int] = frozenset()

    def show(self, trajectories: Trajectories | None, axes: SpaceAxes) -> None:
        """Show a reading on these axes; `settle` draws it."""
        self.trajectories = trajectories
        self.places = np.empty((0, 3)) if trajectories is None else axes.places(trajectories.z, trajectories.t)

    def settle(self, cuboid: Cuboid) -> None:
        """Draw what is there in this box."""
        self._cuboid = cuboid
        self._paint()

    def look(self, camera: Camera) -> None:
        """Look from elsewhere."""
        self.item.look(camera, self._cuboid)

    def emphasise(self, *indices: int | None) -> None:
        """Stroke these trajectories stronger than the others."""
        emphasised = frozenset(index for index in indices if index is not None)
        if emphasised != self._emphasised:
            self._emphasised = emphasised
            self._paint()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour the strokes."""
        self._theme = theme
        self._paint()

    def forward(self) -> tuple[np.ndarray, np.ndarray]:
        """The points of the forward parts, and how long each lasts."""
        trajectories = self.trajectories
        if trajectories is None or not len(trajectories.t):
            return np.empty((0, 3)), np.empty(0)
        ahead = trajectories.t >= trajectories.start_time
        lasting = np.diff(trajectories.t, append=trajectories.t[-1:])[ahead]
        return self.places[ahead], lasting.clip(min=0.0)  # negative where another curve begins

    def spot_at(self, position: QPointF) -> Spot | None:
        """The place of a curve under a position in pixels; of several the nearest to the viewer."""
        projection = self.item.projection
        if projection is None or self.trajectories is None or not self.item.isVisible():
            return None
        points, depth = self.item.seen()
        place = position.x(), position.y()
        curves = self.trajectories
        return nearest_spot(projection.pixels(points), curves.offsets, place, _REACH, depth, curves.jumps)

    def state_at(self, spot: Spot) -> tuple[np.ndarray, float]:
        """The state and the time at a place of a curve."""
        curves, after = self.trajectories, slice(spot.begin, spot.begin + 2)
        if curves is None:
            raise ValueError("there are no trajectories")
        weights = np.array([1.0 - spot.part, spot.part])
        return weights @ curves.z[after], float(weights @ curves.t[after])

    def _paint(self) -> None:
        trajectories = self.trajectories
        if trajectories is None:
            self.item.set_scene(np.empty((0, 3)), np.empty(0, np.int64), np.empty(0, np.int64), ())
            return
        begin = polyline_begins(trajectories.offsets, trajectories.jumps)
        curve = np.searchsorted(trajectories.offsets, begin, side="right") - 1
        hues = len(self._theme.series)
        kind = (trajectories.t[begin] >= trajectories.start_time).astype(np.int64)
        if self._emphasised:
            kind[np.isin(curve, list(self._emphasised))] = 2
        beside = _BESIDE if self._emphasised else 1.0
        kinds = (_BACKWARD, beside), (_FORWARD, beside), (_EMPHASISED, 1.0)
        strokes = [
            Stroke(colour, weight, opacity * strength)
            for (weight, opacity), strength in kinds
            for colour in self._theme.series
        ]
        self.item.set_scene(self._cuboid.inside(self.places), begin, kind * hues + curve % hues, strokes)
