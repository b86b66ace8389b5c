"""The loss landscape's view: colours, arrows, the half-plane on screens of any shape, the mouse, and columns."""

from __future__ import annotations

from dataclasses import replace

import landscape_frames as landscapes
import mouse
import numpy as np
import pytest
from landscape_frames import LandscapeExample, bowl, frame, valley
from pictures import colour_near, empty_notes, shown
from pytestqt.qtbot import QtBot

from core.experiment import Experiment, GradientChoice, SliderRange
from core.language import parse
from core.readings import CURVE, LossLandscape
from core.request import Viewport
from explorer.canvas.descent_side import DescentSide
from explorer.canvas.projection import Projection
from explorer.stage import fitting
from explorer.theme import DARK, LIGHT
from explorer.views import views
from explorer.views.gradient_landscape import GradientLandscape
from explorer.views.landscape_picture import LONGEST, landscape_pixels, merged, ways

TWO, ONE = LandscapeExample(landscapes.TWO), LandscapeExample(landscapes.ONE)
HOME = ((-1.0, 1.0), (-1.0, 1.0))


@pytest.fixture
def view(qtbot: QtBot) -> GradientLandscape:
    return _shown(qtbot, TWO, bowl())


def _shown(qtbot: QtBot, example: LandscapeExample, landscape: LossLandscape) -> GradientLandscape:
    made = shown(qtbot, GradientLandscape(), example, size=(700, 560))
    made.reset(example.experiment(), example.system())
    made.draw(frame(landscape))
    made.grab()
    return made


def test_the_axes_are_sliders_and_a_logarithmic_one_has_decades(view: GradientLandscape) -> None:
    assert view.box.rectangle() == (pytest.approx((-1.04, 1.04)), pytest.approx((-1.04, 1.04)))
    assert (view.plot.bottom.logarithmic, view.plot.left.logarithmic) == (True, False)
    seen = view.viewport()
    assert seen is not None
    assert (seen.x, seen.y) == ("a", "b")
    assert seen.x_range == pytest.approx((10.0**-1.04, 10.0**1.04))
    assert seen.y_range == pytest.approx((-1.04, 1.04))


def test_ways_are_in_proportion_and_wrong_ones_are_red_and_named(view: GradientLandscape) -> None:
    true, found = ways(bowl(), HOME)
    assert true is not None
    assert true.tip[1] - true.tail[1] == pytest.approx(-0.17 * 2.0)
    wrong = {way.claimed.title: way for way in found}
    assert [title for title, way in wrong.items() if way.uphill] == ["Wrong"]
    assert wrong["Half"].tip[1] - 0.5 == pytest.approx(0.5 * (true.tip[1] - 0.5))
    assert wrong["Half"].ratio == pytest.approx(np.hypot(1.0, 2.0) / 4.0)
    assert wrong["Huge"].ratio == pytest.approx(50.0)
    assert wrong["Huge"].tip[1] - 0.5 == pytest.approx(LONGEST * (true.tip[1] - 0.5))
    assert wrong["Refused"].words() == "it wants Heun"
    assert view.chips.text("uphill") == "uphill: Wrong"
    labels = {label.lines[0]: label for label in view._drawing._labels.shown()}
    assert set(labels) == {"Wrong"}
    assert labels["Wrong"].colour == DARK.rose
    assert colour_near(view, *wrong["Wrong"].tip, DARK.text, 4, 40)
    assert "uphill" in wrong["Wrong"].words()
    entries = [entry.text() for entry in view.legend.entries()]
    assert entries == ["true descent", "Implicit", "Half", "Wrong", "Huge ×50"]  # the chosen one too
    view.show_experiment(Experiment(TWO.text, gradient=GradientChoice(fixed_point="one_step")), TWO.system())
    view.draw(frame(replace(bowl())))
    entries = [entry.text() for entry in view.legend.entries()]
    assert entries == ["true descent", "Half", "Wrong", "Huge ×50"]  # others that are exact lie on the first


@pytest.mark.parametrize(("width", "height"), [(400.0, 400.0), (900.0, 200.0), (150.0, 700.0)])
@pytest.mark.parametrize("point", [(0.3, 0.5), (-0.6, 0.1)])
def test_the_half_plane_ends_at_the_contours_tangent_on_every_screen(
    width: float, height: float, point: tuple[float, float]
) -> None:
    """A step along the contour of u^2 + 4 v^2 in pixels stays on the line to second order; downhill is inside."""
    landscape = bowl(point=point)
    projection = Projection((-1.0, 1.0), (-1.0, 1.0), width, height)
    side = DescentSide(DARK)
    side.set_projection(projection)
    assert landscape.reference is not None
    side.set_side(point, tuple(landscape.reference.tolist()))
    corners = np.array(side.corners)
    turn = np.array([-8.0 * point[1], 2.0 * point[0]])  # along the contour
    begin, ahead = projection.pixels(np.array([point, np.array(point) + 1e-4 * turn]))
    along = (ahead - begin) / np.linalg.norm(ahead - begin)
    normal = np.array([-along[1], along[0]])
    ends = corners[np.argsort(np.abs((corners - begin) @ normal))[:2]]
    assert np.abs((ends - begin) @ normal).max() < 0.01  # pixels: the tangent's two ends on the edge of the box
    heights = (corners - begin) @ normal
    inside = projection.pixels(np.array(point) - 0.01 * landscape.reference) - begin
    assert (np.sign(heights[np.abs(heights) > 0.01]) == np.sign(inside @ normal)).all()
    for way in ways(landscape, HOME)[1]:
        if np.isfinite(way.ratio):
            shift = projection.pixels(np.array(way.tip)) - begin
            assert (shift @ normal * np.sign(inside @ normal) <= 1e-9) == way.uphill


def test_nothing_is_drawn_where_there_is_no_solution(view: GradientLandscape) -> None:
    colours = landscape_pixels(bowl(), DARK)
    blank = int(DARK.card.removeprefix("#"), 16) | 0xFF000000
    assert (colours[:, -2:] == blank).all()
    assert (colours[:, :-2] != blank).all()
    assert view.chips.text("unsolved") == "5 % unsolved"
    texts: list[str] = []
    view.readout.connect(texts.append)
    mouse.hover(view, 0.96, 0.9)
    assert texts[-1].endswith("no solution")
    mouse.hover(view, 0.5, -0.75)
    assert texts[-1].startswith("a = 3.16")
    assert float(texts[-1].split("loss = ")[1]) == pytest.approx(2.5, abs=0.1)


def test_dragging_the_point_sets_both_parameters_as_sliders_would(qtbot: QtBot, view: GradientLandscape) -> None:
    moved: list[tuple[dict[str, float], int]] = []
    view.parameters_dragged.connect(lambda values, drag: moved.append((dict(values), drag)))
    with qtbot.waitSignal(view.drag_finished):
        mouse.drag(view, (0.0, 0.5), (0.5, -0.3))
    values, drag = moved[-1]
    assert values["a"] == pytest.approx(10.0**0.5, rel=0.02)
    assert values["b"] == pytest.approx(-0.3, abs=0.01)
    assert len({number for _, number in moved}) == 1
    view.show_experiment(Experiment(TWO.text, values=values), TWO.system())
    assert view._gestures.point._points[0] == pytest.approx([np.log10(values["a"]), values["b"]])
    with qtbot.waitSignal(view.drag_finished):
        mouse.drag(view, (np.log10(values["a"]), values["b"]), (3.0, -2.0))
    assert moved[-1][0] == {"a": 10.0, "b": -1.0}  # no further than the sliders
    assert moved[-1][1] != drag


def test_a_click_is_a_change_of_its_own(qtbot: QtBot, view: GradientLandscape) -> None:
    moved: list[tuple[dict[str, float], int]] = []
    view.parameters_dragged.connect(lambda values, drag: moved.append((dict(values), drag)))
    for place in ((-0.5, -0.5), (0.5, 0.0)):
        with qtbot.waitSignal(view.drag_finished):
            mouse.click(view, *place)
        qtbot.wait(450)
    assert [values["b"] for values, _ in moved] == pytest.approx([-0.5, 0.0], abs=0.01)
    assert moved[0][1] != moved[1][1]


def test_pickers_choose_the_parameters(qtbot: QtBot, view: GradientLandscape) -> None:
    assert view._plane.pickers.isVisible()
    with qtbot.waitSignal(view.viewport_changed):
        view._plane.pickers._up.setCurrentIndex(2)
        view._plane.pickers._up.activated.emit(2)
    seen = view.viewport()
    assert (seen.x, seen.y, seen.y_range) == ("a", "c", pytest.approx((-0.08, 4.08)))
    assert len(empty_notes(view)) == 1
    view.draw(frame(bowl()))  # of the axes before
    assert len(empty_notes(view)) == 1
    view.reset(TWO.experiment(), TWO.system(), ("b", "a"))
    assert (view.viewport().x, view.plot.left.logarithmic) == ("b", True)


def test_one_parameter_is_a_curve_with_tangents(qtbot: QtBot) -> None:
    view = _shown(qtbot, ONE, valley())
    seen = view.viewport()
    assert (seen.x, seen.y, seen.x_range) == ("a", CURVE, pytest.approx((-0.04, 2.04)))
    assert view.box.rectangle()[1] == pytest.approx((-0.135, 2.385))
    true, (_, wrong) = ways(valley(), view.box.rectangle())
    assert true is not None
    (x0, y0), (x1, y1) = true.tail, true.tip
    assert (y1 - y0) / (x1 - x0) == pytest.approx(-1.0)
    assert x1 > x0
    assert (wrong.uphill, wrong.tip[0] < wrong.tail[0]) == (True, True)
    assert colour_near(view, 1.0, 0.25, DARK.amber, 4, 40)
    moved: list[tuple[str, float]] = []
    view.parameter_dragged.connect(lambda name, value, _: moved.append((name, value)))
    mouse.drag(view, (1.0, 0.25), (1.5, 2.0))
    assert moved[-1] == ("a", pytest.approx(1.5, abs=0.01))
    view.show_experiment(Experiment(ONE.text, values={"a": 1.75}), ONE.system())
    assert view._gestures.point._points[0] == pytest.approx([1.75, 0.0625], abs=1e-3)  # on the curve at once
    wide = view.box.rectangle()
    view.draw(frame(valley(1.75)))
    assert view.box.rectangle() == (pytest.approx(wide[0]), pytest.approx(wide[1]))


def test_a_coarser_picture_does_not_take_the_place_of_a_finer_one() -> None:
    fine, coarse = bowl(), bowl(4, (0.2, 0.1))
    kept = merged(fine, coarse)
    assert (kept.step, kept.values.shape) == (1, (41, 41))
    assert kept.point.tolist() == [0.2, 0.1]
    assert kept.reference is coarse.reference
    again = merged(fine, bowl(4, arrows=False))
    assert again.reference is fine.reference
    assert again.slopes == fine.slopes
    assert merged(fine, bowl(4, (0.3, 0.1), arrows=False)).reference is None
    assert merged(None, coarse) is coarse


def test_what_changes_the_loss_forgets_the_picture(view: GradientLandscape) -> None:
    view.draw(frame(bowl(4)))
    assert view._landscape.step == 1
    view.show_experiment(Experiment(TWO.text, values={"a": 2.0}), TWO.system())
    view.draw(frame(bowl(4)))
    assert view._landscape.step == 1
    view.show_experiment(Experiment(TWO.text, gradient=GradientChoice("half_square")), TWO.system())
    view.draw(frame(bowl(4)))
    assert view._landscape.step == 4
    view.draw(frame(bowl(1)))
    view.show_experiment(Experiment(TWO.text, values={"c": 3.0}), TWO.system())
    view.draw(frame(bowl(4)))
    assert view._landscape.step == 4


def test_another_range_is_another_axis(view: GradientLandscape) -> None:
    view.show_experiment(Experiment(TWO.text, ranges={"a": SliderRange(0.0, 5.0)}), TWO.system())
    assert not view.plot.bottom.logarithmic
    assert view.box.rectangle()[0] == pytest.approx((-0.1, 5.1))
    view.draw(frame(bowl()))  # of the range before
    assert len(empty_notes(view)) == 1


def test_a_viewport_of_the_same_axes_is_looked_at(view: GradientLandscape) -> None:
    view.look_at(Viewport("a", "b", (1.0, 10.0), (0.0, 0.5)))
    assert view.box.rectangle() == (pytest.approx((0.0, 1.0)), pytest.approx((0.0, 0.5)))
    view.look_at(Viewport("a", "c", (0.1, 1.0), (0.0, 1.0)))
    assert view.box.rectangle()[0] == pytest.approx((0.0, 1.0))


def test_the_columns_have_the_grid_and_the_methods(view: GradientLandscape) -> None:
    columns = view.table().columns
    assert len(columns["loss"]) == 41 * 41 + 6
    assert columns["a"][[0, 40]] == pytest.approx([0.1, 10.0])
    assert columns["method"][-6:].tolist() == ["reference", "implicit", "half", "wrong", "huge", "refused"]
    assert columns["d loss/d b"][-6] == pytest.approx(4.0)
    assert columns["d loss/d a"][-5] == pytest.approx(0.0)
    assert columns["d loss/d a"][-4] == pytest.approx(1.0 / np.log(10.0))  # by a, not by its logarithm
    view.look_at(Viewport("a", "b", (1.0, 10.0), (0.0, 0.5)))
    assert len(view.table(visible_only=True).columns["loss"]) == 21 * 11 + 6


def test_a_flat_loss_and_a_lost_solve_say_so(view: GradientLandscape) -> None:
    view.reset(TWO.experiment(), TWO.system())
    view.draw(frame(replace(bowl(), reference=np.array([0.0, 1e-15]))))
    assert view.chips.text("note") == "flat"
    assert view.legend.entries() == ()
    lost = replace(bowl(arrows=False), note="the trajectory stopped early", reference=np.full(2, np.nan), loss=np.nan)
    view.draw(frame(lost))
    assert view.chips.text("note") == "the trajectory stopped early"
    view.draw(frame(replace(lost, values=np.full((41, 41), np.nan), lines=())))
    assert empty_notes(view) == ["No solve succeeds anywhere here."]
    view.apply_theme(LIGHT)


def test_which_systems_have_one() -> None:
    def offered(text: str) -> bool:
        return any(view is GradientLandscape for view in fitting(views(), parse(text)))

    assert offered(landscapes.ONE)
    assert offered("x' = -k*x\nk = 1")
    assert offered("0 = z^2 - c\nc = 2\nsolve z = 1")
    assert not offered("x' = -x")
    assert not offered("minimise k*x^2\nover x = 1\nk = 1")
    assert not offered("x' = -k*x\nk = 1\nwhen x = 0.5: stop")
