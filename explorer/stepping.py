"""Single steps: the playhead goes where the solver went."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from core.readings import Trajectories

    from .interaction import Interaction
    from .playback import Playback, Stops


class Stepping(QObject):
    """Holds the playhead at one iteration after the other, or at the ends of the accepted steps of the trajectory
    that is looked at. Of a training it goes from stop to stop, and asks for an iteration more behind the last."""

    iteration_asked = Signal()

    def __init__(self, playback: Playback, interaction: Interaction, parent: QObject) -> None:
        super().__init__(parent)
        self._playback = playback
        self._interaction = interaction

    def forward(self) -> None:
        """To the next iteration, or the end of the next step."""
        self._step(1)

    def back(self) -> None:
        """To the iteration, or the end of the step, before."""
        self._step(-1)

    def _step(self, direction: int) -> None:
        if self._playback.learning and self._playback.stops is not None:
            self._step_through(self._playback.stops, direction)
            return
        self._playback.set_playing(False)
        if self._playback.counting:
            self._playback.seek(self._playback.t + direction)
            return
        curves, index = self._interaction.trajectories, self._interaction.index
        if curves is not None and index < len(curves):
            t = step_end_beyond(curves, index, self._playback.t, direction)
            if t is not None:
                self._playback.seek(t)

    def _step_through(self, stops: Stops, direction: int) -> None:
        t = self._playback.t
        if direction > 0 and (self._playback.playing or t >= stops.at):
            self.iteration_asked.emit()
        else:
            self._playback.seek(stops.after(t) if direction > 0 else stops.before(t))


def step_end_beyond(curves: Trajectories, index: int, t: float, direction: int) -> float | None:
    """The end of the accepted step of curve `index` that comes next after t, or before it where direction is -1."""
    curve = curves.curve(index)
    ends = curves.t[curve][curves.step_end[curve]]
    slack = 1e-9 * float(np.ptp(ends)) if len(ends) else 0.0  # t may have been rounded on its way here
    beyond = ends[ends > t + slack] if direction > 0 else ends[ends < t - slack]
    if not len(beyond):
        return None
    return float(beyond.min() if direction > 0 else beyond.max())
