"""Tensors from a file into the document: weights and inputs of a person's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from core.experiment_file_error import ExperimentFileError

from . import edits

if TYPE_CHECKING:
    from .document import Document
    from .main_window import MainWindow
    from .notices import NoticeBar


class Storing(QObject):
    """Asks which file; one undo step per file, and a sentence that says how the text names what is stored."""

    def __init__(self, window: MainWindow, document: Document, notices: NoticeBar) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._notices = notices

    def ask(self) -> None:
        """Let a person choose a file of tensors and store them."""
        from core.tensor_file import SUFFIXES  # noqa: PLC0415 - numpy's readers, which no start should wait for

        kinds = f"Tensors ({' '.join(f'*{suffix}' for suffix in SUFFIXES)});;All files (*)"
        path, _ = QFileDialog.getOpenFileName(self._window, "Store tensors", "", kinds)
        if path:
            self.store(Path(path))

    def store(self, path: Path) -> None:
        """Keep the tensors of a file in the document."""
        from core.tensor_file import read_tensors, with_tensors  # noqa: PLC0415 - as above

        try:
            added = read_tensors(path)
            together = with_tensors(self._document.experiment.tensors, added)
        except ExperimentFileError as fault:
            self._notices.tell(f"{path.name} was not stored: {fault}")
            return
        if not self._document.edit(edits.store_tensors(together, tuple(added))):
            return
        self._document.set_text(self._document.draft)
        described = ", ".join(f"{name} ({_shape(tensor.shape)})" for name, tensor in added.items())
        first = next(iter(added), "")
        self._notices.tell(
            f'Stored: {described}. In the text: W = data "{first}", or with "as batch" a row per sample.'
        )


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) or "one number"
