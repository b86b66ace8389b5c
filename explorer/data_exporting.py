"""Every step or iteration of a run as a file, its ensemble, its map: computed once more, in full, for the purpose."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.data_file import ENSEMBLE, MAP, DataFile, every_step_of

from .export_files import ExportFiles

if TYPE_CHECKING:
    from core.experiment import Experiment
    from core.frame import Frame

    from .document import Document
    from .main_window import MainWindow
    from .notices import NoticeBar
    from .solving import Solving
    from .stage import Stage


_MISSING = {
    ENSEMBLE: "There is no ensemble to save: draw one, and show its density or its trails.",
    MAP: "There is no map to save: show the layer of basins of a plane first.",
}
"""What to do where no plot shows it."""
_TABLES, _ARCHIVES = "Tables (*.csv)", "Numpy archives (*.npz)"


@dataclass(frozen=True)
class _Order:
    """A file that is written once the engine has answered request `generation` with every step.

    tries: how often it is asked for again where only the view has moved meanwhile, as a first map's legend moves it.
    """

    generation: int
    path: Path
    data: DataFile
    experiment: Experiment
    tries: int = 3


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
        self._ask_for(every_step_of(self._document.system), _TABLES, ".csv")

    def save_npz(self) -> None:
        """The same for numpy."""
        self._ask_for(every_step_of(self._document.system), _ARCHIVES, ".npz")

    def save_ensemble(self) -> None:
        """Save where the trajectories of the ensemble are over time, and how they end."""
        self._ask_for_drawn(ENSEMBLE)

    def save_map(self) -> None:
        """Save where every pixel of the main plane ends, and after how long."""
        self._ask_for_drawn(MAP)

    def _ask_for_drawn(self, data: DataFile) -> None:
        if data.reading not in self._stage.main.wants():
            self._notices.tell(_MISSING[data])
        else:
            self._ask_for(data, f"{_TABLES};;{_ARCHIVES}", ".csv")

    def _ask_for(self, data: DataFile, kind: str, suffix: str) -> None:
        path = self._files.ask(data.name, kind, suffix)
        if path is not None:
            self._order = _Order(self._solving.submit_every_step(), path, data, self._document.experiment)

    def _name_commands(self) -> None:
        name = every_step_of(self._document.system).name.title()
        for suffix in ("csv", "npz"):
            self._window.actions_by_name[f"export_{suffix}"].setText(f"{name} ({suffix.upper()})…")

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
        self._files.write_beside(order.path, lambda: order.data.write(order.path, reading, experiment, system))


def _refusal(frame: Frame, order: _Order) -> str:
    """Why what the engine has answered is not written; empty where it is."""
    reading = frame.get(order.data.reading)
    if frame.generation > order.generation:
        return "the experiment changed before its run was over"
    if reading is None:
        return frame.absent.get(order.data.reading, "") or "the run did not come to it"
    return "" if order.data.has_rows(reading) else "there are no data in it"
