"""A file that a person names, written once; what came of it is told, never raised."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

if TYPE_CHECKING:
    from .main_window import MainWindow
    from .notices import NoticeBar


class ExportFiles:
    """Asks where to, and writes."""

    def __init__(self, window: MainWindow, notices: NoticeBar) -> None:
        self._window = window
        self._notices = notices

    def ask(self, name: str, kind: str, suffix: str) -> Path | None:
        """The path that a person chooses, with `suffix` where they give none; None where they choose none."""
        chosen, _ = QFileDialog.getSaveFileName(self._window, "Export", f"{name}{suffix}", kind)
        if not chosen:
            return None
        return Path(chosen) if Path(chosen).suffix else Path(f"{chosen}{suffix}")

    def write(self, path: Path, write: Callable[[], None]) -> None:
        """Call `write`, which writes `path`, and tell what came of it."""
        try:
            write()
        except (OSError, ValueError, MemoryError) as fault:
            self._notices.tell(f"{path.name} was not written: {fault}")
        else:
            self._notices.tell(f"Written: {path}")
