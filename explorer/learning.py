"""Networks that learn: the trainer, its playhead, its card, its files, and its commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.language import parse

from .canvas.training_card import TrainingCard
from .checkpoints import Checkpoints
from .training import Trainer
from .training_editing import TrainingEditing
from .training_plane import TrainingPlane
from .training_scrubber import TrainingScrubber

if TYPE_CHECKING:
    from .cursor_link import CursorLink
    from .document import Document
    from .edits import Edit
    from .engine_client import EngineClient
    from .main_window import MainWindow
    from .panels import Panels
    from .playback import Playback
    from .solving import Solving
    from .stage import Stage
    from .stepping import Stepping
    from .window_state import WindowState

_RESTS_FOR = ("undo", "export_csv", "export_npz", "export_ensemble", "export_map")
"""Commands before which a training pauses: they are about what is in the document."""
_KEPT_FOR = ("save", "save_as", "copy_python", "copy_torch", "export_picture", "save_window")
"""Commands before which the newest weights become the document's, while the training goes on."""


class Learning(QObject):
    """Built before the commands get their meaning: what it does before one of them has to come first."""

    def __init__(
        self,
        window: MainWindow,
        document: Document,
        panels: Panels,
        stage: Stage,
        solving: Solving,
        playback: Playback,
        stepping: Stepping,
        cursors: CursorLink,
        client: EngineClient,
        state: WindowState,
    ) -> None:
        super().__init__(window)
        self._document, self._stage = document, stage
        self.trainer = Trainer(document, solving, self)
        self.scrubber = TrainingScrubber(document, self.trainer, playback, cursors, solving, self)
        self.plane = TrainingPlane(self.trainer, solving, stage, self)
        self.editing = TrainingEditing(document, self.trainer, panels.training, window.actions_by_name, self)
        self.checkpoints = Checkpoints(window, document, self.trainer, panels.notices, state)
        self.trainer.renewed.connect(self._show_ghost)
        document.changing.connect(self._keep)
        client.state_changed.connect(self.trainer.recover)
        stepping.iteration_asked.connect(self.trainer.step)
        window.closing.connect(self.trainer.pause)
        self._connect(window, panels)

    def toggle(self) -> None:
        """Train, or pause."""
        if self.trainer.running:
            self.trainer.pause()
        else:
            self.trainer.go()

    def _connect(self, window: MainWindow, panels: Panels) -> None:
        on, panel = window.actions_by_name.on, panels.training
        for name in _RESTS_FOR:
            on(name, self.trainer.pause)
        for name in _KEPT_FOR:
            on(name, self.trainer.commit)
        for command, asked, act in (
            ("train", panel.run_asked, self.toggle),
            ("train_step", panel.step_asked, self.trainer.step),
            ("start_over", panel.start_over_asked, self.scrubber.start_over),
            ("branch", panel.branch_asked, self.scrubber.branch),
        ):
            on(command, act)
            asked.connect(act)
        on("save_checkpoint", self.checkpoints.ask_where)
        on("resume_checkpoint", self.checkpoints.ask_which)

    def _keep(self, edit: Edit) -> None:
        """Before an edit with which this line of training ends, its newest weights become the document's."""
        if not self.trainer.running:
            return
        before, system = self._document.experiment, self._document.system
        after = edit.change(before, system)
        if after.text != before.text or after.tensors != before.tensors:
            system = parse(after.text, after.tensors)
        if not self.trainer.line.goes_on(after, system):
            self.trainer.commit()

    def _show_ghost(self) -> None:
        for view in self._stage.views:
            if isinstance(view, TrainingCard):
                view.show_ghost(self.trainer.line.ghost)
