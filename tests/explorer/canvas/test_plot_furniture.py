"""What stands around and on the plots of solvers: labels, legends that wrap, tables, switches, axes that follow."""

from __future__ import annotations

import numpy as np
import pytest
from pictures import pixels
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.canvas.auto_fit import AutoFit
from explorer.canvas.chip_row import ChipRow
from explorer.canvas.colour_scale import ColourScale
from explorer.canvas.figure_table import FigureRow, FigureTable
from explorer.canvas.glyphs import GlyphGroup, Glyphs
from explorer.canvas.legend import Legend
from explorer.canvas.number_text import power_text
from explorer.canvas.plot_box import PlotBox
from explorer.canvas.plot_labels import PlotLabel, PlotLabels
from explorer.canvas.projection import Projection
from explorer.editors.choice_row import ChoiceRow
from explorer.theme import DARK

PLAIN = Projection((0.0, 400.0), (0.0, 300.0), 400.0, 300.0)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e-8, "10⁻⁸"),
        (-1e12, "−10¹²"),
        (3.2e-8, "3.2·10⁻⁸"),
        (-2.5e20, "−2.5·10²⁰"),
        (9.999e-8, "10⁻⁷"),
        (0.0, "0"),
        (0.25, "0.25"),
        (-530.2, "−530"),
        (5301.0, "5301"),
        (float("inf"), "∞"),
        (float("-inf"), "−∞"),
        (float("nan"), "–"),
    ],
)
def test_numbers_read_as_people_write_them(value: float, text: str) -> None:
    assert power_text(value) == text


@pytest.mark.usefixtures("qtbot")
def test_a_label_stays_off_what_is_wide_beside_it() -> None:
    line = np.array([[float(x), 190.0] for x in range(0, 401, 2)])  # 9 pixels above the chip's first choice
    tight, wide = PlotLabels(DARK), PlotLabels(DARK, clear=14.0)
    for labels in (tight, wide):
        labels.set_projection(PLAIN)
        labels.set_labels([PlotLabel((200.0, 150.0), ("uphill",), DARK.rose)], [line])
        assert len(labels.shown()) == 1
    (_, _, above), (_, _, below) = *tight._places, *wide._places
    assert (above.bottom() < 150.0, below.top() > 150.0) == (True, True)


@pytest.mark.usefixtures("qtbot")
def test_a_label_keeps_clear_of_curves_labels_and_points() -> None:
    labels = PlotLabels(DARK)
    labels.set_projection(PLAIN)
    words = [PlotLabel((200.0, 150.0), ("attracting",), DARK.teal), PlotLabel((205.0, 150.0), ("x",), DARK.rose)]
    labels.set_labels(words)
    assert labels.shown() == tuple(words)
    first, second = (place for _, _, place in labels._places)
    assert not first.intersects(second)
    assert first.bottom() < 150  # above the point by preference
    level = [np.array([[0.0, y], [400.0, y]]) for y in np.arange(155.0, 300.0, 2.0)]
    labels.set_labels(words[:1], level)
    assert labels.shown() == tuple(words[:1])
    (place,) = (place for _, _, place in labels._places)
    assert place.top() > 150  # below it where curves are above
    assert QRectF(0, 0, 400, 300).contains(place)


@pytest.mark.usefixtures("qtbot")
def test_a_label_keeps_clear_of_what_is_finite_of_a_curve() -> None:
    labels = PlotLabels(DARK)
    labels.set_projection(PLAIN)
    torn = [np.array([[0.0, y], [400.0, y], [400.0, np.inf], [np.nan, 0.0]]) for y in np.arange(155.0, 300.0, 2.0)]
    labels.set_labels([PlotLabel((200.0, 150.0), ("attracting",), DARK.teal)], torn)
    with np.errstate(all="raise"):
        (place,) = (place for _, _, place in labels._places) if labels.shown() else ()
    assert place.top() > 150


@pytest.mark.usefixtures("qtbot")
def test_a_label_without_room_is_left_out() -> None:
    labels = PlotLabels(DARK)
    labels.set_projection(Projection((0.0, 400.0), (0.0, 300.0), 40.0, 20.0))
    labels.set_labels([PlotLabel((200.0, 150.0), ("far too long for it",), DARK.teal)])
    assert labels.shown() == ()
    labels.set_projection(PLAIN)
    assert len(labels.shown()) == 1


@pytest.mark.usefixtures("qtbot")
def test_a_label_that_is_kept_stands_in_the_plot_though_its_point_does_not() -> None:
    far = PlotLabel((5000.0, -900.0), ("target", "no nearer"), DARK.accent)
    labels, kept = PlotLabels(DARK), PlotLabels(DARK, kept=True)
    for one in (labels, kept):
        one.set_projection(PLAIN)
        one.set_labels([far])
    assert labels.shown() == ()
    assert kept.shown() == (far,)
    _, centre, place = kept._places[0]
    area = QRectF(0, 0, PLAIN.width, PLAIN.height)
    assert area.contains(centre)
    assert area.contains(place)


def test_marks_on_a_line_keep_their_distance() -> None:
    glyphs = Glyphs(DARK)
    glyphs.set_projection(PLAIN)
    line = np.stack([np.linspace(0, 400, 401), np.full(401, 100.0)], axis=1)
    glyphs.set_groups([GlyphGroup("disc", line, DARK.teal, apart=10.0)])
    glyphs.ensure_layout()
    places = np.array(glyphs._pixels[0])
    assert len(places) == 41
    assert np.diff(places[:, 0]).min() >= 9.0
    line[5] = np.nan
    glyphs.set_groups([GlyphGroup("disc", line, DARK.teal)])
    glyphs.ensure_layout()
    assert len(glyphs._pixels[0]) == 400


def test_a_legend_wraps_into_lines_and_takes_no_room_when_empty(qtbot: QtBot) -> None:
    legend = Legend(DARK, wrapping=True)
    qtbot.addWidget(legend)
    assert legend.isHidden()
    legend.set_entries(tuple((f"Solver number {index}", "line") for index in range(6)))
    one = legend.entries()[0].sizeHint()
    layout = legend.layout()
    assert layout.heightForWidth(one.width() * 7) == one.height()
    assert layout.heightForWidth(int(one.width() * 2.5)) == 3 * one.height()
    layout.setGeometry(QRect(0, 0, int(one.width() * 2.5), 100))
    assert [entry.y() for entry in legend.entries()] == [0, 0, 20, 20, 40, 40]
    legend.set_entries(())
    assert legend.isHidden()


def test_a_table_leaves_out_columns_from_the_right(qtbot: QtBot) -> None:
    table = FigureTable(DARK, "Methods")
    qtbot.addWidget(table)
    rows = tuple(FigureRow(name, ("0.123", "45°", "10⁻⁹"), DARK.teal, "disc") for name in ("Implicit", "One step"))
    table.set_rows(("method", "error", "angle", "residual"), rows)
    wanted = table.sizeHint()
    table.resize(wanted)
    assert table.shown_columns() == 4
    table.resize(wanted.width() - 20, wanted.height())
    assert table.shown_columns() == 3
    table.resize(60, wanted.height())
    assert table.shown_columns() == 2
    table.grab()
    assert table.accessibleDescription().startswith("Implicit: error 0.123, angle 45°, residual 10⁻⁹. One step")


def test_a_table_of_short_names_is_whole_in_the_room_that_it_asks_for(qtbot: QtBot) -> None:
    table = FigureTable(DARK, "Iterates")
    qtbot.addWidget(table)
    table.set_rows(("k", "error"), tuple(FigureRow(name, ("0.123",), DARK.teal, "disc") for name in "ab"))
    wanted = table.sizeHint()
    table.resize(wanted)
    narrow = pixels(table)
    table.resize(wanted.width() + 30, wanted.height())
    wide = pixels(table)
    assert (wide[:, : wanted.width()] == narrow).all()
    assert np.ptp(wide[:, wanted.width() :], axis=(0, 1)).max() == 0  # nothing was cut off


def test_a_choice_is_made_by_mouse_and_by_key(qtbot: QtBot) -> None:
    choice = ChoiceRow("Axis", ("iterations", "evaluations"))
    qtbot.addWidget(choice)
    choice.show()
    chosen: list[str] = []
    choice.chosen.connect(chosen.append)
    QTest.mouseClick(choice.buttons()[1], Qt.MouseButton.LeftButton)
    assert choice.word() == "evaluations"
    QTest.keyClick(choice.buttons()[0], Qt.Key.Key_Space)
    assert choice.word() == "iterations"
    choice.choose("evaluations")  # by the program: silent
    assert chosen == ["evaluations", "iterations"]


@pytest.mark.usefixtures("qtbot")
def test_axes_follow_the_data_until_a_person_moves_them() -> None:
    box = PlotBox()
    fit = AutoFit(box, lambda content: content)
    fit.follow(((0.0, 1.0), (0.0, 1.0)))
    fit.follow(((0.0, 4.0), (0.5, 0.8)), settled=False)
    assert box.rectangle() == ((0.0, 4.0), (0.0, 1.0))
    fit.follow(((0.0, 3.0), (0.5, 0.6)), settled=False)
    assert box.rectangle() == ((0.0, 4.0), (0.0, 1.0))  # not while a person drags
    fit.follow(((0.0, 3.0), (0.5, 0.6)))
    assert box.rectangle() == ((0.0, 4.0), (0.5, 0.6))  # far too wide: closed in
    box.navigated.emit()
    fit.follow(((0.0, 99.0), (0.0, 99.0)))
    assert box.rectangle() == ((0.0, 4.0), (0.5, 0.6))
    fit.reset()
    fit.follow(((0.0, 99.0), (0.0, 99.0)))
    assert box.rectangle() == ((0.0, 99.0), (0.0, 99.0))


@pytest.mark.usefixtures("qtbot")
def test_a_scale_tells_no_number_from_the_lowest() -> None:
    scale = ColourScale(0.0, 1.0)
    levels = scale.levels(np.array([-9.0, 0.0, 0.5, 1.0, np.inf, -np.inf, np.nan]))
    assert levels.tolist() == [0, 0, 128, 255, 255, 0, 256]
    table = scale.table(DARK)
    assert len(table) == 257
    assert table.dtype == np.uint32
    assert len({int(table[0]), int(table[128]), int(table[255]), int(table[256])}) == 4


def test_a_warning_is_the_last_chip_that_a_narrow_heading_leaves_out(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    chips = ChipRow(DARK, "first", "second", "trust")
    chips.setParent(host)
    for name in ("first", "second"):
        chips.set_text(name, f"the {name} of three chips")
    chips.set_text("trust", "trust it until t = 3", warning=True)

    def named(width: float) -> list[str]:
        chips.resize(int(width), 20)
        return [name for name, _ in chips.shown()]

    whole = chips.sizeHint().width()
    assert named(whole) == ["first", "second", "trust"]
    assert named(0.75 * whole) == ["first", "trust"]
    assert named(0.4 * whole) == ["trust"]
    assert named(0.1 * whole) == []


def test_a_warning_chip_is_told_apart(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    chips = ChipRow(DARK, "rate")
    chips.setParent(host)
    chips.set_text("rate", "ρ = 1.2", warning=True)
    chips.resize(chips.sizeHint())
    warned = chips.grab().toImage()
    chips.set_text("rate", "ρ = 1.2")
    assert chips.grab().toImage() != warned
    assert chips.accessibleName() == "ρ = 1.2"
