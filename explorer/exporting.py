"""Pictures out of the window, and what is in them as tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog

from .export.caption import Caption
from .export.carried import carried_text
from .export.plot_table import save_table
from .export.png import LARGEST_SCALE_OF_WINDOW, picture, save_image, window_picture
from .export.saving import save_picture
from .export_files import ExportFiles
from .picture_dialog import PictureDialog
from .scale_dialog import ScaleDialog
from .theme import LIGHT

if TYPE_CHECKING:
    from core.window_notes import WindowNotes

    from .appearance import Appearance
    from .document import Document
    from .main_window import MainWindow
    from .notices import NoticeBar
    from .stage import Stage
    from .view import View


_KINDS = {".png": "Images (*.png)", ".svg": "Drawings (*.svg)", ".pdf": "Pages (*.pdf)"}


class Exporting(QObject):
    """Asks where to, writes, and says what was written; a failure is told, never raised."""

    def __init__(
        self,
        window: MainWindow,
        document: Document,
        stage: Stage,
        notices: NoticeBar,
        appearance: Appearance,
        notes: Callable[[], WindowNotes],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._stage = stage
        self._notices = notices
        self._appearance = appearance
        self._notes = notes
        self._files = ExportFiles(window, notices)

    def save_main_picture(self) -> None:
        """Save a picture of the main plot."""
        self.save_picture(self._stage.main)

    def copy_main_picture(self) -> None:
        """Put the main plot on the clipboard."""
        self.copy_picture(self._stage.main)

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
        path = self._files.ask(view.name, _KINDS[choice.ending], choice.ending)
        if path is not None:
            self._files.write(
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
        path = self._files.ask("implicit-explorer", _KINDS[".png"], ".png")
        if path is not None:
            self._notices.dismiss()  # what was said of the picture before is no part of this one
            caption = Caption(self._document.title, self._document.experiment.text, self._file_text())
            self._files.write(path, lambda: save_image(path, window_picture(window, dialog.scale()), caption))

    def save_table(self, view: View, visible_only: bool) -> None:
        """Save what a plot shows as a table, all of it or what is in sight."""
        path = self._files.ask(view.name, "Tables (*.csv)", ".csv")
        if path is None:
            return
        table = view.table(visible_only)
        if not any(len(column) for column in table.columns.values()):
            where = "in the range that is in sight" if visible_only else f"in {view.title.lower()} yet"
            self._notices.tell(f"{path.name} was not written: there are no data {where}.")
            return
        self._files.write(path, lambda: save_table(path, table, f"{view.title} of {self._document.title}"))

    def _caption(self, view: View) -> Caption:
        return Caption.of(view, self._document.title, self._document.experiment.text, self._file_text())

    def _file_text(self) -> str:
        """What a picture carries; tensors are no text, and a picture of an experiment with some carries none."""
        return carried_text(self._document.experiment, self._notes())
