"""Which views are on: those that are about the system in the document, one of them in the middle."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from core.language import System

    from .document import Document
    from .view import View

V = TypeVar("V", bound="View | type[View]")

PLACES = ("main", "below", "right")


def fitting(views: Iterable[V], system: System) -> tuple[V, ...]:
    """The views that are about a system's kind, size and form: main ones first, then by their order."""
    found = [
        view for view in views if system.kind in view.kinds and system.size in view.components and view.serves(system)
    ]
    return tuple(sorted(found, key=lambda view: (view.place != "main", view.order, view.name)))


class Stage(QObject):
    """Knows every view, and which are on: of those that fit the system, one main view and what a person leaves on.

    A view that is off is hidden, wanted by no request and drawn by no one.
    """

    changed = Signal()
    """Other views are on, or other main ones to choose from. For another system it is sent before anyone else hears of
    that system."""

    def __init__(self, document: Document, views: tuple[View, ...], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._views = views
        self._switched_off = {view.name for view in views if not view.at_first}
        self._choices: dict[int, list[str]] = {}  # by experiment: main views that were chosen, the latest last
        self._preferred = self._choices.setdefault(0, [])  # those of the experiment in force
        self._fitting: tuple[View, ...] = ()
        self._on: tuple[View, ...] = ()
        self._offered: tuple[View, ...] = ()
        self._placed = False
        document.opened.connect(self._begin)
        document.system_changed.connect(self._follow)
        self._follow()

    @property
    def views(self) -> tuple[View, ...]:
        """Every view there is."""
        return self._views

    @property
    def fitting(self) -> tuple[View, ...]:
        """The views that could be on: they fit the system."""
        return self._fitting

    @property
    def on(self) -> tuple[View, ...]:
        """The views that are on, the main one first."""
        return self._on

    def wants(self) -> frozenset[type]:
        """The readings of the views that are on: others nobody keeps up to date."""
        return frozenset().union(*(view.wants() for view in self.on))

    @property
    def main(self) -> View:
        """The view in the middle."""
        return self._on[0]

    def mains(self) -> tuple[View, ...]:
        """The views that may stand in the middle."""
        return tuple(view for view in self._fitting if view.place == "main") or self._fitting[:1]

    def choose_main(self, view: View) -> None:
        """Put another of the fitting main views in the middle; it stays there while its experiment is edited."""
        if view in self.mains() and view is not self.main:
            if view.name in self._preferred:
                self._preferred.remove(view.name)
            self._preferred.append(view.name)
            self._arrange()

    def choose_main_named(self, name: str | None) -> None:
        """Put the fitting main view of this name in the middle; nothing happens where there is none."""
        for view in self.mains():
            if view.name == name:
                self.choose_main(view)
                return

    def set_shown(self, view: View, shown: bool) -> None:
        """Switch a view beside the main one on or off."""
        if shown == (view.name in self._switched_off):
            self._switched_off ^= {view.name}
            self._arrange()

    def begin(self) -> None:
        """The views have their places in a window: show those that are on from now on, and hide the others."""
        self._placed = True
        self._show()

    def _show(self) -> None:
        leaving = [view for view in self._views if view not in self._on and not view.isHidden()]
        focus = QApplication.focusWidget()
        lost = focus is not None and any(view is focus or view.isAncestorOf(focus) for view in leaving)
        for view in leaving:
            view.hide()
        for view in self._on:
            if view.isHidden():
                view.show()
        if lost:  # else the next card's title would get it
            self.main.setFocus()

    def _begin(self, experiment: int) -> None:
        self._preferred = self._choices.setdefault(experiment, [])
        self._fitting = ()
        self._follow()

    def _follow(self) -> None:
        # a size that no view is about still shows something: the first view there is
        fits = fitting(self._views, self._document.system) or self._views[:1]
        if fits != self._fitting:
            self._fitting = fits
            self._arrange()

    def _arrange(self) -> None:
        mains = self.mains()
        ranks = {name: rank for rank, name in enumerate(self._preferred, start=1)}
        main = max(mains, key=lambda view: ranks.get(view.name, 0))  # the first one where none was chosen
        beside = [view for view in self._fitting if view not in mains and view.name not in self._switched_off]
        on = (main, *beside)
        if (on, mains) != (self._on, self._offered):
            self._on, self._offered = on, mains
            if self._placed:  # a view without a place would open as a window of its own
                self._show()
            self.changed.emit()
