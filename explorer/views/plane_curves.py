"""What the phase plane shows of the trajectories: curves, starts, ends, and where they are at the playhead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF

from core.outcome import Outcome
from core.readings import Trajectories

from ..canvas.curve_strokes import CurveStrokes
from ..canvas.event_marks import EventMarks
from ..canvas.interpolation import states_at
from ..canvas.item import CanvasItem
from ..canvas.nearest import nearest_curve
from ..canvas.points import DraggablePoints, Points
from ..canvas.segments import Segments
from .plane_axes import PlaneAxes

if TYPE_CHECKING:
    from ..canvas.legend import Swatch
    from ..theme import Theme

_REACH = 8.0
"""Pixels from a curve at which the mouse still means it."""


@dataclass(frozen=True)
class _End:
    """Where a trajectory failed."""

    index: int
    place: tuple[float, float]
    outcome: Outcome


class PlaneCurves:
    """The trajectories' layers and their reading."""

    def __init__(self, theme: Theme) -> None:
        self.curves = Segments(theme, z=0)
        self.events = EventMarks(theme, z=15)
        self.ends = Points(theme, "cross", 4.0, z=20)
        self.starts = DraggablePoints(theme, "ring", 4.0, z=40)
        self.now = Points(theme, "disc", 6.0, z=30)
        self.trajectories: Trajectories | None = None
        self._theme = theme
        self._axes: PlaneAxes | None = None
        self._places = np.empty((0, 2))
        self._strokes: CurveStrokes | None = None
        self._ends: tuple[_End, ...] = ()
        self._time: float | None = None
        self._emphasised: frozenset[int] = frozenset()

    def points(self) -> tuple[CanvasItem, ...]:
        """All but the curves."""
        return self.events, self.ends, self.starts, self.now

    def show(self, trajectories: Trajectories | None, axes: PlaneAxes) -> None:
        """Show a reading (None: nothing) on these axes."""
        self.trajectories, self._axes = trajectories, axes
        self._places = np.empty((0, 2)) if trajectories is None else axes.curve_places(trajectories)
        self._strokes = None if trajectories is None else CurveStrokes(trajectories)
        self._ends = () if trajectories is None else _ends(trajectories, self._places)
        self._paint_curves()
        self._place_points()
        self.set_time(self._time)

    def set_time(self, t: float | None) -> None:
        """Put a point on every curve where it is at time `t`."""
        self._time = t
        if t is None or self.trajectories is None or self._axes is None:
            self.now.set_points(np.empty((0, 2)), ())
            return
        places = self._axes.places(states_at(self.trajectories, t), t)
        self.now.set_points(places, self._colours(range(len(places))))

    def emphasise(self, *indices: int | None) -> None:
        """Stroke these trajectories stronger, on top of the others."""
        self._emphasised = frozenset(index for index in indices if index is not None)
        self._paint_curves()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour strokes and points."""
        self._theme = theme
        self._paint_curves()
        self._place_points()
        self.set_time(self._time)

    def legend(self) -> tuple[tuple[str, Swatch, str], ...]:
        """(name, mark, colour) of the events that were met."""
        return self.events.legend(self._theme)

    def curve_at(self, position: QPointF) -> int | None:
        """The trajectory under a position in pixels."""
        projection = self.curves.projection
        if projection is None or self.trajectories is None or not self.curves.isVisible():
            return None
        pixels = projection.pixels(self._places)
        curves = self.trajectories
        found = nearest_curve(pixels, curves.offsets, (position.x(), position.y()), _REACH, curves.jumps)
        return None if found is None else found[0]

    def failure_at(self, position: QPointF) -> tuple[int, Outcome] | None:
        """The trajectory that failed under a position in pixels, and why."""
        found = self.ends.index_at(position)
        return None if found is None else (self._ends[found].index, self._ends[found].outcome)

    def _paint_curves(self) -> None:
        groups = self._strokes.groups(self._theme, self._emphasised) if self._strokes else ()
        self.curves.set_segments(self._places, groups)

    def _place_points(self) -> None:
        trajectories, axes = self.trajectories, self._axes
        starts = np.empty((0, 2))
        if trajectories is not None and axes is not None:
            starts = axes.places(trajectories.starts, trajectories.start_time)
        self.starts.set_points(starts, self._colours(range(len(starts))))
        if axes is not None:
            self.events.show(trajectories, lambda event: (axes.places(event.z, event.t), event.sample), self._theme)
        places = np.array([end.place for end in self._ends]).reshape(-1, 2)
        self.ends.set_points(places, self._colours([end.index for end in self._ends]))

    def _colours(self, indices: list[int] | range) -> list[str]:
        return [self._theme.colour_of(index) for index in indices]


def _ends(trajectories: Trajectories, places: np.ndarray) -> tuple[_End, ...]:
    """The last finite place of every direction that failed."""
    found = []
    for index in range(len(trajectories)):
        part = trajectories.curve(index)
        finite = np.flatnonzero(np.isfinite(places[part]).all(axis=1)) + part.start
        if not finite.size:
            continue
        for outcomes, end in ((trajectories.forward, finite[-1]), (trajectories.backward, finite[0])):
            if index < len(outcomes) and not outcomes[index].success and outcomes[index].name != "running":
                found.append(_End(index, tuple(places[end].tolist()), outcomes[index]))
    return tuple(found)
