"""Where a training stands, to a file and back: every torch program can read its weights."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from core.experiment_file_error import ExperimentFileError

from . import training_edits
from .training_log import TrainingLog

if TYPE_CHECKING:
    from core.language import System
    from core.training_state import TrainingState

    from .document import Document
    from .main_window import MainWindow
    from .notices import NoticeBar
    from .training import Trainer
    from .window_state import WindowState

_SUFFIX = ".safetensors"
_FILTER = f"Checkpoints (*{_SUFFIX});;All files (*)"


class Checkpoints(QObject):
    """Asks which file; whatever fails is told in a notice, and changes nothing."""

    def __init__(
        self, window: MainWindow, document: Document, trainer: Trainer, notices: NoticeBar, state: WindowState
    ) -> None:
        super().__init__(window)
        self._window, self._document, self._trainer = window, document, trainer
        self._notices, self._state = notices, state

    def ask_where(self) -> None:
        """Let a person choose a name, and write what is looked at, else the newest state."""
        line = self._trainer.line
        state = line.looked_at or line.log.newest
        if state is None:
            return
        title = "".join(letter if letter.isalnum() else "-" for letter in self._document.title.lower()).strip("-")
        name = Path(self._state.preferences.folder) / f"{title}-{state.iteration}{_SUFFIX}"
        path, _ = QFileDialog.getSaveFileName(self._window, "Save a checkpoint", str(name), _FILTER)
        if path:
            self.save(Path(path) if Path(path).suffix else Path(f"{path}{_SUFFIX}"), line.log.whole(state))

    def ask_which(self) -> None:
        """Let a person choose a checkpoint, and resume from it."""
        folder = self._state.preferences.folder
        path, _ = QFileDialog.getOpenFileName(self._window, "Resume from a checkpoint", folder, _FILTER)
        if path:
            self.resume(Path(path))

    def save(self, path: Path, state: TrainingState) -> None:
        """Write a state."""
        from core.training_file import save_checkpoint  # noqa: PLC0415 - numpy and safetensors: no start waits for them

        try:
            save_checkpoint(path, state)
        except OSError as fault:
            self._notices.tell(f"{path.name} was not saved: {fault.strerror or fault}. Choose another place.")
        else:
            self._notices.tell(f"Iteration {state.iteration} is in {path.name}; its weights open in any torch program.")

    def resume(self, path: Path) -> None:
        """Stand where a file says, ready to go on; its weights become the document's."""
        from core.training_file import load_checkpoint  # noqa: PLC0415 - as above

        try:
            state = load_checkpoint(path)
        except ExperimentFileError as fault:
            self._notices.tell(f"{fault}".rstrip(".") + ".")
            return
        newest = self._trainer.line.log.newest
        known = state.layout if newest is None else newest.layout
        objection = _misfit(state, self._document.system)
        if not objection and state.layout != known:
            objection = "its weights have the same shapes, and other formulas, data or loss"
        if objection:
            self._notices.tell(f"{path.name} is of another network: {objection}.")
            return
        edit = training_edits.set_weights(state.weights, f"Resume from {path.name}")
        self._trainer.move(edit, TrainingLog((state,)))
        self._notices.tell(f"Resumed at iteration {state.iteration}; Play goes on from there.")


def _misfit(state: TrainingState, system: System) -> str:
    """Why the weights are not those that the text learns; empty where they are."""
    wanted = {item.name: item.shape for item in system.data if item.learnt}
    found = {name: tensor.shape for name, tensor in state.weights.items()}
    for name in (*wanted, *found):
        if name not in found:
            return f"it has no {name}"
        if name not in wanted and system.is_learnt(name):
            continue  # of a Python file, whose shapes the layout tells
        if name not in wanted:
            return f"the text learns no {name}"
        if wanted[name] != found[name]:
            return f"its {name} has the shape {_shape(found[name])}, and the text's has {_shape(wanted[name])}"
    return ""


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) or "of one number"
