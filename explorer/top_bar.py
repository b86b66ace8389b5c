"""The bar at the top: name, menus, search, and what one does all the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtSvgWidgets import QSvgWidget
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QMenuBar, QPushButton, QSizePolicy, QToolButton

from .icons import dress_button
from .labels import icon_button, label
from .modes import MODES
from .style import ASSETS

if TYPE_CHECKING:
    from .actions import Actions


class TopBar(QFrame):
    """Shows commands; the actions behind the buttons are the menus' own."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("top")
        self.setFixedHeight(54)
        self._bar = QMenuBar()
        self._bar.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.menus: dict[str, QMenu] = actions.fill(self._bar)
        logo = QSvgWidget(str(ASSETS / "icons" / "implicit-explorer.svg"))
        logo.setFixedSize(24, 24)
        search = self._search(actions)
        export = QPushButton("Export")
        export.setProperty("icon_name", "export-variant")
        export.setToolTip("Save a picture or the numbers")
        export.setMenu(self.menus["Export"])
        step = icon_button("Single step", "skip-next", actions["step"].toolTip())
        step.clicked.connect(actions["step"].trigger)
        step.setFixedSize(36, 32)
        self._play = QPushButton("Play")
        self._play.setObjectName("primary")
        self._play.setProperty("icon_primary", True)
        self._play.setToolTip(actions["play"].toolTip())
        self._play.setMinimumWidth(86)
        self._play.clicked.connect(actions["play"].trigger)
        for button in (export, self._play):
            button.setIconSize(QSize(16, 16))
            button.setFixedHeight(32)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 14, 0)
        layout.setSpacing(8)
        for widget in (logo, label("Implicit Explorer", "title"), self._bar, _mode_buttons(actions)):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(search, 4)
        layout.addStretch(1)
        for widget in (export, step, self._play):
            layout.addWidget(widget)
        self.set_playing(False)

    def set_playing(self, playing: bool) -> None:
        """Let the main button say what it will do next."""
        self._play.setText("Pause" if playing else "Play")
        self._play.setProperty("icon_name", "pause" if playing else "play")
        if not self._play.icon().isNull():
            dress_button(self._play)

    def _search(self, actions: Actions) -> QPushButton:
        keys = actions["palette"].shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        search = QPushButton(f"Search   {keys}")
        search.setObjectName("search")
        search.setProperty("icon_name", "magnify")
        search.setFixedHeight(34)
        search.setMaximumWidth(420)
        search.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        search.setMinimumWidth(120)
        search.setToolTip(actions["palette"].toolTip())
        search.clicked.connect(actions["palette"].trigger)
        return search


def _mode_buttons(actions: Actions) -> QFrame:
    """One button for each mode side by side, the one in force raised."""
    frame = QFrame()
    frame.setObjectName("modes")
    frame.setFixedHeight(34)
    layout = QHBoxLayout(frame)
    layout.setContentsMargins(3, 3, 3, 3)
    layout.setSpacing(2)
    for mode in MODES:
        button = QToolButton()
        button.setDefaultAction(actions[f"mode_{mode.name}"])
        button.setProperty("role", "mode")
        button.setFixedHeight(26)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        layout.addWidget(button)
    return frame
