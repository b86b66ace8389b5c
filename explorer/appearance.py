"""Dark, light, or as the desktop has it: one place that knows the theme in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from . import style
from .theme import DARK, THEMES, Theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

SYSTEM = "system"


class Appearance(QObject):
    """Dresses the program; follows the desktop live while the choice is "system"."""

    theme_changed = Signal(object)

    def __init__(self, application: QApplication, choice: str) -> None:
        super().__init__()
        self._application = application
        self.choice = choice
        self.theme: Theme = DARK
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_desktop)
        self.choose(choice)

    def choose(self, choice: str) -> None:
        """ "dark", "light" or "system"."""
        self.choice = choice if choice in THEMES else SYSTEM
        self.theme = THEMES[choice] if choice in THEMES else style.system_theme()
        style.dress(self._application, self.theme)
        self.theme_changed.emit(self.theme)

    def _follow_desktop(self) -> None:
        if self.choice == SYSTEM:
            self.choose(SYSTEM)
