"""What the top bar leaves out where the window is narrow."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from explorer import icons
from explorer.main_window import MainWindow

WHOLE = "Search   Ctrl+Shift+P"


@pytest.mark.parametrize(("width", "text"), [(960, "Search"), (1480, WHOLE), (1920, WHOLE)])
def test_the_search_field_cuts_nothing_off(qtbot, width: int, text: str) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(width, 720)
    window.show()
    icons.dress(window)
    QApplication.processEvents()
    search = window.top_bar._search
    assert search.width() >= search.sizeHint().width()
    assert search.text() == text
    assert window.width() == width


def test_the_keys_come_and_go_with_the_room(qtbot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    for width, whole in ((960, False), (1480, True), (1000, False)):
        window.resize(width, 720)
        QApplication.processEvents()
        assert ("Ctrl" in window.top_bar._search.text()) is whole


def test_the_menus_are_whole_and_the_name_makes_room_for_them(qtbot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    icons.dress(window)
    bar = window.top_bar._bar
    for width in (1280, 1920, 1300):
        window.resize(width, 720)
        QApplication.processEvents()
        assert bar.width() >= bar.sizeHint().width()
    window.resize(1920, 720)
    QApplication.processEvents()
    assert window.top_bar._title.isVisible()
