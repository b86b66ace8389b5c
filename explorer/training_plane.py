"""The plane in which the loss about a training is looked at: of the states it kept, and anew now and then."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.plane_directions import principal_plane
from core.readings import LossSlice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.frame import Frame
    from core.stored_tensor import StoredTensor
    from core.weight_plane import WeightPlane

    from .solving import Solving
    from .stage import Stage
    from .training import Trainer

_PAUSE, _TIMES = 4.0, 5.0
"""Seconds from one picture of the loss to the next while it learns, or so many times what the last one took."""


class TrainingPlane(QObject):
    """Lays the plane through the states of the log when the engine is asked, and asks again while it learns: the engine
    looks at a plane at the begin of a request, and not again before its end."""

    def __init__(self, trainer: Trainer, solving: Solving, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self._trainer, self._solving, self._stage = trainer, solving, stage
        self._path: list[tuple[int, Mapping[str, StoredTensor]]] = []
        self._plane: WeightPlane | None = None
        self._due = 0.0
        solving.asking.plane = self.lay
        solving.frame_taken.connect(self._follow)

    def lay(self) -> WeightPlane | None:
        """The plane of the states there are; None of too few."""
        path = [(state.iteration, state.weights) for state in self._trainer.line.log.states]
        if path != self._path:
            self._path = path
            self._plane = principal_plane([one for one, _ in path], [weights for _, weights in path])
        return self._plane

    def _follow(self, frame: Frame) -> None:
        """Right after a state came, so that a new request loses nothing of what was learnt."""
        if not (self._trainer.running and self._solving.is_newest(frame)):
            return
        now = monotonic()
        if LossSlice in frame.readings:
            self._due = now + max(_PAUSE, _TIMES * frame.seconds)
        elif now > self._due and LossSlice in self._stage.wants():
            self._due = now + _PAUSE
            self._solving.submit()
