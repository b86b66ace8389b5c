"""The menu of a plot, under the right mouse button."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu

from core.experiment import Section
from core.readings import EnsembleRun, PlaneMap, PoincareSection

if TYPE_CHECKING:
    from .data_exporting import DataExporting
    from .exporting import Exporting
    from .main_window import MainWindow
    from .stage import Stage
    from .view import View

_SPANS = (1, 5, 20, 100, 500)


class PlotMenu(QObject):
    """Opens for the plot that was asked, and acts on that one."""

    section_asked = Signal()
    """A Poincare section of the main plane, or its end."""
    spans_chosen = Signal(int)
    """For how many time spans the trajectories of the section are followed."""

    def __init__(self, window: MainWindow, stage: Stage, exporting: Exporting, data: DataExporting) -> None:
        super().__init__(window)
        self._window = window
        self._exporting = exporting
        self._data = data
        self._view = stage.main
        self.offers_section: Callable[[View], bool] = lambda _view: False
        """Whether a Poincare section can be laid through what a view shows."""
        self.section: Callable[[], Section] = Section
        """The section in force."""
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
        there = self.section().on
        if self.offers_section(self._view) or (there and PoincareSection in self._view.wants()):
            words = "Remove the Poincaré section" if there else "Poincaré section"
            menu.addAction(words).triggered.connect(self._ask_for_section)
            if there:
                self._offer_spans(menu)
            menu.addSeparator()
        menu.addAction("Fit").triggered.connect(self._view.fit)
        menu.addAction("Previous view").triggered.connect(self._view.back)
        menu.addAction("Next view").triggered.connect(self._view.forward)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def _offer_spans(self, menu: QMenu) -> None:
        lengths = menu.addMenu("Follow to the section for")
        for count in _SPANS:
            action = lengths.addAction(f"{count} time span{'s' if count > 1 else ''}")
            action.setData(count)
            action.setCheckable(True)
            action.setChecked(count == self.section().spans)
            action.triggered.connect(self._choose_spans)

    def _choose_spans(self) -> None:
        self.spans_chosen.emit(self.sender().data())

    def _ask_for_section(self) -> None:
        self.section_asked.emit()

    def _copy(self) -> None:
        self._exporting.copy_picture(self._view)

    def _save_picture(self) -> None:
        self._exporting.save_picture(self._view)

    def _save_all(self) -> None:
        self._exporting.save_table(self._view, visible_only=False)

    def _save_visible(self) -> None:
        self._exporting.save_table(self._view, visible_only=True)
