"""The playhead of a training: to play is to train, and to go back is to look at an earlier network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from . import edits, training_edits

if TYPE_CHECKING:
    from core.training_state import TrainingState

    from .cursor_link import CursorLink
    from .document import Document
    from .playback import Playback
    from .solving import Solving
    from .training import Trainer


class TrainingScrubber(QObject):
    """Moves the playhead with the training, and the training with the playhead."""

    def __init__(
        self,
        document: Document,
        trainer: Trainer,
        playback: Playback,
        cursors: CursorLink,
        solving: Solving,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document, self._trainer = document, trainer
        self._playback, self._cursors, self._solving = playback, cursors, solving
        playback.stops = trainer.line
        playback.playing_changed.connect(self._play)
        playback.held.connect(self._look)
        trainer.changed.connect(self._follow)
        trainer.renewed.connect(self._begin)
        document.experiment_changed.connect(self._tell_time)
        self._tell_time()

    def start_over(self) -> None:
        """Return to the weights from which the text begins."""
        if self._trainer.ready:
            self._trainer.move(training_edits.begin_anew(), None)

    def branch(self) -> None:
        """Let the state that is looked at be the newest: what came later is not part of it any more."""
        line = self._trainer.line
        state = line.looked_at
        if state is not None:
            edit = training_edits.set_weights(state.weights, f"Branch at iteration {state.iteration}")
            self._trainer.move(edit, line.log.branch(state))

    def _play(self, playing: bool) -> None:
        if not self._playback.learning:
            return
        if playing:
            self._trainer.go()
        elif not self._trainer.stepping:
            self._trainer.pause()

    def _look(self) -> None:
        """The playhead rests: show what the network was there."""
        line = self._trainer.line
        if not self._playback.learning or self._trainer.running:
            return
        state: TrainingState | None = line.log.nearest(self._playback.t)
        state = None if state is line.log.newest else state
        if state is not line.looked_at:
            line.looked_at = state
            self._solving.submit(preview=True)
            self._trainer.changed.emit()

    def _follow(self) -> None:
        """The training stands elsewhere, begins or rests."""
        playback, trainer = self._playback, self._trainer
        if not playback.learning:
            return
        plays = trainer.running and not trainer.stepping
        if plays and not playback.playing:
            playback.show_last(float(trainer.line.at))
            playback.set_playing(True)
        elif not plays and playback.playing:
            playback.set_playing(False)
        playback.show_last(float(trainer.line.at))

    def _begin(self) -> None:
        """Another line of training: its newest state is shown."""
        ready = self._trainer.ready
        if ready or self._playback.learning:
            experiment, system = self._document.experiment, self._document.system
            span = edits.span_of(experiment, system) if system.flows else None
            self._playback.begin(span, learning=ready)

    def _tell_time(self) -> None:
        self._cursors.rest_at(edits.span_of(self._document.experiment, self._document.system)[1])
