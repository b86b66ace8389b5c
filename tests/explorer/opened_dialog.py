"""*New network…* over a window of the smallest size, for a fixture."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.network_dialog import NetworkDialog


def opened_dialog(qtbot: QtBot) -> Iterator[NetworkDialog]:
    """The dialog, closed again after its test."""
    parent = QWidget()
    parent.resize(1280, 720)
    qtbot.addWidget(parent)
    made = NetworkDialog(parent)
    made.show()
    yield made  # and the parent with it
    made.close()
