"""What the time series draws: one trajectory's components strongly, the others' faintly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF

from core.readings import EventMeetings, GlobalError, Trajectories

from ..canvas.colour import blend
from ..canvas.curve_strokes import CurveStrokes
from ..canvas.error_band import Band, ErrorBand
from ..canvas.event_marks import EventMarks
from ..canvas.interpolation import states_at
from ..canvas.item import CanvasItem
from ..canvas.nearest import nearest_curve
from ..canvas.points import Points
from ..canvas.segments import Segments, Stroke, StrokeGroup

if TYPE_CHECKING:
    from ..theme import Theme

_REACH = 8.0
_WEIGHT = 1.8


_TINTS = ((0.0, "text"), (0.62, "text"), (0.42, "card"), (0.9, "text"), (0.66, "card"), (0.3, "text"))
"""How far each component's colour lies from the trajectory's, and towards which of the theme's."""


def component_colour(theme: Theme, trajectory: int, place: int) -> str:
    """The trajectory's own colour for the first component that is drawn, tints of it for the others."""
    part, towards = _TINTS[place % len(_TINTS)]
    return blend(theme.colour_of(trajectory), theme.text if towards == "text" else theme.card, part)


class SeriesLayers:
    """Curves over time, the points on them at the playhead, and the marks where they failed."""

    def __init__(self, theme: Theme) -> None:
        self.others = Segments(theme, z=-10)
        self.band = ErrorBand(theme, z=-5)
        self.focus_curves = Segments(theme, z=0)
        self.named: tuple[int, ...] = ()
        """The components that may be drawn."""
        self.events = EventMarks(theme, z=15)
        self.ends = Points(theme, "cross", 3.5, z=20)
        self.now = Points(theme, "disc", 4.5, z=30)
        self.trajectories: Trajectories | None = None
        self.error: GlobalError | None = None
        """Of one of the trajectories, for the next `paint`."""
        self._theme = theme
        self._strokes: CurveStrokes | None = None
        self._focus = 0
        self._components: tuple[int, ...] = ()
        self._time: float | None = None

    def curves(self) -> tuple[CanvasItem, ...]:
        """What rarely changes: curves, and the band around those that are drawn strongly."""
        return self.others, self.band, self.focus_curves

    def points(self) -> tuple[CanvasItem, ...]:
        """All but the curves."""
        return self.events, self.ends, self.now

    def hold(self, trajectories: Trajectories | None) -> None:
        """Take over another reading, for the next `paint`."""
        self.trajectories, self.error = trajectories, None
        self._strokes = None if trajectories is None else CurveStrokes(trajectories)

    def paint(self, theme: Theme, focus: int, components: tuple[int, ...]) -> None:
        """Draw these components, with trajectory `focus` strongly."""
        self._theme, self._focus, self._components = theme, focus, components
        trajectories, strokes = self.trajectories, self._strokes
        self.band.set_bands(self._bands())
        if trajectories is None or strokes is None or not len(trajectories):
            for item in (self.others, self.focus_curves):
                item.set_segments(np.empty((0, 2)), ())
            self.ends.set_points(np.empty((0, 2)), ())
            self.events.show(None, self._meetings, theme)
            self.set_time(self._time)
            return
        size = len(trajectories.t)
        points = np.concatenate([_places(trajectories, component) for component in components] or [np.empty((0, 2))])
        faint = strokes.faint_groups(theme, focus)
        strong = [strokes.only(focus, Stroke(self._colour(focus, component), _WEIGHT)) for component in components]
        self.others.set_segments(
            points, [_shifted(group, index * size) for index in range(len(components)) for group in faint]
        )
        self.focus_curves.set_segments(points, [_shifted(group, index * size) for index, group in enumerate(strong)])
        self._mark_ends(trajectories)
        self.events.show(trajectories, self._meetings, theme)
        self.set_time(self._time)

    def shown_error(self) -> GlobalError | None:
        """The global error of the trajectory that is drawn strongly, where it is known."""
        error, trajectories = self.error, self.trajectories
        known = error is not None and trajectories is not None and error.trajectory == self._focus
        return error if known and error.is_of(trajectories) else None

    def _bands(self) -> list[Band]:
        """The curves drawn strongly, from their start on, plus and minus the error."""
        error, trajectories = self.shown_error(), self.trajectories
        if error is None or trajectories is None:
            return []
        whole = trajectories.curve(self._focus)
        t, z = trajectories.t[whole], trajectories.z[whole]
        ahead = t >= trajectories.start_time
        t, z = t[ahead], z[ahead]
        reach = error.at(t)
        return [
            Band(t, z[:, place] - reach[:, place], z[:, place] + reach[:, place], self._colour(self._focus, place))
            for place in self._components
        ]

    def set_time(self, t: float | None) -> None:
        """Put a point on every strong curve at time `t`."""
        self._time = t
        trajectories = self.trajectories
        if t is None or trajectories is None or self._focus >= len(trajectories):
            self.now.set_points(np.empty((0, 2)), ())
            return
        state = states_at(trajectories, t)[self._focus]
        self.now.set_points(
            np.array([[t, state[component]] for component in self._components]).reshape(-1, 2),
            [self._colour(self._focus, component) for component in self._components],
        )

    def curve_at(self, position: QPointF) -> int | None:
        """The trajectory under a position in pixels."""
        projection, trajectories = self.others.projection, self.trajectories
        if projection is None or trajectories is None:
            return None
        found = [
            nearest_curve(
                projection.pixels(_places(trajectories, component)),
                trajectories.offsets,
                (position.x(), position.y()),
                _REACH,
                trajectories.jumps,
            )
            for component in self._components
        ]
        hits = [hit for hit in found if hit is not None]
        return min(hits, key=lambda hit: hit[1])[0] if hits else None

    def forward_values(self) -> tuple[np.ndarray, np.ndarray]:
        """Every value drawn of the forward parts, and how long it lasts: before a blow-up points crowd together."""
        trajectories = self.trajectories
        if trajectories is None:
            return np.empty(0), np.empty(0)
        ahead = trajectories.t >= trajectories.start_time
        lasting = np.diff(trajectories.t, append=trajectories.t[-1:])[ahead]
        lasting = lasting.clip(min=0.0)  # negative where another curve begins
        values = trajectories.z[ahead][:, list(self._components)]
        return values.ravel(), np.repeat(lasting, len(self._components))

    def _colour(self, trajectory: int, component: int) -> str:
        return component_colour(self._theme, trajectory, self.named.index(component))

    def _meetings(self, event: EventMeetings) -> tuple[np.ndarray, np.ndarray]:
        """Where the trajectory in focus met an event, on every component that is drawn."""
        own = event.sample == self._focus
        places = [np.stack([event.t[own], event.z[own, component]], axis=1) for component in self._components]
        return np.concatenate([*places, np.empty((0, 2))]), np.full(sum(map(len, places)), self._focus)

    def _mark_ends(self, trajectories: Trajectories) -> None:
        places, colours = [], []
        for index in _failed(trajectories):
            part = trajectories.curve(index)
            finite = np.flatnonzero(np.isfinite(trajectories.z[part]).all(axis=1))
            last = part.start + int(finite[-1]) if finite.size else part.start
            for component in self._components:
                places.append((trajectories.t[last], trajectories.z[last, component]))
                colours.append(self._colour(index, component))
        self.ends.set_points(np.array(places, dtype=np.float64).reshape(-1, 2), colours)


def _shifted(group: StrokeGroup, by: int) -> StrokeGroup:
    return StrokeGroup(group.begin + by, group.stroke)


def _places(trajectories: Trajectories, component: int) -> np.ndarray:
    return np.stack([trajectories.t, trajectories.z[:, component]], axis=1)


def _failed(trajectories: Trajectories) -> list[int]:
    """The trajectories whose forward part ended before its time."""
    return [
        index
        for index, outcome in enumerate(trajectories.forward)
        if not outcome.success
        and outcome.name != "running"
        and trajectories.offsets[index + 1] > trajectories.offsets[index]
    ]
