"""One playhead, shown in every view that is on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.readings import TrainingProgress

if TYPE_CHECKING:
    from .playback import Playback
    from .stage import Stage
    from .view import View


class CursorLink(QObject):
    """Moves the cursor in every view; while it plays, in the main one at once and in the others by turns.

    Where the playhead counts the iterations of a training, it is the cursor of the views that draw a training's
    progress. The others tell the time: theirs rests at the end of the time span, where the network answers, until a
    person moves it in one of them.
    """

    def __init__(self, playback: Playback, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self._playback = playback
        self._stage = stage
        self._turn = 0
        self._time = 0.0
        self._shown: dict[View, float] = {}
        for view in stage.views:
            view.cursor_moved.connect(self._seek)
        stage.changed.connect(self._set_all)
        playback.time_changed.connect(self._set)
        playback.held.connect(self._set_all)

    def rest_at(self, t: float) -> None:
        """The time that views tell beside a training."""
        if t != self._time:
            self._time = t
            if self._playback.learning:
                self._set_all()

    def _seek(self, t: float) -> None:
        view = self.sender()
        if self._playback.learning and not _of_training(view):
            self.rest_at(t)
        else:
            self._playback.seek(t)

    def _set(self, t: float) -> None:
        main, *others = self._stage.on
        if not self._playback.playing or self._playback.learning or not others:  # which moves a few times a second
            self._set_all()
            return
        self._show(main, t)
        self._turn = (self._turn + 1) % (2 * len(others))
        if self._turn % 2 == 0:
            self._show(others[self._turn // 2], t)

    def _show(self, view: View, t: float) -> None:
        if self._playback.learning and not _of_training(view):
            t = self._time
        if self._shown.get(view) != t:  # an iteration lasts many ticks
            self._shown[view] = t
            view.set_cursor(t)

    def _set_all(self) -> None:
        for view in self._stage.on:
            self._shown.pop(view, None)  # it may have been drawn anew
            self._show(view, self._playback.t)


def _of_training(view: View) -> bool:
    return TrainingProgress in view.wants()
