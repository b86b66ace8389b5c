"""The bar at the top: name, menus, search, and what one does all the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent
from PySide6.QtSvgWidgets import QSvgWidget
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QMenuBar, QPushButton, QSizePolicy, QToolButton
from typing_extensions import override

from .icons import dress_button
from .labels import icon_button, label
from .modes import MODES
from .style import ASSETS

if TYPE_CHECKING:
    from .actions import Actions

_SEARCH = "Search"
_BESIDE_TEXT = 52
"""Pixels of a button's border, padding and icon."""


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
        self._search = _SearchButton(actions)
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
        self._play_hint = actions["play"].toolTip()
        self._play.setToolTip(self._play_hint)
        self._play.setMinimumWidth(86)
        self._play.clicked.connect(actions["play"].trigger)
        for button in (export, self._play):
            button.setIconSize(QSize(16, 16))
            button.setFixedHeight(32)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 14, 0)
        layout.setSpacing(8)
        self._title = label("Implicit Explorer", "title")
        for widget in (logo, self._title, self._bar, _mode_buttons(actions)):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(self._search, 4)
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

    def show_learning(self, learning: bool) -> None:
        """To play is to train where a network learns."""
        self._play.setToolTip("Train, or pause (Space)" if learning else self._play_hint)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        name = self._title.sizeHint().width() + self.layout().spacing()
        others = self.layout().sizeHint().width() - self._search.sizeHint().width()
        room = self.width() - others + name * (not self._title.isHidden())
        self._title.setVisible(room >= name + self._search.whole_width())  # the menus and modes come before the name
        self._search.fit(room - name * (not self._title.isHidden()))


class _SearchButton(QPushButton):
    """Opens the command palette; names its keys where they can be read whole."""

    def __init__(self, actions: Actions) -> None:
        super().__init__(_SEARCH)
        keys = actions["palette"].shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        self._whole = f"{_SEARCH}   {keys}"
        self.setObjectName("search")
        self.setProperty("icon_name", "magnify")
        self.setFixedHeight(34)
        self.setMaximumWidth(420)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setToolTip(actions["palette"].toolTip())
        self.clicked.connect(actions["palette"].trigger)

    def whole_width(self) -> int:
        """Pixels that it needs to name its keys."""
        return self._width_of(self._whole)

    def fit(self, room: int) -> None:
        """Say as much as is read in that many pixels, and claim them."""
        text = self._whole if self.whole_width() <= room else _SEARCH
        self.setText(text)
        self.setMinimumWidth(self._width_of(text))

    def _width_of(self, text: str) -> int:
        self.ensurePolished()
        return self.fontMetrics().horizontalAdvance(text) + _BESIDE_TEXT


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
