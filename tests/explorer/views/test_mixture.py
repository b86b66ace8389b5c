"""The picture of weights that mix rows: numbers, bars, strips, words."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import mouse
import numpy as np
import pytest
from pictures import count, empty_notes, pixels
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from core import presets
from core.experiment import Experiment
from core.frame import Frame
from core.language import parse
from core.readings import Mixture
from core.request import Request
from core.runner import frames
from explorer.canvas.chip import plot_font
from explorer.stage import fitting
from explorer.theme import DARK, LIGHT
from explorer.views import views
from explorer.views.mixture import MixtureView
from explorer.views.mixture_cells import weight_scale
from explorer.views.mixture_panels import Panels, Spot, panels
from explorer.views.mixture_strips import in_bands, strip_range

SIGNED = "Y <- S V\nY in R^2x1\nS = [[2, -1], [0.5, 0.5]]\nV = [[1], [3]]\n"


@cache
def answer(lecture: float) -> Frame:
    experiment, _ = presets.load_preset("self_attention")
    *_, frame = frames(Request(replace(experiment, values={"lecture": lecture}), frozenset({Mixture})))
    return frame


def attention(qtbot: QtBot, lecture: float = 0.0, size: tuple[int, int] = (700, 420)) -> MixtureView:
    experiment, _ = presets.load_preset("self_attention")
    return _on_screen(qtbot, experiment, answer(lecture), size)


def _on_screen(qtbot: QtBot, experiment: Experiment, frame: Frame | None, size: tuple[int, int]) -> MixtureView:
    view = MixtureView()
    qtbot.addWidget(view)
    view.apply_theme(DARK)
    view.resize(*size)
    view.show()
    view.reset(experiment, parse(experiment.text, experiment.tensors))
    if frame is not None:
        view.draw(frame)
    view.grab()
    return view


def place(view: MixtureView, shape: tuple[int, int, int] = (5, 5, 4)) -> Panels:
    return panels(view.box.width(), view.box.height(), shape)


def colour_at(view: MixtureView, x: float, y: float) -> np.ndarray:
    at = view.plot.mapTo(view, view.plot.mapFromScene(view.box.mapToScene(x, y)))
    return pixels(view)[at.y(), at.x()]


def part(view: MixtureView, left: float, top: float, right: float, bottom: float) -> np.ndarray:
    begin, end = (
        view.plot.mapTo(view, view.plot.mapFromScene(view.box.mapToScene(x, y)))
        for x, y in ((left, top), (right, bottom))
    )
    return pixels(view)[begin.y() : end.y(), begin.x() : end.x()]


@pytest.mark.parametrize("size", [(380, 180), (900, 700), (500, 900)])
@pytest.mark.parametrize("shape", [(5, 5, 4), (1, 1, 1), (40, 60, 3), (3, 2, 50)])
def test_panels_share_their_rows_and_keep_apart(size: tuple[int, int], shape: tuple[int, int, int]) -> None:
    found = panels(*size, shape)
    areas = (found.cells, found.sums, found.outputs)
    assert all(area.width() > 20 and area.left() >= 0 and area.right() <= size[0] + 1e-9 for area in areas)
    assert found.cells.right() < found.sums.left() < found.sums.right() < found.outputs.left()
    assert {(area.top(), area.bottom()) for area in areas} == {(found.cells.top(), found.cells.bottom())}
    assert found.cells.bottom() < size[1]
    rows, columns, strips = shape
    for row, column in ((0, 0), (rows - 1, columns - 1)):
        centre = QPointF((column + 0.5) / columns * found.cells.width() + found.cells.left(), found.middle(row))
        assert found.at(centre) == Spot("cell", row, column)
        assert found.at(QPointF(found.sums.center().x(), found.middle(row))) == Spot("sum", row)
    assert found.at(found.strip(strips - 1).center()) == Spot("output", rows // 2, strips - 1)
    assert found.at(QPointF(found.cells.left(), 2)) is None
    assert found.at(QPointF(2, found.middle(0))) is None
    corner = found.cell(rows - 1, columns - 1)
    assert found.cell(0, 0).left() == round(found.cells.left())
    assert corner.right() == round(found.cells.right())


def test_colours_of_cells_are_those_of_their_weights(qtbot: QtBot) -> None:
    view = attention(qtbot)
    matrix = answer(0.0).readings[Mixture].matrices[0]
    scale = weight_scale(matrix)
    assert (scale.low, scale.high, scale.diverging) == (0.0, matrix.weights.max(), False)
    for row, column in ((1, 1), (0, 2), (4, 3)):
        cell = place(view).cell(row, column)
        shown = colour_at(view, cell.left() + 3, cell.top() + 3)
        value = scale.table(DARK)[scale.levels(matrix.weights[row : row + 1, column])][0]
        wanted = np.array([int(value) >> 16 & 255, int(value) >> 8 & 255, int(value) & 255])
        assert np.abs(shown - wanted).max() <= 3


def test_a_runaway_weight_does_not_hide_the_others() -> None:
    lecture = answer(1.0).readings[Mixture].matrices[0]
    assert lecture.weights.max() > 14.0
    assert 1.0 <= weight_scale(lecture).high < 1.1
    signed = replace(lecture, weights=np.array([[2.0, -1.0], [0.5, np.nan]]))
    assert weight_scale(signed).diverging
    assert (weight_scale(signed).low, weight_scale(signed).high) == (-2.0, 2.0)
    assert weight_scale(replace(lecture, weights=np.zeros((2, 2)))).high == 1.0


@pytest.mark.parametrize(
    ("lecture", "sums", "hull"),
    [
        (0.0, "rows sum to 1", "inside the hull of V"),
        (0.5, "row sums 0.80 to 7.58", "leaves the hull of V in 4 of 20 numbers"),
        (1.0, "row sums 0.60 to 14.16", "leaves the hull of V in 7 of 20 numbers"),
    ],
)
def test_the_chips_say_whether_the_weights_average(qtbot: QtBot, lecture: float, sums: str, hull: str) -> None:
    view = attention(qtbot, lecture)
    assert (view.chips.text("sums"), view.chips.text("hull"), view.chips.text("sign")) == (sums, hull, "")
    assert (count(pixels(view.chips), DARK.rose, 60) > 10) == (lecture > 0)


def test_bars_end_at_one_or_warn(qtbot: QtBot) -> None:
    view = attention(qtbot)
    area = place(view).sums
    whole = part(view, area.left(), area.top(), area.right(), area.bottom())
    assert count(whole, DARK.teal) > 500
    assert count(whole, DARK.rose, 60) == 0
    view.draw(answer(1.0))
    found, area = place(view), place(view).sums
    widths = []
    for row in range(5):
        y = found.middle(row)
        line = part(view, area.left(), y - 6, area.right() - 42, y + 6)
        widths.append(count(line, DARK.rose) / 12)
        assert count(line, DARK.teal) == 0
    sums = answer(1.0).readings[Mixture].row_sums
    drawn = np.array(widths)[1:]
    assert np.corrcoef(drawn, sums[1:])[0, 1] > 0.99
    assert widths[0] > widths[1]  # the first, 14, is broken off at 3


def test_marks_stand_in_their_band_or_beside_it() -> None:
    mixture = answer(1.0).readings[Mixture]
    parts = in_bands(mixture, mixture.matrices[0])
    assert (((parts >= 0) & (parts <= 1)) == mixture.inside).all()
    assert strip_range(parts) == (-1.12, 2.12)
    right = answer(0.0).readings[Mixture]
    assert strip_range(in_bands(right, right.matrices[0])) == (-0.12, 1.12)
    ones = replace(right, values=np.ones((5, 4)))
    level = replace(right.matrices[0], output=np.ones((5, 4)))
    assert (in_bands(ones, level) == 0).all()


def test_what_is_outside_has_another_colour(qtbot: QtBot) -> None:
    view = attention(qtbot, 1.0)
    found, inside = place(view), answer(1.0).readings[Mixture].inside
    for row, column in np.ndindex(5, 4):
        strip, y = found.strip(column), found.middle(row)
        around = part(view, strip.left() - 1, y - 5, strip.right() + 1, y + 5)
        assert (count(around, DARK.rose) > 5, count(around, DARK.accent) > 5) == (
            not inside[row, column],
            inside[row, column],
        )


def test_the_menu_puts_another_matrix_in_place_of_the_weights_in_force(qtbot: QtBot) -> None:
    view = attention(qtbot, 1.0)
    words = [view.matrices.itemText(index) for index in range(view.matrices.count())]
    assert words[0] == "in force"
    assert sorted(words[1:]) == ["A", "L", "P"]
    view.matrices.setCurrentIndex(words.index("P"))
    view.matrices.activated.emit(words.index("P"))
    assert view.chips.text("sums") == "rows sum to 1"
    assert view.chips.text("hull") == "inside the hull of V"
    view.draw(answer(0.5))
    assert view.chips.text("sums") == "rows sum to 1"  # the choice stays while a slider moves
    experiment, _ = presets.load_preset("self_attention")
    view.reset(experiment, parse(experiment.text + "\n# a remark", experiment.tensors))
    assert view.matrices.currentText() == "P"
    view.reset(Experiment(SIGNED), parse(SIGNED))
    assert view.matrices.currentText() == "in force"


def test_the_mouse_reads_a_weight_a_sum_and_an_output(qtbot: QtBot) -> None:
    view = attention(qtbot, 1.0)
    texts: list[str] = []
    view.readout.connect(texts.append)
    found = place(view)
    view.box.hover_moved.emit(found.cell(0, 2).center())
    assert texts[-1] == "row 1   column 3   weight 14.007"
    view.box.hover_moved.emit(QPointF(found.sums.center().x(), found.middle(0)))
    assert texts[-1] == "row 1   sum 14.1647"
    view.box.hover_moved.emit(QPointF(found.strip(2).center().x(), found.middle(0)))
    assert texts[-1] == "Y[1, 3] = −12.679   column 3 of V from −1.71 to −0.0282: outside"
    view.box.hover_moved.emit(QPointF(1, 1))
    assert texts[-1] == ""


def test_nothing_moves_the_picture(qtbot: QtBot) -> None:
    view = attention(qtbot)
    before = view.box.rectangle()
    mouse.drag(view, (0.3, 0.5), (0.6, 0.7))
    view.fit()
    assert view.box.rectangle() == before == view.home()


def test_negative_weights_that_sum_to_one_are_told(qtbot: QtBot) -> None:
    *_, frame = frames(Request(Experiment(SIGNED), frozenset({Mixture})))
    view = _on_screen(qtbot, Experiment(SIGNED), frame, (420, 260))
    assert view.chips.text("sums") == "rows sum to 1"
    assert view.chips.text("sign") == "smallest weight −1"
    assert view.chips.text("hull") == "leaves the hull of V in 1 of 2 numbers"
    inside = replace(frame.readings[Mixture].matrices[0], inside=np.ones((2, 1), dtype=bool))
    view.draw(Frame(1, {Mixture: replace(frame.readings[Mixture], matrices=(inside,))}))
    assert view.chips.text("hull") == "inside the range of V"


def test_the_table_holds_weights_and_outputs(qtbot: QtBot) -> None:
    view = attention(qtbot, 1.0)
    columns = view.table().columns
    names = [f"weight_{j}" for j in range(1, 6)] + ["row_sum"] + [f"output_{j}" for j in range(1, 5)]
    assert list(columns) == ["row", *names, *(f"inside_{j}" for j in range(1, 5))]
    assert columns["row_sum"] == pytest.approx([14.165, 1.965, 0.601, 0.979, 1.337], abs=5e-4)
    assert columns["output_1"][0] == pytest.approx(-22.638, abs=5e-4)
    assert not columns["inside_1"][0]


@pytest.mark.parametrize("size", [(420, 260), (960, 760)])
def test_chips_are_whole_at_every_size(qtbot: QtBot, size: tuple[int, int]) -> None:
    view = attention(qtbot, 1.0, size)
    metrics = QFontMetricsF(plot_font())
    needed = sum(metrics.horizontalAdvance(view.chips.text(name)) + 26 for name in ("sums", "hull"))
    assert view.chips.width() >= needed - 8
    assert view.chips.mapTo(view, view.chips.rect().bottomRight()).x() <= view.width()


def test_nothing_yet_another_theme_and_no_numbers(qtbot: QtBot) -> None:
    experiment, _ = presets.load_preset("self_attention")
    view = _on_screen(qtbot, experiment, None, (420, 260))
    assert len(empty_notes(view)) == 1
    assert view.table().columns == {}
    view.draw(Frame(1))
    view.draw(answer(0.0))
    assert empty_notes(view) == []
    view.apply_theme(LIGHT)
    assert count(pixels(view), LIGHT.teal) > 100
    text = "Y <- S V\nY in R^2x1\nS = [[log(a), 1], [1/(a + 1), 1]]\nV = [[1], [3]]\na = -1 in [-2, 2]\n"
    *_, broken = frames(Request(Experiment(text), frozenset({Mixture})))
    view.reset(Experiment(text), parse(text))
    assert len(empty_notes(view)) == 1
    view.draw(broken)
    view.grab()
    assert view.chips.text("sums") == "row sums –"
    assert view.matrices.isHidden()


def test_it_is_shown_for_attention_only_and_stands_in_the_middle() -> None:
    found = {}
    for name in presets.names():
        experiment, _ = presets.load_preset(name)
        found[name] = [view.name for view in fitting(views(), parse(experiment.text, experiment.tensors))]
    assert [name for name, shown in found.items() if "mixture" in shown] == ["self_attention"]
    assert found["self_attention"][0] == "mixture"
