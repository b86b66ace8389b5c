"""Every step or iteration of a run as a file, its ensemble, its map: computed once more, in full, for the purpose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from core import ensemble_file, iteration_file, map_file, trajectory_file
from core.readings import EnsembleRun, Iterations, PlaneMap, Trajectories

from .export_files import ExportFiles

if TYPE_CHECKING:
    from core.experiment import Experiment
    from core.frame import Frame

    from .document import Document
    from .main_window import MainWindow
    from .notices import NoticeBar
    from .solving import Solving
    from .stage import Stage


@dataclass(frozen=True)
class _Data:
    """A reading that is saved, its name in a menu and in a file's, how it is written, and whether it has rows.

    missing: what to do where no plot shows it.
    """

    reading: type
    title: str
    csv: Callable[..., None]
    npz: Callable[..., None]
    has_rows: Callable[..., bool] = bool
    missing: str = ""


_CURVES = _Data(Trajectories, "Trajectories", trajectory_file.save_csv, trajectory_file.save_npz, len)
_ITERATIONS = _Data(Iterations, "Iterations", iteration_file.save_csv, iteration_file.save_npz, len)
_ENSEMBLE = _Data(
    EnsembleRun,
    "Ensemble",
    ensemble_file.save_csv,
    ensemble_file.save_npz,
    ensemble_file.has_rows,
    "There is no ensemble to save: draw one, and show its density or its trails.",
)
_MAP = _Data(
    PlaneMap,
    "Map",
    map_file.save_csv,
    map_file.save_npz,
    map_file.has_rows,
    "There is no map to save: show the layer of basins of a plane first.",
)
_TABLES, _ARCHIVES = "Tables (*.csv)", "Numpy archives (*.npz)"


@dataclass(frozen=True)
class _Order:
    """A file that is written once the engine has answered request `generation` with every step.

    tries: how often it is asked for again where only the view has moved meanwhile, as a first map's legend moves it.
    """

    generation: int
    path: Path
    data: _Data
    experiment: Experiment
    tries: int = 3

    def write(self, *what: Any) -> None:
        """Write what the engine has answered."""
        (self.data.npz if self.path.suffix == ".npz" else self.data.csv)(self.path, *what)


class DataExporting(QObject):
    """Asks where to and for the run; writes when the engine has answered."""

    def __init__(
        self, window: MainWindow, document: Document, solving: Solving, stage: Stage, notices: NoticeBar
    ) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._solving = solving
        self._stage = stage
        self._notices = notices
        self._files = ExportFiles(window, notices)
        self._order: _Order | None = None
        solving.frame_taken.connect(self._deliver)
        document.system_changed.connect(self._name_commands)
        self._name_commands()

    def save_csv(self) -> None:
        """Save every step of every trajectory, or every iteration of every sample, as a table."""
        self._ask_for(self._data(), _TABLES, ".csv")

    def save_npz(self) -> None:
        """The same for numpy."""
        self._ask_for(self._data(), _ARCHIVES, ".npz")

    def save_ensemble(self) -> None:
        """Save where the trajectories of the ensemble are over time, and how they end."""
        self._ask_for_drawn(_ENSEMBLE)

    def save_map(self) -> None:
        """Save where every pixel of the main plane ends, and after how long."""
        self._ask_for_drawn(_MAP)

    def _ask_for_drawn(self, data: _Data) -> None:
        if data.reading not in self._stage.main.wants():
            self._notices.tell(data.missing)
        else:
            self._ask_for(data, f"{_TABLES};;{_ARCHIVES}", ".csv")

    def _ask_for(self, data: _Data, kind: str, suffix: str) -> None:
        path = self._files.ask(data.title.lower(), kind, suffix)
        if path is not None:
            self._order = _Order(self._solving.submit_every_step(), path, data, self._document.experiment)

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
        moved = frame.generation > order.generation and self._document.experiment == order.experiment
        if moved and order.tries:
            self._order = replace(order, generation=self._solving.submit_every_step(), tries=order.tries - 1)
            return
        reading = frame.get(order.data.reading)
        refusal = _refusal(frame, order)
        if refusal:
            self._notices.tell(f"{order.path.name} was not written: {refusal}.")
            return
        experiment, system = self._document.experiment, self._document.system
        self._files.write(order.path, lambda: order.write(reading, experiment, system))


def _refusal(frame: Frame, order: _Order) -> str:
    """Why what the engine has answered is not written; empty where it is."""
    reading = frame.get(order.data.reading)
    if frame.generation > order.generation:
        return "the experiment changed before its run was over"
    if reading is None:
        return frame.absent.get(order.data.reading, "") or "the run did not come to it"
    return "" if order.data.has_rows(reading) else "there are no data in it"
