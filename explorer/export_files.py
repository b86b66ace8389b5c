"""A file that a person names, written once; what came of it is told, never raised."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from .doorbell import Doorbell

if TYPE_CHECKING:
    from .main_window import MainWindow
    from .notices import NoticeBar


_TURN = 0.0005
"""Seconds after which the writing thread lets the window's have the interpreter: a picture asks for it many times."""


class ExportFiles:
    """Asks where to, and writes."""

    def __init__(self, window: MainWindow, notices: NoticeBar) -> None:
        self._window = window
        self._notices = notices
        self._ends: SimpleQueue[tuple[Path, Exception | None]] = SimpleQueue()  # of what was written beside
        self._bell = Doorbell(window)
        self._bell.rung.connect(self._tell_ends)

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
        self._tell(path, _fault_of(write))

    def write_beside(self, path: Path, write: Callable[[], None]) -> None:
        """The same in a thread of its own, as a long table takes seconds; the program's end waits for it.

        `write` touches nothing that changes meanwhile.
        """
        self._notices.tell(f"Writing {path.name} …")

        def work() -> None:
            pace = sys.getswitchinterval()
            sys.setswitchinterval(_TURN)
            self._ends.put((path, _fault_of(write)))
            sys.setswitchinterval(pace)
            with suppress(RuntimeError):  # the window is gone
                self._bell.ring()

        threading.Thread(target=work, name="export").start()

    def _tell_ends(self) -> None:
        while not self._ends.empty():
            self._tell(*self._ends.get())

    def _tell(self, path: Path, fault: Exception | None) -> None:
        if fault is None:
            self._notices.tell(f"Written: {path}")
        elif isinstance(fault, (OSError, ValueError, MemoryError)):
            self._notices.tell(f"{path.name} was not written: {fault}")
        else:
            raise fault


def _fault_of(write: Callable[[], None]) -> Exception | None:
    try:
        write()
    except Exception as fault:
        return fault
    return None
