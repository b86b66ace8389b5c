"""The window's plots without the window: laid out and drawn where no one sees them.

Particles are motion, and a still has none: they stay where they are, and equal runs give equal pictures.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from .. import style
from ..stage import fitting
from ..theme import THEMES
from ..views import views
from .caption import Caption
from .carried import carried_text
from .saving import save_picture

if TYPE_CHECKING:
    from core.experiment import Experiment
    from core.frame import Frame
    from core.language import System
    from core.request import Viewport
    from core.window_notes import WindowNotes

    from ..view import View

_MAIN = QSize(960, 760)
_OTHER = QSize(720, 420)


class Studio:
    """The views that the window shows at first of an experiment's kind, ready to draw its frames."""

    def __init__(self, theme: str, experiment: Experiment, system: System, notes: WindowNotes) -> None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        self._application = QApplication.instance() or QApplication(["implicit-explorer"])
        self._theme = THEMES[theme]
        style.load_fonts()
        style.dress(self._application, self._theme)
        chosen = sorted(fitting(views(), system), key=lambda view: (view.name, view.place) != (notes.main, "main"))
        racing, crossed = bool(experiment.integration.rivals), experiment.section.on
        there = (view for view in chosen if (racing or not view.of_race) and (crossed or not view.of_section))
        shown = (view for view in there if not view.takes_long)
        self._views = tuple(view() for view in shown)
        self._title, self._text = experiment.title or system.title, experiment.text
        self._file = carried_text(experiment, notes)
        seen = replace(system, view={**system.view, **notes.view})
        for index, view in enumerate(self._views):
            view.resize(_MAIN if index == 0 else _OTHER)
            view.apply_theme(self._theme)
            view.reset(experiment, seen, notes.axes)
        for index, view in enumerate(self._views):
            if view.place == "main":
                view.show_layers(notes if index == 0 else replace(notes, view={}))
            self._settle(view)

    @property
    def wanted(self) -> frozenset[type]:
        """The readings that the views draw."""
        return frozenset().union(*(view.wants() for view in self._views if view not in self.apart))

    @property
    def apart(self) -> tuple[View, ...]:
        """The views that look at another plane than the main one, or want other readings of it: each needs a frame of
        its own."""
        return tuple(view for view in self._views[1:] if view.place == "main" and not self._is_served(view))

    @property
    def viewport(self) -> Viewport | None:
        """What the main view sees."""
        return self._views[0].viewport() if self._views else None

    def draw(
        self, frame: Frame, own: Mapping[str, Frame], folder: Path, formats: Sequence[str], scale: int
    ) -> list[str]:
        """Write every view in every format ("png" at `scale`) and return the files' names; raises OSError.

        own: the frames of the views that are apart, by their names.
        """
        files = []
        for view in self._views:
            view.draw(own.get(view.name, frame))
            self._settle(view)
            caption = Caption.of(view, self._title, self._text, self._file)
            for name in formats:
                files.append(f"{view.name}.{name}")
                save_picture(view, folder / files[-1], self._theme, scale=scale, caption=caption)
        return files

    def close(self) -> None:
        """Let the widgets go."""
        for view in self._views:
            view.close()
            view.deleteLater()

    def _is_served(self, view: View) -> bool:
        """Whether the main view's frame is one for this view too."""
        own, main = view.viewport(), self.viewport
        if own is None or main is None:
            return own is None
        same = replace(own, pixels=main.pixels, selection=main.selection) == main
        return same and view.wants() <= self._views[0].wants()

    def _settle(self, view: View) -> None:
        """Lay out as showing would: grabbing does, and the axes' numbers need a second time for their width."""
        for _ in range(3):
            view.grab()
            self._application.processEvents()
