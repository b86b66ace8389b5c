"""Puts `frames` (synthetic frames) and `mouse` (a hand on a plot) within reach of every test below this folder, and a
whole window."""

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox

from explorer.application import Program
from explorer.window_state import WindowState


@pytest.fixture
def conductor(qtbot, tmp_path, monkeypatch):
    """Of a window with its engine inside, 1280 x 720."""
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Discard)
    made = Program(QApplication.instance(), WindowState(tmp_path / "state"), inline=True)
    made.window.resize(1280, 720)
    made.window.show()
    qtbot.waitExposed(made.window)
    furnished = made.furnish()
    yield furnished
    made.window.close()
    made.end()
