"""The playhead: window state, moved over readings that are already there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from core.readings import Trajectories

SPAN_SECONDS = 15.0
"""How long the playhead takes for the whole span at speed 1."""


class Playback(QObject):
    """Knows a time and how it moves; asks nothing of the engine."""

    time_changed = Signal(float)
    range_changed = Signal(float, float)
    playing_changed = Signal(bool)
    loop_changed = Signal(bool)
    held = Signal()
    """The playhead rests at another time than before: what is frozen at t may follow."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.speed = 1.0
        self._loop = True
        self._playing = False
        self._t = 0.0
        self._span = (0.0, 1.0)
        self._begin = 0.0  # before the span where trajectories were followed backward

    @property
    def t(self) -> float:
        """Where the playhead is."""
        return self._t

    @property
    def playing(self) -> bool:
        """Whether it moves."""
        return self._playing

    @property
    def loop(self) -> bool:
        """Whether it begins again at the end."""
        return self._loop

    def set_span(self, span: tuple[float, float]) -> None:
        """Another time span: the playhead starts anew."""
        if span != self._span:
            self._span = span
            self._begin = span[0]
            self.range_changed.emit(*span)
            self._move(span[0])

    def show_curves(self, curves: Trajectories) -> None:
        """Reach back as far as the curves do."""
        earliest = min(self._span[0], float(curves.t.min())) if len(curves.t) else self._span[0]
        if earliest != self._begin:
            self._begin = earliest
            self.range_changed.emit(earliest, self._span[1])
            self._move(min(max(self._t, earliest), self._span[1]))

    def toggle(self) -> None:
        """Play what is paused, pause what plays; at the end, begin again."""
        self.set_playing(not self._playing)

    def set_playing(self, playing: bool) -> None:
        """Move, or hold."""
        if playing == self._playing:
            return
        if playing and self._t >= self._span[1]:
            self._move(self._span[0])
        self._playing = playing
        self.playing_changed.emit(playing)
        if not playing:
            self.held.emit()

    def set_loop(self, loop: bool) -> None:
        """Begin again at the end, or stop there."""
        if loop != self._loop:
            self._loop = loop
            self.loop_changed.emit(loop)

    def set_speed(self, speed: float) -> None:
        """1 is the whole span in `SPAN_SECONDS`."""
        self.speed = speed

    def seek(self, t: float) -> None:
        """Go to a time within the range."""
        self._move(min(max(t, self._begin), self._span[1]))
        if not self._playing:
            self.held.emit()

    def rewind(self) -> None:
        """Go to the start of the span, where the trajectories start."""
        self.seek(self._span[0])

    def go_to_end(self) -> None:
        """Go to the end of the span."""
        self.seek(self._span[1])

    def advance(self, seconds: float) -> None:
        """Move on by `seconds` of wall time."""
        if not self._playing:
            return
        begin, end = self._span
        t = self._t + seconds * self.speed * (end - begin) / SPAN_SECONDS
        if t < end:
            self._move(t)
        elif self._loop:
            self._move(begin + (t - end) % (end - begin))
        else:
            self._move(end)
            self.set_playing(False)

    def _move(self, t: float) -> None:
        self._t = t
        self.time_changed.emit(t)
