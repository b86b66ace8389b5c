"""Number box, slider and range row: what a person types and drags, and what is refused."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest

from core.experiment import SliderRange
from core.parameter import Range
from explorer.editors.number_box import NumberBox
from explorer.editors.number_text import number_text, parsed_number
from explorer.editors.range_row import RangeRow
from explorer.editors.value_slider import ValueSlider


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (1.4, "1.4"), (5.0, "5"), (1e-9, "1e-9"), (1.5e20, "1.5e20"), (-0.125, "-0.125")],
)
def test_numbers_read_as_people_write_them(value, text):
    assert number_text(value) == text
    assert parsed_number(text) == value


@pytest.mark.parametrize("text", ["", "abc", "1e999", "nan", "1..2", "inf"])
def test_what_is_no_finite_number_is_none(text):
    assert parsed_number(text) is None


@pytest.fixture
def box(qtbot):
    box = NumberBox("mu", Range(0.0, 5.0))
    qtbot.addWidget(box)
    box.set_value(1.0)
    box.show()
    return box


def typed(box: NumberBox, text: str) -> None:
    box.selectAll()
    QTest.keyClicks(box, text)


def test_enter_takes_a_number_over(box, qtbot):
    with qtbot.waitSignal(box.value_edited) as told:
        typed(box, "2,5")
        QTest.keyClick(box, Qt.Key.Key_Return)
    assert told.args == [2.5]
    assert box.text() == "2.5"


@pytest.mark.parametrize("text", ["9", "abc", "-1"])
def test_what_does_not_fit_is_red_with_a_sentence_and_never_taken_over(box, text):
    told, sentences = [], []
    box.value_edited.connect(told.append)
    box.refused.connect(sentences.append)
    typed(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert told == []
    assert box.value() == 1.0
    assert box.property("invalid")
    assert sentences[-1]
    assert ("between 0 and 5" in sentences[-1]) or ("not a number" in sentences[-1])


def test_a_fine_number_clears_the_refusal(box):
    sentences = []
    box.refused.connect(sentences.append)
    typed(box, "9")
    typed(box, "3")
    assert sentences[-1] == ""
    assert not box.property("invalid")


def test_escape_returns_to_the_last_good_number(box):
    typed(box, "77")
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert box.text() == "1"
    assert not box.property("invalid")


def test_arrows_step_within_the_limits(box):
    told = []
    box.value_edited.connect(told.append)
    QTest.keyClick(box, Qt.Key.Key_Up)
    QTest.keyClick(box, Qt.Key.Key_PageDown)
    assert told == pytest.approx([1.05, 0.55])
    for _ in range(3):
        QTest.keyClick(box, Qt.Key.Key_PageDown)
    assert box.value() == 0.0


def test_a_number_shown_rounded_is_not_changed_by_enter(box):
    told = []
    box.value_edited.connect(told.append)
    box.set_value(1.23456789)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert told == []
    assert box.value() == 1.23456789


def test_whole_numbers_only_where_asked(qtbot):
    box = NumberBox("seed", Range(0, 100), whole=True)
    qtbot.addWidget(box)
    box.set_value(3)
    typed(box, "2.5")
    assert "whole" in box.toolTip()


@pytest.fixture
def slider(qtbot):
    slider = ValueSlider("mu", Range(0.0, 5.0))
    qtbot.addWidget(slider)
    slider.resize(232, 18)
    slider.set_value(1.0)
    slider.show()
    return slider


def test_showing_a_value_reports_nothing(slider):
    told = []
    slider.value_edited.connect(lambda *args: told.append(args))
    slider.set_value(3.0)
    assert told == []


def test_keys_step_page_and_go_to_the_ends_without_a_drag(slider):
    told = []
    slider.value_edited.connect(lambda *args: told.append(args))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_PageUp, Qt.Key.Key_End, Qt.Key.Key_Home):
        QTest.keyClick(slider, key)
    values, drags = zip(*told, strict=True)
    assert values == pytest.approx([1.05, 1.55, 5.0, 0.0])
    assert set(drags) == {None}


def dragged(slider: ValueSlider, pixels: int, modifier=Qt.KeyboardModifier.NoModifier) -> list[tuple]:
    """What the slider reports while its handle is dragged by `pixels`."""
    told = []

    def note(*args) -> None:
        told.append(args)

    left = Qt.MouseButton.LeftButton
    slider.value_edited.connect(note)
    handle = QPoint(round(8 + (slider.width() - 16) * slider.value() / slider.maximum()), 9)
    QTest.mousePress(slider, left, modifier, handle)
    for part in (0.5, 1.0):
        where = QPointF(handle + QPoint(round(part * pixels), 0))
        slider.mouseMoveEvent(
            QMouseEvent(QEvent.Type.MouseMove, where, slider.mapToGlobal(where), left, left, modifier)
        )
    QTest.mouseRelease(slider, left, modifier, handle + QPoint(pixels, 0))
    slider.value_edited.disconnect(note)
    return told


def test_a_drag_has_one_id_and_ends_once(slider):
    ended = []
    slider.drag_finished.connect(lambda: ended.append(1))
    told = dragged(slider, 80)
    assert len({drag for _, drag in told}) == 1
    assert told[0][1] is not None
    assert ended == [1]
    second = dragged(slider, -20)
    assert second[-1][1] != told[-1][1]


def test_shift_makes_a_drag_ten_times_finer(slider):
    plain = dragged(slider, 80)[-1][0] - 1.0
    slider.set_value(1.0)
    fine = dragged(slider, 80, Qt.KeyboardModifier.ShiftModifier)[-1][0] - 1.0
    assert fine == pytest.approx(plain / 10, rel=0.05)


def test_a_logarithmic_slider_is_even_in_the_exponent(qtbot):
    slider = ValueSlider("k", Range(1e-3, 1e3, log=True))
    qtbot.addWidget(slider)
    assert slider.value_at(0.5) == pytest.approx(1.0)
    assert slider.position_of(100.0) == pytest.approx(5 / 6)
    assert slider.value_at(1.0) == 1e3


def test_a_declared_step_is_kept(qtbot):
    slider = ValueSlider("n", Range(0.0, 10.0, step=0.5))
    qtbot.addWidget(slider)
    assert slider.value_at(0.26) == 2.5


def test_a_key_moves_an_end_by_the_sliders_step(qtbot):
    row = RangeRow("mu")
    qtbot.addWidget(row)
    row.show_range(SliderRange(0.0, 5.0))
    for name, moved in (("greatest mu", 5.05), ("least mu", 0.05), ("step of mu", 0.055)):
        row.show_range(SliderRange(0.0, 5.0))
        box = next(box for box in row.findChildren(NumberBox) if box.accessibleName() == name)
        qtbot.keyClick(box, Qt.Key.Key_Up)
        assert box.value() == pytest.approx(moved), name


def test_ends_that_make_no_range_are_refused_with_a_sentence(qtbot):
    row = RangeRow("mu")
    qtbot.addWidget(row)
    row.show_range(SliderRange(0.0, 5.0))
    edited, sentences = [], []
    row.range_edited.connect(edited.append)
    row.refused.connect(sentences.append)
    low = row.findChildren(NumberBox)[0]
    typed(low, "7")
    QTest.keyClick(low, Qt.Key.Key_Return)
    assert edited == []
    assert "smaller" in sentences[-1]
    assert low.text() == "0"
    typed(low, "-5")
    QTest.keyClick(low, Qt.Key.Key_Return)
    assert edited == [SliderRange(-5.0, 5.0)]


def test_a_step_longer_than_the_range_is_refused_with_a_sentence(qtbot):
    row = RangeRow("mu")
    qtbot.addWidget(row)
    row.show_range(SliderRange(0.1, 5.0))
    edited, sentences = [], []
    row.range_edited.connect(edited.append)
    row.refused.connect(sentences.append)
    _, high, step = row.findChildren(NumberBox)
    typed(step, "2e6")
    QTest.keyClick(step, Qt.Key.Key_Return)
    assert edited == []
    assert sentences[-1] == "A step of 2e+06 does not fit in a range of length 4.9: make it smaller."
    assert step.text() == "0.049"
    typed(high, "0.11")  # the step that is shown is a hundredth of the range, and nobody's choice
    QTest.keyClick(high, Qt.Key.Key_Return)
    assert edited == [SliderRange(0.1, 0.11)]


@pytest.mark.parametrize("step", [1e9, 1e300, 6.0, 1e-9, 1e-20, 5e-324])
def test_no_step_is_too_long_or_too_short_for_the_slider(qtbot, step):
    slider = ValueSlider("a", Range(0.0, 5.0, step=step))
    qtbot.addWidget(slider)
    slider.set_value(1.0)
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert 1.0 < slider.value_at(slider.value() / 10_000) <= 5.0
    assert slider.value_at(0.5) in (0.0, pytest.approx(2.5))
