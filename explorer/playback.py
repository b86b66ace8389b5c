"""The playhead: window state, moved over readings that are already there, or with a training."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from core.readings import Trajectories

SPAN_SECONDS = 15.0
"""How long the playhead takes for the whole time span at speed 1."""
ROW_SECONDS = 4.0
"""How long it takes for a row of iterations at speed 1, unless that is short."""
_ITERATION_SECONDS = 0.5
"""No iteration lasts longer."""


class Stops(Protocol):
    """Iterations of a training that one can go back to."""

    @property
    def at(self) -> int:
        """The newest."""

    def nearest(self, t: float) -> float:
        """The one closest to t."""

    def before(self, t: float) -> float:
        """The last one before t, or the first."""

    def after(self, t: float) -> float:
        """The first one behind t, or the newest."""


class Playback(QObject):
    """Knows a time, or the number of an iteration, and how it moves; asks nothing of the engine.

    t: where the playhead is; a whole number from 0 to the last iteration of any run where it is `counting`. loop:
    whether it begins again at the end.
    Time loops unless a person does not want it. Iterations are gone through once: the playhead then rests at their
    end, where the whole path shows, unless a person wants it to loop.
    Where it is `learning`, it counts the iterations of a training and goes with the newest while it plays: to play is
    to train. Back it goes to the `stops` alone.
    """

    time_changed = Signal(float)
    range_changed = Signal(float, float)
    counting_changed = Signal(bool)
    """It counts iterations from now on, or tells the time."""
    learning_changed = Signal(bool)
    """Those that it counts are iterations of a training, or no longer."""
    playing_changed = Signal(bool)
    loop_changed = Signal(bool)
    held = Signal()
    """The playhead rests at another time than before: what is frozen at t may follow."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.t = 0.0
        self.counting = self.learning = False
        self.stops: Stops | None = None
        self.playing = False
        self.speed = 1.0
        self.loop = True
        self._loops = {False: True, True: False}  # by whether it counts
        self._place = 0.0  # t before it is rounded down to a whole iteration
        self._span = (0.0, 1.0)
        self._begin = 0.0  # before the span where trajectories were followed backward
        self._known = True  # whether the span is: that of iterations is only once they are there
        self._arrived = False  # it stopped at the end by itself, not because a person paused it

    def begin(self, span: tuple[float, float] | None, *, learning: bool = False) -> None:
        """Another system: go to the start of its time span, or count iterations where that is None.

        What was not paused but had come to the end of its iterations plays again. A training begins when a person wants
        it to: what plays is held until there is another system.
        """
        counting = span is None or learning
        resumes = (self._arrived and (counting or self.counting)) or (self.learning and self._arrived)
        if learning and self.playing:
            self.set_playing(False)
            self._arrived = True
        if counting != self.counting:
            self.counting = counting
            self.loop = self._loops[counting]
            self.counting_changed.emit(counting)
            self.loop_changed.emit(self.loop)
        if learning != self.learning:
            self.learning = learning
            self.learning_changed.emit(learning)
        self._known = learning or not counting
        last = float(self.stops.at) if learning and self.stops is not None else 0.0
        self._set_range((0.0, last) if span is None or learning else span)
        if learning:
            self.go_to_end()
            return
        self.rewind()
        if resumes:
            self.set_playing(True)

    def set_span(self, span: tuple[float, float]) -> None:
        """Another time span: the playhead starts anew."""
        if not self.counting and span != self._span:
            self._set_range(span)
            self._move(span[0])

    def show_curves(self, curves: Trajectories) -> None:
        """Reach back as far as the curves do."""
        if self.counting:
            return
        earliest = min(self._span[0], float(curves.t.min())) if len(curves.t) else self._span[0]
        if earliest != self._begin:
            self._begin = earliest
            self.range_changed.emit(earliest, self._span[1])
            self._move(min(max(self._place, earliest), self._span[1]))

    def show_last(self, iteration: float) -> None:
        """Go as far as this iteration. What rests at the end, or never moved, rests at the new end: the whole path
        shows; and what follows a training stays at its end."""
        if self._known and iteration == self._span[1]:
            return
        rests = (self.learning or not self.playing) and (not self._known or self._place >= self._span[1])
        self._known = True
        self._set_range((0.0, iteration))
        self._move(iteration if rests else min(self._place, iteration))
        if not self.playing:
            self.held.emit()

    def toggle(self) -> None:
        """Play what is paused, pause what plays; at the end, begin again."""
        self.set_playing(not self.playing)

    def set_playing(self, playing: bool) -> None:
        """Move, or hold."""
        self._arrived = False
        if playing == self.playing:
            return
        if playing and self.learning:
            self._move(self._span[1])
        elif playing and self._place >= self._span[1]:
            self._move(self._span[0])
        self.playing = playing
        self.playing_changed.emit(playing)
        if not playing:
            self.held.emit()

    def set_loop(self, loop: bool) -> None:
        """Begin again at the end, or stop there."""
        if loop != self.loop:
            self.loop = self._loops[self.counting] = loop
            self.loop_changed.emit(loop)

    def set_speed(self, speed: float) -> None:
        """1 is the whole span in `SPAN_SECONDS`, or a row of iterations in `ROW_SECONDS`."""
        self.speed = speed

    def seek(self, t: float) -> None:
        """Go to a time or, rounded, to an iteration within the range; back from a training, which rests then, to the
        closest stop."""
        if self.learning:
            if self.playing:
                self.set_playing(False)
            t = t if self.stops is None else self.stops.nearest(t)
        t = round(t) if self.counting else t
        self._move(min(max(float(t), self._begin), self._span[1]))
        if not self.playing:
            self.held.emit()

    def rewind(self) -> None:
        """Go to the start of the span, where the trajectories start."""
        self.seek(self._span[0])

    def go_to_end(self) -> None:
        """Go to the end of the span."""
        self.seek(self._span[1])

    def advance(self, seconds: float) -> None:
        """Move on by `seconds` of wall time."""
        if self.learning or not (self.playing and self._known):
            return
        begin, end = self._span
        whole = min(ROW_SECONDS, _ITERATION_SECONDS * max(end, 1.0)) if self.counting else SPAN_SECONDS
        t = self._place + seconds * self.speed * (end - begin) / whole
        if t < end:
            self._move(t)
        elif self.loop and begin < end:
            self._move(begin + (t - end) % (end - begin))
        else:
            self._move(end)
            self.set_playing(False)
            self._arrived = True

    def _move(self, place: float) -> None:
        self._place = place
        self.t = float(math.floor(place)) if self.counting else place
        self.time_changed.emit(self.t)

    def _set_range(self, span: tuple[float, float]) -> None:
        self._span = span
        self._begin = span[0]
        self.range_changed.emit(*span)
