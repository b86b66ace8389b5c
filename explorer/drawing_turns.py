"""Who draws the newest frame, and when: one view a tick."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.readings import TrainingProgress

if TYPE_CHECKING:
    from core.frame import Frame

    from .stage import Stage
    from .view import View


class DrawingTurns:
    """Hands a frame to the views that are on, one after the other.

    Three in one go would hold the event loop for longer than a picture lasts. In a drag the main view draws every
    frame, at once, and the others take turns after it: sixty pictures a second of every plot are more than a small
    machine can paint, and the eye is on the main one. A newer frame waits until the other one has drawn, so that the
    main view never draws what grew old while another was painted. Frames of a training come seldom enough for all.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._turn = 0
        self._frame: Frame | None = None
        self._behind: list[View] = []
        self._main_was_last = False

    @property
    def waiting(self) -> bool:
        """Whether a view has yet to draw."""
        return bool(self._behind)

    @property
    def ready(self) -> bool:
        """Whether a newer frame is of use now."""
        return not self._behind or self._frame is None or _is_for_all(self._frame)

    def hand_out(self, frame: Frame) -> None:
        """A newer frame is there."""
        self._frame = frame
        self._behind = self._due(frame)

    def next(self) -> View | None:
        """Let the view whose turn it is draw; returns it, or None where none is behind."""
        if self._frame is None or not self._behind:
            return None
        view = self._behind.pop(0)
        view.draw(self._frame)
        view.frame_drawn.emit()
        self._main_was_last = view is self._stage.main
        return view

    def forget(self) -> None:
        """Another system: what was handed out is of no interest any more."""
        self._behind = []

    def follow_stage(self) -> None:
        """Other views are on: those that are off draw nothing."""
        self._behind = [view for view in self._behind if view in self._stage.on]

    def _due(self, frame: Frame) -> list[View]:
        main, *others = self._stage.on
        left = [view for view in self._behind if view is not main]
        if _is_for_all(frame) or not others:
            # a long run sends a frame with every tick: those that have waited come first, and the main one between
            first, rest = left[:1], [*left[1:], *(view for view in others if view not in left)]
            return [*first, main, *rest] if self._main_was_last else [main, *first, *rest]
        if left:  # an older frame's turn is still to come
            return [main, left[0]]
        self._turn = (self._turn + 1) % len(others)
        return [main, others[self._turn]]


def _is_for_all(frame: Frame) -> bool:
    """Whether every view is to draw it, however long that takes: it is no picture of a drag."""
    return frame.quality == "full" or frame.get(TrainingProgress) is not None
