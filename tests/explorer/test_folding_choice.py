"""A row of words that folds to the chosen one where there is no room for all."""

from __future__ import annotations

import mouse
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.editors.choice_row import ChoiceRow

WORDS = ("iterations", "evaluations", "time")


def _seen(row: ChoiceRow) -> list[str]:
    return [button.text() for button in row.buttons() if not button.isHidden()]


def test_a_folded_row_goes_round_the_words_and_unfolds_with_room(qtbot: QtBot) -> None:
    row, card = ChoiceRow("Axis", WORDS, folding=True), QWidget()
    qtbot.addWidget(card)
    card.resize(400, 60)
    row.setParent(card)
    row.resize(row.sizeHint())
    card.show()
    assert _seen(row) == list(WORDS)
    row.resize(row.minimumSizeHint())
    assert _seen(row) == ["iterations"]
    told: list[str] = []
    row.chosen.connect(told.append)
    for _ in WORDS:
        QTest.mouseClick(next(button for button in row.buttons() if button.isVisible()), mouse.LEFT)
    assert told == ["evaluations", "time", "iterations"]
    row.choose("time")
    assert _seen(row) == ["time"]
    row.resize(row.sizeHint())
    assert _seen(row) == list(WORDS)
    QTest.mouseClick(row.buttons()[1], mouse.LEFT)
    assert (row.word(), told[-1]) == ("evaluations", "evaluations")


def test_a_row_that_does_not_fold_asks_for_all_of_its_room(qtbot: QtBot) -> None:
    row = ChoiceRow("Axis", WORDS)
    qtbot.addWidget(row)
    assert row.minimumSizeHint() == row.sizeHint()
