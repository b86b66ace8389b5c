"""A file that a person names, written once; what came of it is told, never raised."""

from __future__ import annotations

import re
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
        """The path that a person chooses; None where they choose none.

        kind: what the dialog filters by, such as "Tables (*.csv);;Numpy archives (*.npz)". Where they give no suffix it
        is that of the kind they chose, else `suffix`.
        """
        chosen, filtered = QFileDialog.getSaveFileName(self._window, "Export", f"{name}{suffix}", kind)
        if not chosen:
            return None
        ending = re.search(r"\*(\.\w+)", filtered)
        return Path(chosen) if Path(chosen).suffix else Path(f"{chosen}{ending.group(1) if ending else suffix}")

    def write(self, path: Path, write: Callable[[], None]) -> None:
        """Call `write`, which writes `path`, and tell what came of it."""
        try:
            write()
        except (OSError, ValueError, MemoryError) as fault:
            self._notices.tell(f"{path.name} was not written: {fault}")
        else:
            self._notices.tell(f"Written: {path}")
