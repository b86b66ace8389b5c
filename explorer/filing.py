"""Experiment files: new, open, save, recent, dropped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox

from core import archive, codec
from core.experiment import Experiment
from core.experiment_file_error import ExperimentFileError
from core.language import FormulaError
from core.window_notes import WindowNotes

from .export.carried import CARRIERS, experiment_text
from .modes import mode_of

if TYPE_CHECKING:
    from .document import Document
    from .main_window import MainWindow
    from .notices import NoticeBar
    from .window_state import WindowState

_KIND = f"Experiments (*{codec.SUFFIX} *{archive.SUFFIX})"
_FILTER = f"{_KIND};;All files (*)"
_READABLE = f"{_KIND};;Pictures of experiments (*.png *.svg);;All files (*)"


class Filing(QObject):
    """Connects the document with the disk; whatever fails is told in a notice, and changes nothing."""

    opened = Signal(object)
    """WindowNotes of the experiment that is now in the document."""
    saved = Signal()
    leaving = Signal()
    """What is in the document may be about to go: what is under way should be in it now."""

    def __init__(
        self,
        window: MainWindow,
        document: Document,
        state: WindowState,
        notices: NoticeBar,
        notes: Callable[[], WindowNotes],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._state = state
        self._notices = notices
        self._notes = notes

    def new(self) -> None:
        """Start with a small system of the kind that is there."""
        if self.may_leave():
            self.replace(mode_of(self._document.system).new, WindowNotes(), None)

    def open(self) -> None:
        """Ask for a file and open it."""
        path, _ = QFileDialog.getOpenFileName(
            self._window, "Open an experiment", self._state.preferences.folder, _READABLE
        )
        if path:
            self.open_path(Path(path))

    def open_path(self, path: Path) -> None:
        """Open an experiment's file or picture; a person is asked before changes are lost."""
        if not self.may_leave():
            return
        found = self.read(path)
        if found is None:
            return
        own = None if _is_picture(path) else path  # saving must not write over a picture
        if self.replace(*found, own):
            self._state.remember_file(path)

    def save(self) -> bool:
        """Save where it was saved before, else ask; True where it is on the disk now."""
        path = self._document.path
        return self.save_as() if path is None else self._write(path)

    def save_as(self) -> bool:
        """Ask for a name and save; True where it is on the disk now."""
        folder, suffix = Path(self._state.preferences.folder), codec.suffix_for(self._document.experiment)
        name = "".join(letter if letter.isalnum() else "-" for letter in self._document.title.lower()).strip("-")
        path, _ = QFileDialog.getSaveFileName(
            self._window, "Save the experiment", str(self._document.path or folder / f"{name}{suffix}"), _FILTER
        )
        if not path:
            return False
        return self._write(Path(path) if Path(path).suffix else Path(f"{path}{suffix}"))

    def may_leave(self) -> bool:
        """Whether what is in the document may go: it is saved, or a person says so."""
        self.leaving.emit()
        if self._document.undo_stack.isClean():
            return True
        button = QMessageBox.StandardButton
        answer = QMessageBox.question(
            self._window,
            "Unsaved changes",
            f"“{self._document.title}” has changes that are in no file. Save them?",
            button.Save | button.Discard | button.Cancel,
            button.Save,
        )
        return self.save() if answer == button.Save else answer == button.Discard

    def fill_recent(self, menu: QMenu) -> None:
        """List the recent files in a menu."""
        menu.clear()
        for path in self._state.preferences.recent:
            action = menu.addAction(path.replace("&", "&&"))
            action.setData(path)
            action.triggered.connect(self._open_recent)
        menu.setEnabled(not menu.isEmpty())

    def _open_recent(self) -> None:
        self.open_path(Path(self.sender().data()))

    def read(self, path: Path) -> tuple[Experiment, WindowNotes] | None:
        """What a file or a picture holds; None, and a notice, where it is no experiment."""
        try:
            if not _is_picture(path):
                return codec.load(path)
            experiment, notes = codec.decode(experiment_text(path))
            return codec.with_modules_in(experiment, path.parent), notes
        except (ExperimentFileError, OSError) as fault:
            self._notices.tell(f"{path.name} was not opened: {fault}")
            return None

    def replace(self, experiment: Experiment, notes: WindowNotes, path: Path | None) -> bool:
        """Put another experiment into the document; False, and a notice, where its equations cannot be read, or its
        starts are not theirs."""
        try:
            self._document.replace(experiment, path)
        except FormulaError as fault:
            self._notices.tell(f"The equations of this file cannot be read: {fault}")
            return False
        except ValueError as fault:
            self._notices.tell(f"The starts of this file do not fit its equations: {fault}")
            return False
        self.opened.emit(notes)
        return True

    def _write(self, path: Path) -> bool:
        if path.suffix == codec.SUFFIX:  # a text holds no tensors
            path = path.with_suffix(codec.suffix_for(self._document.experiment))
        try:
            codec.save(path, self._document.experiment, self._notes())
        except OSError as fault:
            self._notices.tell(f"{path.name} was not saved: {fault.strerror or fault}. Choose another place.")
            return False
        except ExperimentFileError as fault:
            self._notices.tell(f"{path.name} was not saved: {fault}.")
            return False
        self._document.set_path(path)
        self._state.remember_file(path)
        self.saved.emit()
        if self._document.error is not None:
            self._notices.tell("The text has an error, so its last valid version was saved.")
        return True


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in CARRIERS
