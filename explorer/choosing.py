"""The prepared systems: shown in the gallery and the command palette, put into the document."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from math import inf
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QSize, QTimer, Signal
from PySide6.QtWidgets import QPushButton

from core.language import System, parse
from core.presets import load_preset
from core.presets import names as preset_names
from core.window_notes import WindowNotes

from . import edits
from .command_palette import Entry
from .gallery import Gallery, GalleryEntry
from .modes import MODES, mode_of
from .thumbnails import Thumbnails

if TYPE_CHECKING:
    from core.experiment import Experiment

    from .document import Document
    from .theme import Theme

_PREPARE_AFTER = 1_500
"""Milliseconds."""


class Choosing(QObject):
    """Builds the gallery some time after the first picture, which waits for no portrait."""

    chosen = Signal(object)
    """WindowNotes of the preset that is now in the document."""
    leaving = Signal()
    """Another system is about to take the place of what is there: what is under way should be in the document now."""

    def __init__(self, document: Document, button: QPushButton, theme: Theme) -> None:
        super().__init__(button)
        self._document = document
        self._button = button
        self._theme = theme
        self._gallery: Gallery | None = None
        self._thumbnails: Thumbnails | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_PREPARE_AFTER)
        self._later.timeout.connect(self.prepare)

    def prepare_later(self) -> None:
        """Prepare once the first picture is there and moves."""
        self._later.start()

    def prepare(self) -> None:
        """Build the gallery and have its portraits painted in idle moments."""
        if self._gallery is None:
            self._gallery = Gallery(_groups(), self._button.window())
            self._gallery.chosen.connect(self.choose)
            self._thumbnails = Thumbnails(_experiment_and_system, self._theme, self)
            self._thumbnails.painted.connect(self._gallery.show_picture)
            self._thumbnails.ask(_in_order())

    def open(self) -> None:
        """Show the gallery below its button."""
        self.prepare()
        below = self._button.mapToGlobal(QPoint(0, self._button.height() + 6))
        title = mode_of(self._document.system).title
        self._gallery.open_at(self._on_screen(below, self._gallery.size()), title)

    def choose(self, name: str) -> None:
        """Put a preset into the document: one undo step, and no file's content."""
        experiment, notes = _loaded(name)
        self.put(experiment, _title(name), notes)

    def choose_first(self, mode: str) -> None:
        """Put the gallery's first system of a mode into the document, or where there is none a small new one."""
        first = next((name for name in _in_order() if _mode(name) == mode), None)
        if first is not None:
            self.choose(first)
            return
        new = next(one.new for one in MODES if one.name == mode)
        self.put(new, "a new system", WindowNotes())

    def entries(self) -> tuple[Entry, ...]:
        """The presets for the command palette."""
        return tuple(Entry(f"System: {_title(name)}", self._choice(name)) for name in preset_names())

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours."""
        self._theme = theme
        if self._thumbnails is not None:
            self._thumbnails.set_theme(theme)

    def put(self, experiment: Experiment, title: str, notes: WindowNotes) -> None:
        """Put an experiment into the document: one undo step, and no file's content. What the document refuses leaves
        everything as it is."""
        self.leaving.emit()
        if not self._document.edit(edits.load(experiment, title)):
            return
        self._document.set_path(None)
        self.chosen.emit(notes)

    def _choice(self, name: str) -> Callable[[], None]:
        def choose() -> None:
            self.choose(name)

        return choose

    def _on_screen(self, place: QPoint, size: QSize) -> QPoint:
        screen = self._button.screen().availableGeometry()
        return QPoint(
            max(screen.left(), min(place.x(), screen.right() - size.width())),
            max(screen.top(), min(place.y(), screen.bottom() - size.height())),
        )


@cache
def _loaded(name: str) -> tuple[Experiment, WindowNotes]:
    return load_preset(name)


def _experiment_and_system(name: str) -> tuple[Experiment, System]:
    experiment, _ = _loaded(name)
    return experiment, parse(experiment.text, experiment.tensors)


@cache
def _title(name: str) -> str:
    experiment, system = _experiment_and_system(name)
    return experiment.title or system.title or name


def _rank(name: str) -> tuple[float, str]:
    """The guided experiments by their numbers, then the others by their names."""
    number = re.match(r"Experiment (\d+):", _title(name))
    return float(number[1]) if number else inf, name


@cache
def _mode(name: str) -> str:
    return mode_of(_experiment_and_system(name)[1]).name


def _groups() -> tuple[tuple[str, tuple[GalleryEntry, ...]], ...]:
    """The gallery's headings with what stands under each."""
    named = sorted(preset_names(), key=_rank)
    groups = ((mode.title, tuple(_entry(n) for n in named if _mode(n) == mode.name)) for mode in MODES)
    return tuple((title, entries) for title, entries in groups if entries)


def _in_order() -> tuple[str, ...]:
    return tuple(entry.name for _, entries in _groups() for entry in entries)


def _entry(name: str) -> GalleryEntry:
    return GalleryEntry(name, _title(name), _loaded(name)[1].description)
