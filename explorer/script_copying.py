"""What the window computes, as source on the clipboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from core.scripting import python_script, torch_function, trains_in_script

if TYPE_CHECKING:
    from .document import Document
    from .notices import NoticeBar


_COMPUTES = "The script is on the clipboard: it computes what you see, and prints where it ends"
_TRAINS = "The script is on the clipboard: it trains the network anew, and prints its test losses"


class ScriptCopying(QObject):
    """Writes the source of the document in force, and says what it does; what cannot be written is told."""

    def __init__(self, document: Document, notices: NoticeBar, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._notices = notices

    def copy_python(self) -> None:
        """A script that computes the same numbers with the public names of the engine."""
        document = self._document
        trains = trains_in_script(document.experiment, document.system)
        self._copy(lambda: python_script(document.experiment, document.system), _TRAINS if trains else _COMPUTES)

    def copy_torch(self) -> None:
        """The system alone as a torch function."""
        document = self._document
        system = replace(document.system, title=document.title)
        self._copy(
            lambda: torch_function(system, document.experiment.values),
            "The torch function is on the clipboard: the system alone, which needs torch and nothing else",
        )

    def _copy(self, write: Callable[[], str], sentence: str) -> None:
        try:
            text = write()
        except (ValueError, TypeError) as fault:
            self._notices.tell(f"Nothing was copied: {fault}.")
            return
        QGuiApplication.clipboard().setText(text)
        what = ", of the last text without an error" if self._document.error is not None else ""
        self._notices.tell(f"{sentence}{what}.")
