"""From the document to the engine and back: requests with generation numbers, frames to the views."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from core.readings import Iterations, Trajectories
from core.request import Request

if TYPE_CHECKING:
    from core.frame import Frame

    from .document import Document
    from .engine_client import EngineClient
    from .frame_clock import FrameClock
    from .stage import Stage
    from .view import View

_SETTLE = 150
"""Milliseconds without a change after which a preview is computed in full quality, even while the button is down."""
_LOOK_AROUND = 40
"""Milliseconds between requests while a person pans or zooms."""


class Solving(QObject):
    """Asks for what the visible views want, and hands them the newest frame."""

    frame_taken = Signal(object)

    def __init__(
        self,
        document: Document,
        client: EngineClient,
        clock: FrameClock,
        stage: Stage,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._client = client
        self._clock = clock
        self._stage = stage
        self._generation = 0
        self._first_of_system = 1
        self._drawn = 0
        self._turn = 0
        self._frame: Frame | None = None
        self._behind: list[View] = []
        self._main_was_last = False
        self._time: float | None = None
        self._settle = self._timer(_SETTLE)
        self._look_around = self._timer(_LOOK_AROUND)
        document.system_changed.connect(self._begin_system)
        document.experiment_changed.connect(self._follow)
        document.settled.connect(self.submit)
        client.frame_ready.connect(clock.wake)
        stage.changed.connect(self._forget_turns)
        for view in stage.views:
            view.viewport_changed.connect(self._look)

    def submit(self) -> None:
        """Compute the experiment in full quality."""
        self._send("full")

    def submit_every_step(self) -> int:
        """Compute once more, keeping every accepted step for an export; returns the request's generation."""
        self._send("full", every_step=True)
        return self._generation

    def cancel(self) -> None:
        """Stop computing; what is there stays."""
        self._settle.stop()
        self._look_around.stop()
        self._client.cancel()

    def set_time(self, t: float) -> None:
        """Freeze an explicitly time-dependent field at t."""
        if t != self._time:
            self._time = t
            if not self._document.system.autonomous:
                self._look()

    def take(self) -> View | None:
        """Draw the newest frame in one view, unless it is of another system or older than what is shown.

        Returns the view that has drawn.

        A frame of an earlier generation of this system is drawn: while a slider moves, there is always a newer
        request under way, and waiting for its answer would freeze the picture.
        """
        frame = self._client.take()
        if frame is not None and frame.generation >= max(self._drawn, self._first_of_system):
            self._drawn = frame.generation
            self._frame = frame
            self._behind = self._due(frame)
            self.frame_taken.emit(frame)
        return self._draw_next()

    def _due(self, frame: Frame) -> list[View]:
        """Who draws a frame: all views, but in a drag the main one and one of the others in turn.

        Sixty pictures a second of every plot are more than a small machine can paint, and the eye is on the main one.
        """
        main, *others = self._stage.on
        if frame.quality == "full" or not others:
            return list(self._stage.on)
        left = [view for view in self._behind if view is not main]
        if left:  # an older frame's turn is still to come
            return [left[0], main] if self._main_was_last else [main, left[0]]
        self._turn = (self._turn + 1) % len(others)
        return [main, others[self._turn]]

    def _draw_next(self) -> View | None:
        """One view a tick: three in one go would hold the event loop for longer than a picture lasts."""
        if self._frame is None or not self._behind:
            return None
        view = self._behind.pop(0)
        view.draw(self._frame)
        self._main_was_last = view is self._stage.main
        if self._behind:
            self._clock.wake()
        return view

    def is_newest(self, frame: Frame) -> bool:
        """Whether a frame answers the latest request."""
        return frame.generation == self._generation

    def _timer(self, milliseconds: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(self.submit)
        return timer

    def _begin_system(self) -> None:
        self._behind = []
        self._first_of_system = self._generation + 1
        self._time = None

    def _forget_turns(self) -> None:
        self._behind = [view for view in self._behind if view in self._stage.on]

    def _follow(self) -> None:
        if self._document.dragging:
            self._send("preview")
            self._settle.start()
        else:
            self._send("full")

    def _look(self) -> None:
        if not self._look_around.isActive():
            self._look_around.start()

    def _send(self, quality: Literal["preview", "full"], every_step: bool = False) -> None:
        self._settle.stop()
        self._look_around.stop()
        shown = [view for view in self._stage.on if view.isVisible()]
        viewports = (view.viewport() for view in shown)
        viewport = next((found for found in viewports if found is not None), None)
        if viewport is not None and self._time is not None and not self._document.system.autonomous:
            viewport = replace(viewport, time=self._time)
        self._generation += 1
        always = Trajectories if self._document.system.kind == "ode" else Iterations  # the inspector's, the playhead's
        wanted = frozenset({always}).union(*(view.wanted for view in shown))
        request = Request(self._document.experiment, wanted, viewport, quality, self._generation, every_step=every_step)
        self._client.submit(request)
