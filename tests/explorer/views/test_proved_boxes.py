"""Proved boxes on the cobweb and in the plane: where they are, what they look like, and when they go."""

from __future__ import annotations

from dataclasses import replace

import fixed_point_frames as frames
import fixed_point_maps as maps
import numpy as np
import pytest
from pictures import colour_near, shown
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from core.frame import Frame
from core.readings import FixedPoint, FixedPoints, RootProofs
from explorer.canvas.diagonal_bands import Band
from explorer.theme import DARK, LIGHT
from explorer.views.cobweb import Cobweb
from explorer.views.iterate_plane import IteratePlane

ROOT = 0.7390851332151607


def cobweb_frame(**changes: object) -> Frame:
    example = maps.cosine()
    points = replace(frames.fixed_points(example, (0.7,)), problem="this")
    readings = frames.iterations(example, ("picard",)), frames.map_curve(example), points
    return frames.frame(*readings, frames.proofs(points, 0.25, **changes))


def test_a_band_on_the_diagonal(qtbot: QtBot) -> None:
    view = shown(qtbot, Cobweb(), maps.cosine(), cobweb_frame(), (640, 560))
    assert view._lines.bands.shown() == (Band(pytest.approx(ROOT - 0.25), pytest.approx(ROOT + 0.25), DARK.teal),)
    assert view.chips.text("proof") == "proved: exactly 1 fixed point"
    assert colour_near(view, ROOT + 0.25, ROOT + 0.25, DARK.teal, tolerance=90)
    place = view.box.projection().pixels(np.array([ROOT, ROOT]))
    told = view._lines.readout_at(QPointF(*place.tolist()))
    assert told.endswith("proved: the only one within ±0.25, error ≤ 1e-15")
    view.apply_theme(LIGHT)
    assert view._lines.bands.shown()[0].colour == LIGHT.teal


def test_an_eye_of_its_own(qtbot: QtBot) -> None:
    view = shown(qtbot, Cobweb(), maps.cosine(), cobweb_frame(), (640, 560))
    assert view.shows_layer("proofs")
    view.set_layer_visible("proofs", False)
    assert not view._lines.bands.isVisible()
    assert RootProofs in view.wants()  # the inspector tells of them too


def test_a_proof_of_another_problem_goes(qtbot: QtBot) -> None:
    view = shown(qtbot, Cobweb(), maps.cosine(), cobweb_frame(), (640, 560))
    other = replace(frames.fixed_points(maps.cosine(), (0.7,)), problem="that")  # a slider moved
    view.draw(Frame(9, {FixedPoints: other}))
    assert view._lines.bands.shown() == ()
    assert view.chips.text("proof") == ""
    view.draw(Frame(9, {RootProofs: frames.proofs(other, 0.1, alone=None)}))
    assert len(view._lines.bands.shown()) == 1
    assert view.chips.text("proof") == ""


def test_a_band_beyond_the_plot_has_no_brackets(qtbot: QtBot) -> None:
    view = shown(qtbot, Cobweb(), maps.cosine(), cobweb_frame(), (640, 560))
    points = view._lines.roots_found
    view.draw(Frame(9, {RootProofs: frames.proofs(points, 1e22)}))
    ((_, line, seen),) = (view._lines.bands.shown() and view._lines.bands._lines) or ((None, None, None),)
    assert seen == (False, False)
    assert line.length() < 2000


def plane(qtbot: QtBot, radius: float, **changes: object) -> IteratePlane:
    example = maps.turning()
    points = replace(frames.fixed_points(example, (0.3, -0.2)), problem="this")
    frame = frames.frame(frames.iterations(example, ("picard",)), points, frames.proofs(points, radius, **changes))
    return shown(qtbot, IteratePlane(), example, frame, (640, 560))


def test_a_rectangle_in_the_plane(qtbot: QtBot) -> None:
    view = plane(qtbot, 0.2)
    (box,) = view._roots.boxes.shown()
    point = view._roots.found.points[0].point
    assert box.x_range == pytest.approx((point[0] - 0.2, point[0] + 0.2))
    assert box.y_range == pytest.approx((point[1] - 0.2, point[1] + 0.2))
    assert box.words == "exactly one fixed point"
    assert view.chips.text("proof") == "proved: exactly 1 fixed point"
    assert view._roots.text_of(view._roots.found.points[0], ("x", "y")).endswith("error ≤ 1e-15")


def test_a_rectangle_around_all_that_is_seen_is_not_drawn(qtbot: QtBot) -> None:
    assert plane(qtbot, 1e20)._roots.boxes.shown() == ()


def test_a_root_that_is_not_proved_has_no_box(qtbot: QtBot) -> None:
    view = plane(qtbot, 0.2)
    found = view._roots.found
    more = FixedPoint(found.points[0].point + 0.3, 0.0, np.ones(2, complex), 1.0, None)
    view.draw(Frame(9, {FixedPoints: replace(found, points=(*found.points, more))}))
    assert len(view._roots.boxes.shown()) == 1
