"""The program with a window: shell first, everything else behind it."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from . import style
from .appearance import Appearance
from .engine_client import EngineClient
from .error_report import ErrorReport
from .focus_keys import FocusKeys
from .main_window import MainWindow
from .status_bar import StatusBar
from .window_state import WindowState

if TYPE_CHECKING:
    from .conductor import Conductor

_FIRST = "van_der_pol"


class Program(QObject):
    """One window and its engine. Used as it is by `run`, and by tests without an event loop of its own."""

    def __init__(self, application: QApplication, state: WindowState, *, inline: bool = False) -> None:
        super().__init__()
        self.client = EngineClient(inline=inline, parent=self)
        self.client.start()
        self._state = state
        self._conductor: Conductor | None = None
        self.report = ErrorReport(state.folder, self)
        self.appearance = Appearance(application, state.preferences.theme)
        self.appearance.setParent(self)
        self._focus_keys = FocusKeys(application, self)
        self.window = MainWindow()
        self._status = StatusBar(self.appearance.theme)
        self.window.place_status(self._status)
        geometry = state.geometry()
        if geometry is not None:
            self.window.restoreGeometry(geometry)
        self.client.state_changed.connect(self._status.show_engine)

    def furnish(self, file: Path | None = None) -> Conductor:
        """Fill the window that is on the screen: panels, plots, and the first picture."""
        # the conductor brings numpy, the parser and the plots: half a second that the shell does not wait for
        from core.presets import load_preset  # noqa: PLC0415

        from .conductor import Conductor  # noqa: PLC0415

        experiment, notes = load_preset(_FIRST)
        conductor = Conductor(
            self.window, self._status, self.client, self.appearance, self._state, self.report, experiment
        )
        conductor.begin(notes)
        if file is not None:
            conductor.filing.open_path(file)
        self._conductor = conductor
        return conductor

    def end(self) -> None:
        """End the engine and leave nothing behind: no process, no handler, no window."""
        if self._conductor is not None:
            self._conductor.end()
        self.client.close()
        self.report.remove()
        self.window.deleteLater()


def run(argv: Sequence[str]) -> int:
    """Open the window and return the exit status when it is closed. `argv` without the program's name."""
    options = _parser().parse_args(argv)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C ends it at once; what was not saved is offered next time
    QApplication.setStyle("Fusion")
    application = QApplication(["implicit-explorer"])
    application.setApplicationName("Implicit Explorer")
    application.setWindowIcon(QIcon(str(style.ASSETS / "icons" / "implicit-explorer.svg")))
    style.load_fonts()
    state = WindowState()
    if options.reset:
        state.forget()
    program = Program(application, state, inline=options.engine == "inline")
    program.report.install()
    program.window.show()
    application.processEvents()  # paints the shell before the long imports
    program.furnish(options.file)
    status = application.exec()
    program.end()
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="implicit-explorer", description="Open the window.")
    parser.add_argument("file", nargs="?", type=Path, help="an experiment file to open")
    parser.add_argument("--engine", choices=("process", "inline"), default="process", help="where the engine runs")
    parser.add_argument("--reset", action="store_true", help="forget theme, recent files and where the window stood")
    return parser
