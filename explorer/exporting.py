"""Pictures and numbers out of the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog

from core import iteration_file, trajectory_file
from core.codec import encode
from core.readings import Iterations, Trajectories

from .export.caption import Caption
from .export.plot_table import save_table
from .export.png import LARGEST_SCALE_OF_WINDOW, picture, save_image, window_picture
from .export.saving import save_picture
from .picture_dialog import PictureDialog
from .scale_dialog import ScaleDialog
from .theme import LIGHT

if TYPE_CHECKING:
    from core.experiment import Experiment
    from core.frame import Frame
    from core.language import System
    from core.window_notes import WindowNotes

    from .appearance import Appearance
    from .document import Document
    from .main_window import MainWindow
    from .notices import NoticeBar
    from .solving import Solving
    from .stage import Stage
    from .view import View


_KINDS = {".png": "Images (*.png)", ".svg": "Drawings (*.svg)", ".pdf": "Pages (*.pdf)"}


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


class Exporting(QObject):
    """Asks where to, writes, and says what was written; a failure is told, never raised."""

    def __init__(
        self,
        window: MainWindow,
        document: Document,
        stage: Stage,
        solving: Solving,
        notices: NoticeBar,
        appearance: Appearance,
        notes: Callable[[], WindowNotes],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._stage = stage
        self._solving = solving
        self._notices = notices
        self._appearance = appearance
        self._notes = notes
        self._order: _Order | None = None
        solving.frame_taken.connect(self._deliver)
        document.system_changed.connect(self._name_commands)
        self._name_commands()

    def save_main_picture(self) -> None:
        """Save a picture of the main plot."""
        self.save_picture(self._stage.main)

    def copy_main_picture(self) -> None:
        """Put the main plot on the clipboard."""
        self.copy_picture(self._stage.main)

    def save_csv(self) -> None:
        """Save every step of every trajectory, or every iteration of every sample, as a table."""
        self._ask_for_data("Tables (*.csv)", ".csv", _data_of(self._document.system).csv)

    def save_npz(self) -> None:
        """The same for numpy."""
        self._ask_for_data("Numpy archives (*.npz)", ".npz", _data_of(self._document.system).npz)

    def copy_picture(self, view: View) -> None:
        """Put a plot on the clipboard, twice as fine as on the screen."""
        image = picture(view, self._appearance.theme, scale=2)
        QGuiApplication.clipboard().setImage(image)
        self._notices.tell(f"A picture of {view.title.lower()} is on the clipboard.")

    def save_picture(self, view: View) -> None:
        """Ask for format, size and colours, and save a plot as a picture."""
        dialog = PictureDialog(view.title, view.size(), self._window)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        choice = dialog.choice()
        theme = LIGHT if choice.theme == "paper" else self._appearance.theme
        path = self._ask_path(view.name, _KINDS[choice.ending], choice.ending)
        if path is not None:
            self._write(
                path,
                lambda: save_picture(
                    view,
                    path,
                    theme,
                    on_screen=self._appearance.theme,
                    scale=choice.scale,
                    transparent=choice.transparent,
                    caption=self._caption(view),
                ),
            )

    def save_window(self) -> None:
        """Ask for the size, and save a picture of the whole window."""
        window = self._window
        dialog = ScaleDialog("the window", window.size(), LARGEST_SCALE_OF_WINDOW, window)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        path = self._ask_path("implicit-explorer", _KINDS[".png"], ".png")
        if path is not None:
            self._notices.dismiss()  # what was said of the picture before is no part of this one
            caption = Caption(
                self._document.title,
                self._document.experiment.text,
                _file_text(self._document.experiment, self._notes()),
            )
            self._write(path, lambda: save_image(path, window_picture(window, dialog.scale()), caption))

    def save_table(self, view: View, visible_only: bool) -> None:
        """Save what a plot shows as a table, all of it or what is in sight."""
        path = self._ask_path(view.name, "Tables (*.csv)", ".csv")
        if path is None:
            return
        table = view.table(visible_only)
        if not any(len(column) for column in table.columns.values()):
            where = "in the range that is in sight" if visible_only else f"in {view.title.lower()} yet"
            self._notices.tell(f"{path.name} was not written: there are no data {where}.")
            return
        self._write(path, lambda: save_table(path, table, f"{view.title} of {self._document.title}"))

    def _caption(self, view: View) -> Caption:
        return Caption.of(
            view,
            self._document.title,
            self._document.experiment.text,
            _file_text(self._document.experiment, self._notes()),
        )

    def _ask_for_data(self, kind: str, suffix: str, write: Callable[..., None]) -> None:
        data = _data_of(self._document.system)
        path = self._ask_path(data.title.lower(), kind, suffix)
        if path is not None:
            self._order = _Order(self._solving.submit_every_step(), path, data.reading, write)

    def _name_commands(self) -> None:
        title = _data_of(self._document.system).title
        for suffix in ("csv", "npz"):
            self._window.actions_by_name[f"export_{suffix}"].setText(f"{title} ({suffix.upper()})…")

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
        self._write(order.path, lambda: order.write(order.path, reading, experiment, system))

    def _ask_path(self, name: str, kind: str, suffix: str) -> Path | None:
        chosen, _ = QFileDialog.getSaveFileName(self._window, "Export", f"{name}{suffix}", kind)
        if not chosen:
            return None
        return Path(chosen) if Path(chosen).suffix else Path(f"{chosen}{suffix}")

    def _write(self, path: Path, write: Callable[[], None]) -> None:
        try:
            write()
        except (OSError, ValueError, MemoryError) as fault:
            self._notices.tell(f"{path.name} was not written: {fault}")
        else:
            self._notices.tell(f"Written: {path}")


def _data_of(system: System) -> _Data:
    return _CURVES if system.kind == "ode" else _ITERATIONS


def _file_text(experiment: Experiment, notes: WindowNotes) -> str:
    """What a picture carries; tensors are no text, and a picture of an experiment with some carries none."""
    return "" if experiment.tensors else encode(experiment, notes)
