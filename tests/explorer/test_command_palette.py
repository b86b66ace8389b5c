"""The palette finds commands by a few letters and runs them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from explorer.actions import COMMANDS, MENUS, Actions
from explorer.command_palette import CommandPalette, Entry, match


def test_letters_must_come_in_their_order():
    assert match("wvt", "Write values into the text") is not None
    assert match("tvw", "Write values into the text") is None


def test_a_piece_in_one_comes_before_scattered_letters():
    assert match("undo", "Undo") < match("undo", "Unhide down below")
    assert match("", "anything") is not None


def test_beginnings_of_words_come_first():
    assert match("sa", "Save as") < match("sa", "Reset all")


@pytest.fixture
def palette(qtbot):
    host = QWidget()
    qtbot.addWidget(host)
    host.show()
    made = CommandPalette(host)
    yield made
    made.hide()


def test_enter_runs_the_best_match_and_closes(palette):
    ran = []
    entries = [Entry("Save", lambda: ran.append("save")), Entry("Show the gallery", lambda: ran.append("gallery"))]
    palette.open_at(QPoint(300, 50), entries)
    field = palette.findChild(QLineEdit)
    QTest.keyClicks(field, "gall")
    assert palette.shown() == ["Show the gallery"]
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert ran == ["gallery"]
    assert palette.isHidden()


def test_arrows_choose_another_line(palette):
    ran = []
    palette.open_at(QPoint(300, 50), [Entry(str(i), lambda i=i: ran.append(i)) for i in range(3)])
    field = palette.findChild(QLineEdit)
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Up)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert ran == [1]


def test_no_two_commands_share_a_key_or_a_name():
    keys = [QKeySequence(key).toString() for command in COMMANDS for key in command.keys]
    assert "" not in keys
    assert len(keys) == len(set(keys))
    assert len({command.name for command in COMMANDS}) == len(COMMANDS)
    assert {command.menu for command in COMMANDS} == set(MENUS)


def test_a_key_stands_in_the_tooltip(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    actions = Actions(window)
    for command in COMMANDS:
        if command.keys:
            assert actions[command.name].shortcut().toString() in actions[command.name].toolTip()
