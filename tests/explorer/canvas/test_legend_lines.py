"""A legend of several lines beside a plot: the plot keeps its size while the names change."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from explorer.canvas.legend import Legend, LegendEntry
from explorer.theme import DARK

FEW = (("origin", "area"),)
MANY = tuple((f"a rather long name, number {number}", "area") for number in range(6))


class Plot(QWidget):
    """Notes the heights it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.heights: list[int] = []

    def resizeEvent(self, event) -> None:
        self.heights.append(event.size().height())


@pytest.fixture
def card(qtbot):
    card, legend, plot = QWidget(), Legend(DARK, wrapping=True), Plot()
    layout = QVBoxLayout(card)
    layout.addWidget(legend)
    layout.addWidget(plot, 1)
    card.resize(400, 300)
    qtbot.addWidget(card)
    card.show()
    legend.set_entries(MANY)
    qtbot.wait(20)
    return card, legend, plot


def test_other_names_of_as_many_lines_do_not_touch_the_plot(card, qtbot) -> None:
    _, legend, plot = card
    plot.heights.clear()
    legend.set_entries(tuple((name.upper(), swatch) for name, swatch in MANY))
    qtbot.wait(20)
    assert plot.heights == []


def test_fewer_names_keep_the_lines_until_another_picture_begins(card, qtbot) -> None:
    _, legend, plot = card
    plot.heights.clear()
    high = legend.height()
    legend.set_entries(FEW)
    qtbot.wait(20)
    assert (legend.height(), plot.heights) == (high, [])
    legend.release()
    qtbot.wait(20)
    assert legend.height() < high
    assert len(plot.heights) == 1


def test_another_width_needs_other_lines(card, qtbot) -> None:
    whole, legend, _ = card
    high = legend.height()
    whole.resize(1600, 300)
    qtbot.wait(20)
    assert 0 < legend.height() < high


def test_without_names_it_takes_no_room(card, qtbot) -> None:
    _, legend, plot = card
    legend.set_entries(())
    qtbot.wait(20)
    assert not legend.isVisible()
    legend.set_entries(FEW)
    qtbot.wait(20)
    assert legend.height() < 60
    assert plot.heights[-1] > 200


def test_a_name_without_room_leaves_its_mark_and_no_two_letters(qtbot: QtBot) -> None:
    entry = LegendEntry("Runge-Kutta 4", "triangle", DARK)
    qtbot.addWidget(entry)
    whole = entry.sizeHint().width()
    for width, shown in ((whole, "Runge-Kutta 4"), (whole - 30, "…"), (40, "")):
        entry.resize(width, 20)
        assert entry.shown_text().endswith(shown)
        assert bool(entry.shown_text()) == bool(shown)
