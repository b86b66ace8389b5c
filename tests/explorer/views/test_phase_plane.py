"""What the phase plane shows, and what it never does."""

from __future__ import annotations

from dataclasses import replace

import frames
import mouse
import numpy as np
import pytest
from pictures import count, pixels, shown_plane
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.frame import Frame
from core.readings import Equilibria, Nullclines, Polylines, Trajectories, VelocityGrid
from explorer.theme import DARK, LIGHT
from explorer.views.phase_plane import PhasePlane


@pytest.fixture
def plane(qtbot: QtBot) -> PhasePlane:
    return shown_plane(qtbot, frames.rotation())


def test_reset_shows_the_view_of_the_text(plane: PhasePlane) -> None:
    assert plane.box.rectangle() == ((-2.0, 2.0), (-2.0, 2.0))
    assert plane.plot.bottom.labelText == "x"
    assert plane.plot.left.labelText == "y"


def test_without_a_view_the_starts_decide_and_without_starts_the_default(qtbot: QtBot) -> None:
    example = replace(frames.rotation(), view={}, starts=((2.0, -0.5),))
    view = shown_plane(qtbot, frames.rotation())
    view.reset(frames.experiment(), example.system())
    assert view.box.rectangle() == ((-3.2, 3.2), (-0.8, 0.8))
    view.reset(frames.experiment(), replace(example, starts=()).system())
    assert view.box.rectangle() == ((-5.0, 5.0), (-5.0, 5.0))


def test_the_viewport_names_the_axes_and_counts_pixels(plane: PhasePlane) -> None:
    viewport = plane.viewport()
    assert viewport is not None
    assert (viewport.x, viewport.y) == ("x", "y")
    assert viewport.x_range == (-2.0, 2.0)
    assert viewport.pixels == (round(plane.box.width()), round(plane.box.height()))
    assert viewport.selection is None
    assert min(viewport.pixels) > 400


def test_delete_removes_the_selected_trajectory_only(plane: PhasePlane) -> None:
    removed: list[int] = []
    plane.start_removed.connect(removed.append)
    plane.activateWindow()
    plane.plot.setFocus()
    QTest.keyClick(plane.plot, Qt.Key.Key_Delete)
    assert removed == []
    plane.set_selected(0)
    QTest.keyClick(plane.plot, Qt.Key.Key_Delete)
    assert removed == [0]


def test_drawing_never_changes_the_zoom(plane: PhasePlane) -> None:
    plane.box.show_rectangle(((0.25, 0.75), (-0.5, 0.5)))
    plane.draw(frames.full_frame(frames.rotation(), 2))
    plane.draw(Frame(3))
    assert plane.box.rectangle() == ((0.25, 0.75), (-0.5, 0.5))


def test_a_frame_of_other_axes_is_not_drawn(plane: PhasePlane) -> None:
    foreign = replace(frames.velocity_grid(frames.rotation()), x_name="z")
    empty = frames.trajectories(frames.rotation(), ())
    plane.draw(Frame(2, {VelocityGrid: foreign, Trajectories: empty}))
    texts: list[str] = []
    plane.readout.connect(texts.append)
    mouse.hover(plane, 1.6, 1.2)
    assert float(texts[-1].split("|f| = ")[1]) == pytest.approx(2.0, abs=0.02)


def test_layers_can_be_hidden_one_by_one(plane: PhasePlane) -> None:
    for layer in plane.layers():
        plane.set_layer_visible(layer.name, False)
    bare = count(pixels(plane), DARK.colour_of(0))
    plane.set_layer_visible("trajectories", True)
    with_curve = count(pixels(plane), DARK.colour_of(0))
    assert bare == 0
    assert with_curve > 300
    assert count(pixels(plane), DARK.amber) == 0
    plane.set_layer_visible("nullclines", True)
    assert count(pixels(plane), DARK.amber) > 15  # dashes and dots
    assert [entry.text() for entry in plane.legend.entries()] == ["x′ = 0", "y′ = 0"]


def test_a_theme_recolours_everything_that_is_there(plane: PhasePlane) -> None:
    dark = pixels(plane)
    plane.apply_theme(LIGHT)
    light = pixels(plane)
    assert count(dark, DARK.colour_of(0)) > 300
    assert count(light, DARK.colour_of(0)) < count(dark, DARK.colour_of(0)) / 10
    assert count(light, LIGHT.colour_of(0)) > 300
    assert count(light, LIGHT.card) > 0.4 * light.shape[0] * light.shape[1]


def test_particles_drift_and_leave_light(plane: PhasePlane) -> None:
    for layer in plane.layers():
        plane.set_layer_visible(layer.name, layer.name == "particles")
    before = pixels(plane).sum()
    for _ in range(20):
        plane.advance(1 / 60)
    after = pixels(plane)
    assert after.sum() > before * 1.02
    plane.advance(1 / 60)
    assert (pixels(plane) != after).any()


def test_stale_dims_and_says_so(plane: PhasePlane) -> None:
    strong = count(pixels(plane), DARK.colour_of(0))
    plane.set_stale(True)
    assert plane.chips.text("stale") == "last valid picture"
    assert count(pixels(plane), DARK.colour_of(0)) < strong / 10
    plane.set_stale(False)
    assert count(pixels(plane), DARK.colour_of(0)) == strong


def test_the_playhead_moves_a_point_along_the_curve(plane: PhasePlane) -> None:
    plane.set_cursor(1.0)
    assert plane.chips.text("time") == "t = 1.00"
    for layer in plane.layers():
        plane.set_layer_visible(layer.name, layer.name == "trajectories")
    here = mouse.place(plane, float(np.cos(1.0)), float(-np.sin(1.0))) + plane.plot.pos()
    radius = 4
    near = pixels(plane)[here.y() - radius : here.y() + radius, here.x() - radius : here.x() + radius]
    assert count(near, DARK.colour_of(0)) > 40


def test_empty_and_not_finite_readings_draw_nothing_and_raise_nothing(qtbot: QtBot) -> None:
    example = frames.rotation()
    view = shown_plane(qtbot, example)
    grid = frames.velocity_grid(example)
    nothing = np.full_like(grid.u, np.nan)
    curves = frames.trajectories(example)
    curves = replace(curves, z=np.where(curves.t[:, None] > 1.0, np.inf, curves.z))
    not_finite = Polylines(np.full((3, 2), np.nan), np.array([0, 3]))
    readings = {
        VelocityGrid: replace(grid, u=nothing, v=nothing),
        Trajectories: curves,
        Nullclines: Nullclines("x", "y", ("x", "y"), (not_finite, Polylines(np.empty((0, 2)), np.zeros(1, int)))),
        Equilibria: Equilibria(("x", "y"), ()),
    }
    view.draw(Frame(2, readings))
    view.set_cursor(2.0)
    view.advance(0.1)
    view.grab()
    view.draw(Frame(3, {Trajectories: frames.trajectories(example, ())}))
    view.set_cursor(2.0)
    view.grab()
    assert view.chips.text("count") == ""
    assert view.table().columns["t"].size == 0


def test_the_table_holds_every_point_or_those_in_sight(plane: PhasePlane) -> None:
    everything = plane.table().columns
    assert list(everything) == ["trajectory", "t", "x", "y", "step_end"]
    assert everything["x"] == pytest.approx(np.cos(everything["t"]), abs=1e-6)
    plane.box.show_rectangle(((0.0, 2.0), (-2.0, 2.0)))
    seen = plane.table(visible_only=True).columns
    assert 0 < seen["t"].size < everything["t"].size
    assert seen["x"].min() >= 0.0


def test_a_field_that_depends_on_time_says_when_it_is_frozen(qtbot: QtBot) -> None:
    example = frames.rotation()
    view = shown_plane(qtbot, example)
    view.draw(Frame(2, {VelocityGrid: frames.velocity_grid(example, time=1.5)}))
    assert view.chips.text("slice") == "frozen at t = 1.5"


def test_an_export_at_four_times_the_size_is_sharp(plane: PhasePlane) -> None:

    for layer in plane.layers():
        plane.set_layer_visible(layer.name, layer.name == "trajectories")
    small = count(pixels(plane), DARK.colour_of(0))
    size = plane.plot.viewport().size()
    image = QImage(size * 4, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    plane.plot.render(painter, QRectF(image.rect()), plane.plot.viewport().rect())
    painter.end()
    data = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., 2::-1]
    large = count(data.astype(int), DARK.colour_of(0))
    # sharp lines are four times as long and wide, and lose fewer pixels to their soft edges
    assert 14 * small < large < 50 * small
