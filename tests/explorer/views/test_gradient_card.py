"""The gradient card: distances of tips are relative errors, figures as computed, warnings where they belong."""

from __future__ import annotations

from dataclasses import replace

import fixed_point_frames as frames
import fixed_point_maps as maps
import mouse
import numpy as np
import pytest
from pictures import colour_near, count, empty_notes, pixels, shown
from pytestqt.qtbot import QtBot

from core.experiment import Experiment, GradientChoice
from core.frame import Frame
from core.readings import LayerGradients
from explorer.theme import DARK, LIGHT
from explorer.views.gradient_figures import angle, tip
from explorer.views.gradient_marks import method_colour
from explorer.views.layer_gradients import GradientCard


@pytest.fixture(scope="module")
def reading() -> LayerGradients:
    return frames.gradients(maps.layer(10))


@pytest.fixture
def card(qtbot: QtBot, reading: LayerGradients) -> GradientCard:
    return shown(qtbot, GradientCard(), maps.layer(10), frames.frame(reading), (560, 560))


def test_the_distance_of_tips_is_the_relative_error(reading: LayerGradients) -> None:
    reference = reading.methods[0].gradient
    assert tip(reading.methods[0], reference) == pytest.approx((1.0, 0.0))
    for method in reading.methods[2:]:
        x, y = tip(method, reference)
        assert np.hypot(x - 1.0, y) == pytest.approx(method.relative_error, rel=1e-6)
        assert np.degrees(np.arctan2(y, x)) == pytest.approx(angle(method.cosine), rel=1e-6)


def test_arrows_end_at_their_tips(card: GradientCard, reading: LayerGradients) -> None:
    jfb = reading.methods[4]
    x, y = tip(jfb, reading.methods[0].gradient)
    assert colour_near(card, x, y, method_colour(DARK, "one_step"), reach=2)
    assert not colour_near(card, 1.12 * x, 1.12 * y, method_colour(DARK, "one_step"))
    assert colour_near(card, 0.1, 0.0, DARK.text, reach=3)
    across, up = card.box.projection().scale
    assert across == pytest.approx(-up)


def test_an_approximation_is_dashed(card: GradientCard, reading: LayerGradients) -> None:
    x, y = tip(reading.methods[4], reading.methods[0].gradient)
    own = method_colour(DARK, "one_step")
    along = [colour_near(card, part * x, part * y, own, 0, 60) for part in np.linspace(0.3, 0.65, 120)]
    assert 20 < sum(along) < 110  # gaps and strokes
    exact = replace(reading, methods=(*reading.methods[:4], replace(reading.methods[4], exact=True)))
    card.draw(frames.frame(exact))
    along = [colour_near(card, part * x, part * y, own, 1, 60) for part in np.linspace(0.3, 0.65, 120)]
    assert all(along)


def test_descent_is_right_of_zero(card: GradientCard) -> None:
    left, right = colour_near(card, -0.05, 0.3, DARK.card, 1, 2), colour_near(card, 0.05, 0.3, DARK.card, 1, 2)
    assert (left, right) == (True, False)


def test_the_table_tells_every_method(card: GradientCard, reading: LayerGradients) -> None:
    rows = card.figures.rows()
    assert [row.name for row in rows] == [method.title for method in reading.methods]
    assert rows[0].figures == ("0", "0°", "10⁻¹⁶", "10")
    assert rows[1].figures[0] == "3·10⁻⁷"
    assert rows[4].figures[0] == f"{reading.methods[4].relative_error:.3g}"
    assert rows[4].figures[2] == "–"
    assert [row.warning for row in rows] == [False, False, False, False, True]
    assert "One step (JFB): rel. error" in card.figures.accessibleDescription()


def test_the_chips_predict_the_unrolled_error(card: GradientCard, reading: LayerGradients) -> None:
    assert card.chips.text("radius") == f"ρ = {reading.radius:.6g}"
    assert card.chips.text("predicted").startswith("ρ¹⁰ = ")
    choice = Experiment(text="", gradient=GradientChoice(unrolled=3))
    card.reset(choice, maps.layer(10).system())
    card.draw(frames.frame(reading))
    assert card.chips.text("predicted") == f"ρ³ = {reading.radius**3:.3g}"
    assert card.chips.text("solved") == ""


def test_a_fold_is_told_and_stays_readable(card: GradientCard, reading: LayerGradients) -> None:
    note = "I − J is nearly singular: the gradient is close to infinite."
    huge = replace(reading.methods[0], gradient=reading.methods[0].gradient * 1e12)
    lost = replace(reading.methods[3], relative_error=float("inf"), cosine=float("nan"))
    fold = replace(reading, radius=1.2, solved=False, note=note, methods=(huge, reading.methods[2], lost))
    card.draw(frames.frame(fold))
    card.grab()
    assert card.caution.text() == note
    assert not card.caution.isHidden()
    assert card.chips.text("solved") == "no fixed point"
    assert card.figures.rows()[2].figures[:2] == ("∞", "–")
    (left, right), _ = card.box.rectangle()
    assert left < 0 < 1 < right < 2
    card.draw(frames.frame(reading))
    assert card.caution.isHidden()


def test_a_diverged_arrow_leaves_the_picture_without_flattening_it(card: GradientCard, reading: LayerGradients) -> None:
    wild = replace(reading.methods[2], gradient=reading.methods[2].gradient * 1e9)
    card.draw(frames.frame(replace(reading, methods=(reading.methods[0], wild))))
    (left, right), (low, high) = card.box.rectangle()
    assert right - left < 8
    assert high - low < 8
    assert colour_near(card, 2.0, 0.0, method_colour(DARK, "unrolled"), reach=2)


@pytest.mark.parametrize("size", [(420, 260), (700, 300), (370, 480)])
def test_the_table_stands_below_a_plot_of_full_width(
    qtbot: QtBot, reading: LayerGradients, size: tuple[int, int]
) -> None:
    view = shown(qtbot, GradientCard(), maps.layer(10), frames.frame(reading), size)
    view.grab()
    plot, figures = view.plot.geometry(), view.figures.geometry()
    assert figures.top() >= plot.bottom()
    assert plot.width() >= 240
    assert view.rect().contains(figures)
    assert figures.height() >= view.figures.wanted_height() - 2
    assert view.figures.shown_columns() >= 2
    assert plot.width() >= 150


def test_the_mouse_reads_a_method(card: GradientCard, reading: LayerGradients) -> None:
    texts: list[str] = []
    card.readout.connect(texts.append)
    x, y = tip(reading.methods[4], reading.methods[0].gradient)
    mouse.hover(card, 0.8 * x, 0.8 * y)
    assert texts[-1].startswith("One step (JFB)   |g| = ")
    assert f"relative error {reading.methods[4].relative_error:.3g}" in texts[-1]
    mouse.hover(card, 1.0, 0.25)
    assert float(texts[-1].rsplit(" ", 1)[1]) == pytest.approx(0.25, abs=0.01)


def test_the_csv_holds_figures_and_gradients(card: GradientCard, reading: LayerGradients) -> None:
    columns = card.table().columns
    assert list(columns)[:3] == ["method", "relative_error", "angle_degrees"]
    assert columns["d/dx[1]"] == pytest.approx([method.gradient[0] for method in reading.methods])
    assert card.table(visible_only=True).columns.keys() == columns.keys()


def test_nothing_yet_and_another_theme(qtbot: QtBot, reading: LayerGradients) -> None:
    view = shown(qtbot, GradientCard(), maps.layer(10))
    assert len(empty_notes(view)) == 1
    assert view.table().columns == {}
    assert view.figures.rows() == ()
    view.draw(Frame(1))
    view.draw(frames.frame(reading))
    assert empty_notes(view) == []
    view.apply_theme(LIGHT)
    assert count(pixels(view), method_colour(LIGHT, "one_step")) > 30
    assert count(pixels(view), method_colour(DARK, "one_step")) == 0
    view.reset(frames.experiment(), maps.layer(10).system())
    assert view.figures.rows() == ()


def test_the_length_of_the_adjoint_is_told_where_it_is_known(card: GradientCard, reading: LayerGradients) -> None:
    assert card.chips.text("adjoint") == ""
    card.draw(frames.frame(replace(reading, adjoint=4.485634975)))
    assert card.chips.text("adjoint") == "|u| = 4.485635"


def test_of_many_methods_exact_ones_wait_in_the_menu(card: GradientCard, reading: LayerGradients) -> None:
    exact = tuple(replace(reading.methods[1], method=f"exact_{index}", title=f"Exact {index}") for index in range(4))
    card.draw(frames.frame(replace(reading, methods=(*reading.methods, *exact))))
    names = [row.name for row in card.figures.rows()]
    assert "Exact 2" not in names
    assert "One step (JFB)" in names
    entry = next(entry for entry in card._menu.entries() if entry.text() == "Exact 2")
    entry.trigger()
    assert "Exact 2" in [row.name for row in card.figures.rows()]
    chosen = Experiment(text="", gradient=GradientChoice(fixed_point="exact_3"))
    card.show_experiment(chosen, maps.layer(10).system())
    assert card.figures.rows()[-1].name == "Exact 3"


def test_the_dial_shows_the_true_angles(card: GradientCard, reading: LayerGradients) -> None:
    angles = [needle.degrees for needle in card._dial.needles()]
    assert angles == pytest.approx([angle(method.cosine) for method in reading.methods[1:]], nan_ok=True)
    assert "One step (JFB)" in card._dial.toolTip()
    assert count(pixels(card._dial), method_colour(DARK, "one_step"), 60) > 5
