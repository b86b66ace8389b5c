"""The card of the integrator: which time span it refuses, and what becomes of the refusal."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel

from core import catalogue
from core.experiment import Experiment, Integration
from core.language import parse
from explorer.editors.number_box import NumberBox
from explorer.race_menu import RaceMenu
from explorer.solver_panel import SolverPanel
from explorer.theme import DARK

TEXT = "x' = -x"
SENTENCE = "The time span must end after it begins."


@pytest.fixture
def card(qtbot) -> SolverPanel:
    card = SolverPanel(catalogue.tableaus(), catalogue.adaptive_controllers(), DARK)
    qtbot.addWidget(card)
    card.show_experiment(Experiment(TEXT, span=(0.0, 20.0)), parse(TEXT))
    card.show()
    return card


def box_of(card: SolverPanel, name: str) -> NumberBox:
    return next(box for box in card.findChildren(NumberBox) if box.accessibleName() == name)


def entered(box: NumberBox, text: str) -> None:
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)


def sentences(card: SolverPanel) -> list[str]:
    return [one.text() for one in card.findChildren(QLabel) if one.text() == SENTENCE and one.isVisible()]


@pytest.mark.parametrize(("name", "text", "restored"), [("t to", "-5", "20"), ("t from", "20", "0")])
def test_a_span_that_ends_before_it_begins_is_refused_until_its_field_is_left(card, name, text, restored):
    edited = []
    card.span_edited.connect(edited.append)
    box = box_of(card, name)
    entered(box, text)
    assert sentences(card) == [SENTENCE]
    assert box.property("invalid")
    QApplication.sendEvent(box, QFocusEvent(QEvent.Type.FocusOut))
    assert sentences(card) == []
    assert box.text() == restored
    assert edited == []


def test_the_next_span_that_is_right_is_taken_over(card):
    edited = []
    card.span_edited.connect(edited.append)
    end = box_of(card, "t to")
    entered(end, "-5")
    entered(end, "5")
    assert edited == [(0.0, 5.0)]
    assert sentences(card) == []


def test_the_keys_do_not_move_one_end_past_the_other(card):
    edited = []
    card.span_edited.connect(edited.append)
    QTest.keyClick(box_of(card, "t to"), Qt.Key.Key_PageDown)
    assert edited == []
    assert box_of(card, "t to").value() == 20.0


def test_a_method_that_cannot_follow_the_system_is_grey_and_says_why(qtbot):
    card = SolverPanel(catalogue.integrators(), catalogue.adaptive_controllers(), DARK)
    qtbot.addWidget(card)
    method = next(box for box in card.findChildren(QComboBox) if box.findData("verlet") >= 0)
    racers = card.findChild(RaceMenu).entries()

    def offered(text: str) -> tuple[bool, bool, str | None]:
        system = parse(text)
        card.show_experiment(Experiment(text), system)
        place = method.findData("verlet")
        hint = method.itemData(place, Qt.ItemDataRole.ToolTipRole)
        return method.model().item(place).isEnabled(), racers["verlet"].isEnabled(), hint

    assert offered("x' = y\ny' = -x - y") == (False, False, catalogue.integrator("verlet").refusal(parse("x' = -x")))
    assert offered("x' = y\ny' = -x") == (True, True, None)


def test_the_control_of_steps_is_chosen_where_a_method_leaves_it_open(qtbot):
    card = SolverPanel(catalogue.integrators(), catalogue.adaptive_controllers(), DARK)
    qtbot.addWidget(card)
    box = next(box for box in card.findChildren(QComboBox) if box.accessibleName() == "Step control")
    edited = []
    card.integration_edited.connect(lambda *change: edited.append(change))
    box.setCurrentIndex(box.findData("h211b"))
    box.activated.emit(box.currentIndex())
    assert edited == [("controller", "h211b")]
    for integration, offered in (
        (Integration("dopri5", controller="pid"), True),
        (Integration("dopri5", fixed=True), False),
        (Integration("rk4"), False),
        (Integration("bdf"), False),
    ):
        card.show_experiment(Experiment(TEXT, integration=integration), parse(TEXT))
        assert box.parent().isHidden() != offered
        assert box.currentData() == integration.controller
