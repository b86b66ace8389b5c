"""Where events were met: one small mark for each, a shape for each event."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from core.readings import EventMeetings, Trajectories

from .glyphs import Glyph, GlyphGroup, Glyphs

if TYPE_CHECKING:
    from ..theme import Theme
    from .legend import Swatch

SHAPES: tuple[Glyph, ...] = ("diamond", "square", "triangle", "wedge")
_RADIUS = 2.6
_MOST_NAMED = 3
"""Events that the legend names; the inspector lists all."""
Places = Callable[[EventMeetings], tuple[np.ndarray, np.ndarray]]
"""Of an event: where its marks are (k, 2), and whose they are (k,)."""


class EventMarks(Glyphs):
    """Hollow marks in the colours of their trajectories."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z=z)
        self._events: tuple[EventMeetings, ...] = ()

    def show(self, trajectories: Trajectories | None, places: Places, theme: Theme) -> None:
        """Mark the events of a reading (None: nothing)."""
        self._events = () if trajectories is None else trajectories.events
        groups = []
        for number, event in enumerate(self._events):
            points, owner = places(event)
            hue = owner % len(theme.series)
            for index in np.unique(hue).tolist():
                colour = theme.colour_of(index)
                shape = SHAPES[number % len(SHAPES)]
                groups.append(GlyphGroup(shape, points[hue == index], colour, _RADIUS, hollow=True))
        self.set_groups(groups)

    def legend(self, theme: Theme) -> tuple[tuple[str, Swatch, str], ...]:
        """(name, mark, colour) of the first events that were met."""
        if not self.isVisible():
            return ()
        met = [(number, event) for number, event in enumerate(self._events) if len(event.t)]
        return tuple(
            (f"event {number + 1}: {event.text}", SHAPES[number % len(SHAPES)], theme.text)  # type: ignore[misc]
            for number, event in met[:_MOST_NAMED]
        )
