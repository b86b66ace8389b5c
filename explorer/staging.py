"""The View menu's commands for the stage, and the window's places when other views come on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QScrollArea, QToolButton

from .card_splitter import GAP
from .gradient_words import no_gradient
from .labels import icon_button

if TYPE_CHECKING:
    from .document import Document
    from .main_window import MainWindow
    from .panels import Panels
    from .solving import Solving
    from .stage import Stage
    from .view import View


class Staging(QObject):
    """One entry for every view, in sight while the view fits the system; a plot that is off is not computed."""

    def __init__(self, window: MainWindow, stage: Stage, panels: Panels, solving: Solving, document: Document) -> None:
        super().__init__(window)
        self._window = window
        self._stage = stage
        self._solving = solving
        self._document = document
        self._awaited: list[View] = []  # to be switched on, one in a turn
        self._inspector = panels.inspector
        self._views = {view.name: view for view in stage.views}
        actions = window.actions_by_name
        self._mains: dict[str, QAction] = {}
        self._others: dict[str, QAction] = {}
        for view in stage.views:
            entries = self._mains if view.place == "main" else self._others
            entries[view.name] = actions.add_toggle(f"show_{view.name}", "View", view.title)
            entries[view.name].setData(view.name)
        for action in self._mains.values():
            action.triggered.connect(self._choose_main)
        for action in self._others.values():
            action.triggered.connect(self._switch)
        self._offer = _offer(list(self._mains.values()), window)
        shown = actions.add_toggle("show_inspector", "View", self._inspector.title)
        shown.toggled.connect(self._show_inspector)
        actions.on("fit", self._fit)
        actions.on("view_back", self._look_back)
        actions.on("view_forward", self._look_forward)
        self._panels_action, self._notices = actions["panels"], panels.notices
        actions["panels"].toggled.connect(solving.submit)  # what was hidden was not computed
        actions.on("gradient", self._show_gradient)
        panels.root.view_asked.connect(self.show_view)
        stage.changed.connect(self._arrange)
        self._show_entries()

    def _view(self) -> View:
        return self._views[self.sender().data()]

    def _choose_main(self) -> None:
        seen, chosen = self._stage.main.viewport(), self._view()
        self._stage.choose_main(chosen)
        if seen is not None:
            chosen.look_at(seen)  # the same part, where it is the same plane
        self._show_entries()  # choosing what is there already must not take its mark away
        self._solving.submit()

    def _switch(self, shown: bool) -> None:
        self._stage.set_shown(self._view(), shown)
        self._solving.submit()

    def show_view(self, name: str) -> None:
        """Switch a view on, as its entry in the menu does."""
        action = self._mains.get(name, self._others.get(name))
        if action is not None and action.isVisible() and not action.isChecked():
            action.trigger()

    def _show_gradient(self) -> None:
        """Switch on the plots of gradients that fit the system, and bring the first of them into sight."""
        views = [view for view in self._stage.fitting if view.of_gradient]
        if not views:
            self._notices.tell(no_gradient(self._document.system))
            self.show_view("loss")  # which fits where there is one
            return
        if self._panels_action.isChecked():  # a hidden column shows nothing
            self._panels_action.trigger()
        self._awaited = views
        self._show_awaited()
        _bring_into_sight(views[0])

    def _show_awaited(self) -> None:
        """Switch on the first of the views that wait, and the others one by one: each takes a part of a frame."""
        if not self._awaited:
            return
        view, *self._awaited = self._awaited
        if view in self._stage.fitting:  # another system may have come between
            self.show_view(view.name)
        QTimer.singleShot(0, self, self._show_awaited)

    def _show_inspector(self, shown: bool) -> None:
        self._inspector.setVisible(shown)
        self._window.arrange_cards()
        self._solving.submit()

    def _fit(self) -> None:
        self._stage.main.fit()

    def _look_back(self) -> None:
        self._stage.main.back()

    def _look_forward(self) -> None:
        self._stage.main.forward()

    def _arrange(self) -> None:
        self._window.arrange_cards()
        self._show_entries()

    def _show_entries(self) -> None:
        mains = [view.name for view in self._stage.mains()]
        for name, action in self._mains.items():
            action.setVisible(name in mains and len(mains) > 1)
            action.setChecked(name == self._stage.main.name)
        self._place_switch(shown=len(mains) > 1)
        fitting, on = ({view.name for view in views} for views in (self._stage.fitting, self._stage.on))
        for name, action in self._others.items():
            fits, elsewhere = name in fitting, self._views[name].elsewhere
            action.setVisible(fits or bool(elsewhere))
            action.setEnabled(fits)
            action.setToolTip(action.iconText() if fits or not elsewhere else elsewhere)
            action.setChecked(name in on if fits else action.isChecked() and not elsewhere)

    def _place_switch(self, *, shown: bool) -> None:
        """Put the button that offers other plots beside the title of the main one."""
        header = getattr(self._stage.main, "header", None)
        if header is not None and header.indexOf(self._offer) < 0:
            header.insertWidget(1, self._offer)
        self._offer.setVisible(shown and header is not None)


def _bring_into_sight(view: View) -> None:
    """Scroll its column to it, once it has its place there."""
    column = view.parentWidget()
    while column is not None and not isinstance(column, QScrollArea):
        column = column.parentWidget()
    if column is not None:
        QTimer.singleShot(0, view, partial(column.ensureWidgetVisible, view, 0, GAP))


def _offer(entries: list[QAction], window: MainWindow) -> QToolButton:
    button = icon_button("Other main plots", "chevron-down", "Show another plot here")
    button.setParent(window)
    button.setFixedSize(20, 20)
    button.hide()
    menu = QMenu(button)
    menu.addActions(entries)
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return button
