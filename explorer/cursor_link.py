"""One playhead, shown in every view that is on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from .playback import Playback
    from .stage import Stage
    from .view import View


class CursorLink(QObject):
    """Moves the cursor in every view; while it plays, in the main one at once and in the others by turns."""

    def __init__(self, playback: Playback, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self._playback = playback
        self._stage = stage
        self._turn = 0
        self._shown: dict[View, float] = {}
        for view in stage.views:
            view.cursor_moved.connect(playback.seek)
        stage.changed.connect(self._set_all)
        playback.time_changed.connect(self._set)
        playback.held.connect(self._set_all)

    def _set(self, t: float) -> None:
        main, *others = self._stage.on
        if not self._playback.playing or not others:
            self._set_all()
            return
        self._show(main, t)
        self._turn = (self._turn + 1) % (2 * len(others))
        if self._turn % 2 == 0:
            self._show(others[self._turn // 2], t)

    def _show(self, view: View, t: float) -> None:
        if self._shown.get(view) != t:  # an iteration lasts many ticks
            self._shown[view] = t
            view.set_cursor(t)

    def _set_all(self) -> None:
        for view in self._stage.on:
            self._shown[view] = self._playback.t
            view.set_cursor(self._playback.t)
