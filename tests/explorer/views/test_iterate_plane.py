"""The plane of iterates: every dot an iterate, older ones fainter, starts in the plane and in its slice."""

from __future__ import annotations

from dataclasses import replace

import fixed_point_frames as frames
import fixed_point_maps as maps
import mouse
import numpy as np
import pytest
from pictures import colour_near, count, empty_notes, pixels, shown
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.frame import Frame
from core.outcome import Outcome
from explorer.theme import DARK, LIGHT
from explorer.views.iterate_plane import IteratePlane


def turning_frame(**changes: object) -> Frame:
    example = maps.turning()
    readings = (
        frames.iterations(example, most=200),
        *frames.grid_and_nullclines(example),
        frames.fixed_points(example, (0.0, 0.0)),
    )
    return frames.frame(*readings, **changes)


@pytest.fixture
def plane(qtbot: QtBot) -> IteratePlane:
    return shown(qtbot, IteratePlane(), maps.turning(), turning_frame(), (640, 620))


@pytest.fixture
def slice_of_four(qtbot: QtBot) -> IteratePlane:
    example = maps.layer(4, starts=2)
    frame = frames.frame(frames.iterations(example, ("picard",)), *frames.grid_and_nullclines(example))
    return shown(qtbot, IteratePlane(), example, frame, (640, 560))


def bare(view: IteratePlane, *kept: str) -> IteratePlane:
    for layer in view.layers():
        view.set_layer_visible(layer.name, layer.name in kept)
    return view


def test_every_iterate_lies_on_its_dot(plane: IteratePlane) -> None:
    bare(plane, "iterates")
    plane.set_cursor(8.0)
    z = frames.solve(maps.turning(), "picard").z[:9, 0]
    for x, y in z:
        assert colour_near(plane, x, y, DARK.colour_of(0), reach=1, tolerance=30)
    for k in range(5, 8):  # the newest joints are strong
        x, y = (z[k] + z[k + 1]) / 2
        assert colour_near(plane, x, y, DARK.colour_of(0), reach=1, tolerance=70)


def test_older_ways_are_fainter_and_what_is_to_come_is_faintest(plane: IteratePlane) -> None:
    bare(plane, "iterates")
    z = frames.solve(maps.turning(), "picard").z[:, 0]
    middles = (z[:-1] + z[1:]) / 2

    def strength(iteration: float, joint: int) -> float:
        plane.set_cursor(iteration)
        at = mouse.place(plane, *middles[joint])
        at = plane.plot.mapTo(plane, at)
        part = pixels(plane)[at.y() - 1 : at.y() + 2, at.x() - 1 : at.x() + 2]
        return float(np.abs(part - part.reshape(-1, 3).min(axis=0)).max())

    assert strength(3.0, 2) > 1.3 * strength(22.0, 2) > 0
    assert strength(1.0, 2) < 0.5 * strength(3.0, 2)


def test_the_header_tells_the_iterate(plane: IteratePlane) -> None:
    plane.set_cursor(3.7)
    run = frames.solve(maps.turning(), "picard", most=200)
    assert plane.chips.text("iterate") == f"Picard, iteration 3, residual {run.residual[3, 0]:.2g}"
    assert plane.chips.text("count") == "2 samples"
    assert [entry.text() for entry in plane.legend.entries()] == ["Δx = 0", "Δy = 0", "Damped", "Newton"]
    # the two zero curves are told apart without their colours
    assert [entry.swatch for entry in plane.legend.entries()][:2] == ["dash", "dash_dot"]
    assert plane._field.nullclines._dotted == {1}


def test_the_fixed_point_is_filled_where_it_attracts(plane: IteratePlane) -> None:
    bare(plane, "fixed_points")
    assert colour_near(plane, 0.3, -0.2, DARK.teal, reach=0, tolerance=5)
    turned = maps.turning(radius=1.1)
    plane.draw(frames.frame(frames.fixed_points(turned, (0.0, 0.0))))
    assert colour_near(plane, 0.3, -0.2, DARK.card, reach=0, tolerance=5)
    assert [label.lines for label in plane._roots.words.shown()] == [("repelling", "ρ = 1.1")]


def test_zero_curves_cross_at_the_fixed_point(plane: IteratePlane) -> None:
    bare(plane, "zero_curves")
    picture = pixels(plane)
    assert count(picture, DARK.rose, 30) > 60
    assert count(picture, DARK.amber, 30) > 60
    assert colour_near(plane, 0.3, -0.2, DARK.rose, 5, 60) or colour_near(plane, 0.3, -0.2, DARK.amber, 5, 60)


def test_a_start_is_dragged_in_the_plane(plane: IteratePlane) -> None:
    moved: list[tuple[int, tuple[float, ...], int]] = []
    ended: list[bool] = []
    plane.start_moved.connect(lambda *what: moved.append(what))
    plane.drag_finished.connect(lambda: ended.append(True))
    mouse.drag(plane, (-1.0, 0.4), (-0.5, 1.0))
    assert {index for index, _, _ in moved} == {1}
    assert moved[-1][1] == pytest.approx((-0.5, 1.0), abs=0.01)
    assert ended == [True]


def test_a_click_starts_a_sample_or_selects_one(plane: IteratePlane) -> None:
    added: list[tuple[float, ...]] = []
    chosen: list[int] = []
    plane.start_added.connect(added.append)
    plane.selected.connect(chosen.append)
    mouse.click(plane, -1.2, -1.2)
    assert added[0] == pytest.approx((-1.2, -1.2), abs=0.01)
    z = frames.solve(maps.turning(), "picard").z[:, 1]
    mouse.click(plane, *((2 * z[0] + z[1]) / 3))
    assert chosen == [1]


def test_a_click_in_a_slice_takes_the_other_components_of_the_selected_start(slice_of_four: IteratePlane) -> None:
    starts = np.array(maps.layer(4, starts=2).starts)
    added: list[tuple[float, ...]] = []
    slice_of_four.start_added.connect(added.append)
    mouse.click(slice_of_four, 1.2, 1.2)
    assert added[-1][2:] == pytest.approx(starts[0, 2:])
    viewport = slice_of_four.viewport()
    assert viewport is not None
    assert viewport.selection == pytest.approx(starts[0])
    changed: list[bool] = []
    slice_of_four.viewport_changed.connect(lambda: changed.append(True))
    slice_of_four.set_selected(1)
    assert changed
    mouse.click(slice_of_four, 1.2, -1.2)
    assert added[-1][2:] == pytest.approx(starts[1, 2:])
    assert slice_of_four.chips.text("slice").startswith("slice at z[3] = ")


def test_other_axes_show_other_components(slice_of_four: IteratePlane) -> None:
    system = maps.layer(4, starts=2).system()
    slice_of_four.reset(frames.experiment(), system, ("z[3]", "z[1]"))
    iterations = frames.iterations(maps.layer(4, starts=2), ("picard",))
    slice_of_four.draw(frames.frame(iterations))
    assert slice_of_four.plot.bottom.labelText == "z[3]"
    places = slice_of_four._paths._places[:, 0]
    assert places[:10] == pytest.approx(iterations.runs[0].z[:10, 0][:, [2, 0]])


def test_delete_removes_the_selected_sample_only(plane: IteratePlane) -> None:
    removed: list[int] = []
    plane.start_removed.connect(removed.append)
    plane.activateWindow()
    plane.plot.setFocus()
    QTest.keyClick(plane.plot, Qt.Key.Key_Delete)
    plane.set_selected(0)
    QTest.keyClick(plane.plot, Qt.Key.Key_Delete)
    assert removed == [0]


def test_a_run_that_failed_ends_in_a_cross_with_its_reason(plane: IteratePlane) -> None:
    iterations = frames.iterations(maps.turning(), ("picard",), most=4)
    run = replace(iterations.runs[0], outcomes=(Outcome("nonfinite_state", 3.0), Outcome("success")))
    plane.draw(frames.frame(replace(iterations, runs=(run,))))
    texts: list[str] = []
    plane.readout.connect(texts.append)
    mouse.hover(plane, *run.z[3, 0])
    assert "Sample 1 grew beyond every finite number" in texts[-1]
    mouse.hover(plane, *run.z[3, 1])
    assert "Sample" not in texts[-1]


def test_the_mouse_reads_the_displacement_and_the_fixed_point(plane: IteratePlane) -> None:
    texts: list[str] = []
    plane.readout.connect(texts.append)
    mouse.hover(plane, 1.4, -1.3)
    z = np.array([1.4, -1.3])
    step = float(np.linalg.norm(maps.turning().f(z) - z))
    assert float(texts[-1].split("|f(z) − z| = ")[1]) == pytest.approx(step, rel=0.02)
    mouse.hover(plane, 0.3, -0.2)
    assert texts[-1].startswith("attracting fixed point   x = 0.3, y = −0.2   λ = ")


def test_hidden_layers_are_not_drawn(plane: IteratePlane) -> None:
    bare(plane)
    assert count(pixels(plane), DARK.colour_of(0), 40) == 0
    assert plane.legend.entries() == ()
    bare(plane, "rivals")
    assert [entry.text() for entry in plane.legend.entries()] == ["Damped", "Newton"]
    assert count(pixels(plane), DARK.series[6], 30) > 40


def test_the_table_holds_every_component(plane: IteratePlane) -> None:
    columns = plane.table().columns
    assert list(columns)[-2:] == ["x", "y"]
    first = (columns["solver"] == "Picard") & (columns["sample"] == 2)
    assert columns["y"][first][0] == 0.4
    plane.box.show_rectangle(((0.2, 0.4), (-0.3, -0.1)))
    seen = plane.table(visible_only=True).columns
    assert 0 < seen["x"].size < columns["x"].size
    assert (np.abs(seen["x"] - 0.3) <= 0.1).all()


def test_nothing_yet_then_data_then_another_theme(qtbot: QtBot) -> None:
    view = shown(qtbot, IteratePlane(), maps.turning())
    assert len(empty_notes(view)) == 1
    assert view.table().columns == {}
    added: list[tuple[float, ...]] = []
    view.start_added.connect(added.append)
    mouse.click(view, 0.5, 0.5)
    assert added[0] == pytest.approx((0.5, 0.5), abs=0.01)
    view.draw(turning_frame())
    assert empty_notes(view) == []
    before = view.box.rectangle()
    view.draw(Frame(2))
    assert view.box.rectangle() == before
    view.apply_theme(LIGHT)
    light = pixels(view)
    assert count(light, LIGHT.colour_of(0), 20) > 60
    assert count(light, DARK.colour_of(0)) < 10
