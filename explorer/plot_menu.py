"""The menu of a plot, under the right mouse button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu

from core.readings import EnsembleRun, PlaneMap

if TYPE_CHECKING:
    from .data_exporting import DataExporting
    from .exporting import Exporting
    from .main_window import MainWindow
    from .stage import Stage


class PlotMenu(QObject):
    """Opens for the plot that was asked, and acts on that one."""

    def __init__(self, window: MainWindow, stage: Stage, exporting: Exporting, data: DataExporting) -> None:
        super().__init__(window)
        self._window = window
        self._exporting = exporting
        self._data = data
        self._view = stage.main
        for view in stage.views:
            view.context_menu_requested.connect(self._open)

    def _open(self, place: QPoint) -> None:
        self._view = self.sender()
        menu = QMenu(self._window)
        menu.addAction("Copy the picture").triggered.connect(self._copy)
        menu.addAction("Save the picture…").triggered.connect(self._save_picture)
        menu.addSeparator()
        menu.addAction("Save this plot's data…").triggered.connect(self._save_all)
        menu.addAction("Save the data in sight…").triggered.connect(self._save_visible)
        if EnsembleRun in self._view.wants():
            menu.addAction("Save the ensemble (CSV, NPZ)…").triggered.connect(self._data.save_ensemble)
        if PlaneMap in self._view.wants():
            menu.addAction("Save the map (CSV, NPZ)…").triggered.connect(self._data.save_map)
        menu.addSeparator()
        menu.addAction("Fit").triggered.connect(self._view.fit)
        menu.addAction("Previous view").triggered.connect(self._view.back)
        menu.addAction("Next view").triggered.connect(self._view.forward)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def _copy(self) -> None:
        self._exporting.copy_picture(self._view)

    def _save_picture(self) -> None:
        self._exporting.save_picture(self._view)

    def _save_all(self) -> None:
        self._exporting.save_table(self._view, visible_only=False)

    def _save_visible(self) -> None:
        self._exporting.save_table(self._view, visible_only=True)
