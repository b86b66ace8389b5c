"""The phase plane of a minimisation: contours under everything, ways of optimisers, the learning rate's limit."""

from __future__ import annotations

from dataclasses import replace

import frames
import minimisation_frames as bowl
import numpy as np
import pytest
from pictures import colour_near
from pytestqt.qtbot import QtBot

from core import catalogue
from core.frame import Frame
from core.readings import Descents, Equilibria, LossContours
from core.request import Request
from core.runner import frames as run
from explorer.theme import DARK, LIGHT
from explorer.views.descent_marks import rate_text
from explorer.views.phase_plane import PhasePlane


@pytest.fixture
def plane(qtbot: QtBot) -> PhasePlane:
    view = PhasePlane()
    qtbot.addWidget(view)
    view.apply_theme(DARK)
    view.resize(700, 586)
    view.show()
    view.reset(bowl.experiment(), bowl.system())
    for name in ("field", "particles", "nullclines"):
        view.set_layer_visible(name, False)
    view.draw(bowl.frame())
    view.grab()
    return view


def test_layers_of_a_minimisation_are_there_only_for_one(plane: PhasePlane) -> None:
    assert [layer.name for layer in plane.layers()][-2:] == ["contours", "descents"]
    plane.reset(frames.experiment(), frames.rotation().system())
    assert "contours" not in [layer.name for layer in plane.layers()]
    assert plane._descent.descents is None
    assert plane._descent.legend() == ()
    assert plane.chips.text("rate") == ""


def test_contours_are_drawn_where_the_loss_has_their_level(plane: PhasePlane) -> None:
    contours = bowl.frame().readings[LossContours]
    level = next(level for level in contours.levels if 0.8 < level < 2.0)
    shown = plane._descent.contours
    points = shown._points
    on_level = np.isclose(0.5 * (points[:, 0] ** 2 + 4 * (points[:, 1] - 1) ** 2), level, atol=0.01)
    assert on_level.sum() > 40
    # an ellipse around (0, 1): left of its rightmost point nothing, at it the contour
    rank = contours.levels.tolist().index(level)
    colour = shown._groups[rank].stroke.colour
    place = (0.0, 1.0 - np.sqrt(level / 2))
    assert colour_near(plane, *place, colour, reach=2, tolerance=45)
    plane.set_layer_visible("contours", False)
    assert not colour_near(plane, *place, colour, reach=2, tolerance=12)


def test_every_optimiser_has_its_own_way_colour_mark_and_name(plane: PhasePlane) -> None:
    names = [(name, swatch) for name, swatch, _ in plane._descent.legend()]
    assert names == [("gradient descent", "square"), ("heavy ball", "diamond")]
    gradient, ball = plane._descent.legend()
    assert gradient[2] != ball[2]
    x, y = 2.0 * 0.9**3, 1.0 + 0.6**3  # the third iterate from (2, 2) of gradient descent with eta = 0.1
    assert colour_near(plane, x, y, gradient[2], reach=2, tolerance=30)
    plane.set_layer_visible("descents", False)
    assert not colour_near(plane, x, y, gradient[2], reach=2, tolerance=30)
    assert plane._descent.legend() == ()


def test_an_optimiser_keeps_its_colour_when_another_leaves(plane: PhasePlane) -> None:
    ball = plane._descent.legend()[1]
    plane.draw(bowl.frame(methods=("heavy_ball",)))
    assert plane._descent.legend() == (ball,)
    plane.apply_theme(LIGHT)
    assert plane._descent.legend()[0][2] == LIGHT.series[5]


def test_the_playhead_shows_the_iteration_at_its_time(plane: PhasePlane) -> None:
    plane.set_cursor(0.75)
    gradient = plane._descent.now._groups[0].points
    expected = [[2.0 * 0.9**7, 1.0 + 0.6**7], [-1.5 * 0.9**7, 1.0 - 0.75 * 0.6**7]]
    np.testing.assert_allclose(gradient, expected, rtol=1e-12)
    plane.set_cursor(1e6)
    np.testing.assert_allclose(plane._descent.now._groups[0].points, [[0.0, 1.0]] * 2, atol=1e-6)


@pytest.mark.parametrize(
    ("eta", "text", "large"),
    [
        (0.1, "η = 0.1 < 2/λ = 0.5: stable", False),
        (0.49, "η = 0.49 < 2/λ = 0.5: stable", False),
        (0.51, "η = 0.51 ≥ 2/λ = 0.5: too large", True),
    ],
)
def test_the_chip_compares_the_learning_rate_with_its_limit(
    plane: PhasePlane, eta: float, text: str, large: bool
) -> None:
    plane.draw(bowl.frame(eta=eta))
    assert plane.chips.text("rate") == text
    assert ("rate" in plane.chips._warnings) == large
    names = {outcome.name for outcome in bowl.frame(eta=eta).readings[Descents].runs[0].outcomes}
    assert names == {"bounced_out" if large else "converged"}


def test_the_limit_of_the_heavy_ball_stands_where_it_runs_alone() -> None:
    descents = bowl.frame(methods=("heavy_ball",)).readings[Descents]
    text, hint, large = rate_text(descents, None)
    assert (text, large) == ("η = 0.1 < 3/λ = 0.75: stable", False)
    assert "heavy ball settles in the minimum" in hint
    assert rate_text(None, None) == ("", "", False)
    assert rate_text(replace(descents, runs=()), None) == ("", "", False)


def test_critical_points_say_what_they_are_to_the_loss() -> None:
    (point,) = bowl.frame().readings[Equilibria].points
    assert (point.label, point.stable) == ("minimum", True)


def test_the_readout_tells_the_loss_under_the_mouse(plane: PhasePlane) -> None:
    assert plane._descent.loss_at(1.0, 2.0) == pytest.approx(2.5, rel=1e-2)
    assert plane._descent.loss_at(99.0, 2.0) is None
    assert "φ = " in plane._gestures._coordinates(1.0, 2.0)


def test_one_unknown_is_drawn_against_time(qtbot: QtBot) -> None:
    text = "minimise x^2\nover x = 1\nview x [-2, 2], t [0, 2]\nt in [0, 2]"
    view = PhasePlane()
    qtbot.addWidget(view)
    view.apply_theme(DARK)
    view.resize(500, 400)
    view.show()
    view.reset(bowl.experiment(text=text), bowl.system(text))
    descents = _one_unknown(text)
    view.draw(Frame(1, {Descents: descents}))
    points = view._descent.ways._points[:5]
    np.testing.assert_allclose(points, np.stack([0.1 * np.arange(5), 0.8 ** np.arange(5)], axis=1), rtol=1e-12)


def _one_unknown(text: str) -> Descents:
    *_, last = run(Request(bowl.experiment(text=text), frozenset({Descents})))
    reading = last.get(Descents)
    assert reading is not None
    return reading


def test_every_optimiser_has_a_mark_and_a_colour_of_its_own_in_the_legend(plane: PhasePlane) -> None:
    every = tuple(catalogue.descents())
    plane.draw(bowl.frame(methods=every))
    plane.grab()
    legend = plane._descent.legend()
    assert [name for name, _, _ in legend] == [optimiser.title for optimiser in catalogue.descents().values()]
    assert len({mark for _, mark, _ in legend}) == len({colour for _, _, colour in legend}) == len(every)


def test_many_optimisers_leave_their_learning_rate_its_room(plane: PhasePlane) -> None:
    methods = ("gradient_descent", "heavy_ball", "nesterov", "adam", "newton", "proximal_point")
    plane.resize(560, 350)
    plane.draw(bowl.frame(methods=methods))
    plane.grab()
    assert len(plane.legend.entries()) == len(methods)
    assert "rate" in {name for name, _ in plane.chips.shown()}
    assert all(plane.legend.rect().contains(entry.geometry()) for entry in plane.legend.entries())
    plane.reset(frames.experiment(), frames.rotation().system())
    plane.grab()
    assert plane.header.indexOf(plane.legend) >= 0  # two curves are named in the heading
