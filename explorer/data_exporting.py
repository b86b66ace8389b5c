"""Every step or iteration of a run as a file: computed once more, in full, for the purpose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core import iteration_file, trajectory_file
from core.readings import Iterations, Trajectories

from .export_files import ExportFiles

if TYPE_CHECKING:
    from core.frame import Frame

    from .document import Document
    from .main_window import MainWindow
    from .notices import NoticeBar
    from .solving import Solving


@dataclass(frozen=True)
class _Data:
    """What is computed for a kind of system: its reading, its name in a menu and in a file's, how it is written."""

    reading: type
    title: str
    csv: Callable[..., None]
    npz: Callable[..., None]


_CURVES = _Data(Trajectories, "Trajectories", trajectory_file.save_csv, trajectory_file.save_npz)
_ITERATIONS = _Data(Iterations, "Iterations", iteration_file.save_csv, iteration_file.save_npz)


@dataclass(frozen=True)
class _Order:
    """A file that is written once the engine has answered request `generation` with every step."""

    generation: int
    path: Path
    reading: type
    write: Callable[..., None]


class DataExporting(QObject):
    """Asks where to and for the run; writes when the engine has answered."""

    def __init__(self, window: MainWindow, document: Document, solving: Solving, notices: NoticeBar) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._solving = solving
        self._notices = notices
        self._files = ExportFiles(window, notices)
        self._order: _Order | None = None
        solving.frame_taken.connect(self._deliver)
        document.system_changed.connect(self._name_commands)
        self._name_commands()

    def save_csv(self) -> None:
        """Save every step of every trajectory, or every iteration of every sample, as a table."""
        self._ask_for_data("Tables (*.csv)", ".csv", self._data().csv)

    def save_npz(self) -> None:
        """The same for numpy."""
        self._ask_for_data("Numpy archives (*.npz)", ".npz", self._data().npz)

    def _ask_for_data(self, kind: str, suffix: str, write: Callable[..., None]) -> None:
        data = self._data()
        path = self._files.ask(data.title.lower(), kind, suffix)
        if path is not None:
            self._order = _Order(self._solving.submit_every_step(), path, data.reading, write)

    def _data(self) -> _Data:
        return _ITERATIONS if self._document.system.kind in ("map", "root") else _CURVES

    def _name_commands(self) -> None:
        for suffix in ("csv", "npz"):
            self._window.actions_by_name[f"export_{suffix}"].setText(f"{self._data().title} ({suffix.upper()})…")

    def _deliver(self, frame: Frame) -> None:
        order = self._order
        if order is None or frame.generation < order.generation or not frame.final:
            return
        self._order = None
        reading = frame.get(order.reading)
        if frame.generation > order.generation or reading is None:
            self._notices.tell(f"{order.path.name} was not written: the experiment changed before its run was over.")
            return
        experiment, system = self._document.experiment, self._document.system
        self._files.write(order.path, lambda: order.write(order.path, reading, experiment, system))
