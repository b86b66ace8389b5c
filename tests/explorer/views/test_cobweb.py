"""The cobweb: every corner where the iteration puts it, starts that can be dragged, roots told apart by shape."""

from __future__ import annotations

from dataclasses import replace

import fixed_point_frames as frames
import fixed_point_maps as maps
import mouse
import numpy as np
import pytest
from pictures import colour_near, count, empty_notes, pixels, shown
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.frame import Frame
from core.readings import FixedPoints, MapCurve
from explorer.theme import DARK, LIGHT
from explorer.views.cobweb import Cobweb

ROOT = 0.7390851332151607


def cosine_frame(*solvers: str) -> Frame:
    example = maps.cosine()
    return frames.frame(
        frames.iterations(example, solvers or ("picard", "damped", "newton")),
        frames.map_curve(example),
        frames.fixed_points(example, (0.7,)),
    )


@pytest.fixture
def web(qtbot: QtBot) -> Cobweb:
    return shown(qtbot, Cobweb(), maps.cosine(), cosine_frame(), (640, 560))


def test_the_staircase_goes_from_curve_to_diagonal(web: Cobweb) -> None:
    path = web._lines._paths[0]
    z = frames.solve(maps.cosine(), "picard").z[:47, 0, 0]
    assert path[0:93:2] == pytest.approx(np.stack([z, np.cos(z)], axis=1), abs=1e-12)
    assert path[1:92:2] == pytest.approx(np.stack([z[1:], z[1:]], axis=1), abs=1e-12)
    steps = np.diff(path[:92], axis=0)
    assert np.abs(steps[0::2, 1]).max() < 1e-12  # across: level
    assert np.abs(steps[1::2, 0]).max() == 0  # to the curve: upright


def test_its_corners_are_painted_there(web: Cobweb) -> None:
    web.set_cursor(10.0)
    z0, z1, z2 = 1.0, np.cos(1.0), np.cos(np.cos(1.0))
    for x, y in ((0.5 * (z0 + z1), z1), (z1, 0.5 * (z1 + z2)), (0.5 * (z1 + z2), z2)):
        assert colour_near(web, x, y, DARK.colour_of(0))
    for x in (-0.1, 0.3, 1.3):
        assert colour_near(web, x, np.cos(x), DARK.text, tolerance=60)


def test_newton_walks_along_the_tangent(qtbot: QtBot) -> None:
    view = shown(qtbot, Cobweb(), maps.cosine(), cosine_frame("newton"))
    path = view._lines._paths[0]
    for k, z in enumerate(frames.solve(maps.cosine(), "newton").z[:3, 0, 0]):
        curve, diagonal = path[2 * k], path[2 * k + 1]
        assert curve == pytest.approx((z, np.cos(z)), abs=1e-12)
        slope = (diagonal[1] - curve[1]) / (diagonal[0] - curve[0])
        assert slope == pytest.approx(-np.sin(z), rel=1e-4 if k else 1e-9)  # the last step is a rounding error long
        assert diagonal[0] == diagonal[1]


def test_left_out_records_leave_gaps(qtbot: QtBot) -> None:
    iterations = frames.iterations(maps.cosine(), ("picard",))
    run = iterations.runs[0]
    kept = np.array([0, 1, 5, 6])
    thinned = replace(
        run,
        iteration=run.iteration[kept],
        z=run.z[kept],
        residual=run.residual[kept],
        measure=run.measure[kept],
        evaluations=run.evaluations[kept],
    )
    reading = replace(iterations, runs=(thinned,))
    view = shown(qtbot, Cobweb(), maps.cosine(), frames.frame(reading, frames.map_curve(maps.cosine())))
    path = view._lines._paths[0]
    assert np.isnan(path[:, 0]).tolist() == [False, False, False, True, False, False, False]
    assert path[2] == pytest.approx((run.z[1, 0, 0], run.z[2, 0, 0]), abs=1e-9)  # f from residual and side


def test_the_playhead_walks_the_staircase(web: Cobweb) -> None:
    web.set_cursor(2.9)
    assert web.chips.text("iteration") == "Picard, iteration 2"
    assert web.chips.text("z") == "z = 0.857553"
    web.set_cursor(1e9)
    assert web.chips.text("iteration") == "Picard, iteration 46"
    web.set_cursor(0.0)
    z2 = np.cos(np.cos(1.0))
    middle = (0.5 * (np.cos(1.0) + z2), z2)
    assert not colour_near(web, *middle, DARK.colour_of(0), tolerance=60)  # not walked yet: faint
    web.set_cursor(2.0)
    assert colour_near(web, *middle, DARK.colour_of(0), tolerance=60)


def test_attracting_is_filled_and_repelling_hollow(qtbot: QtBot) -> None:
    example = maps.neuron()
    roots = frames.fixed_points(example, (0.0,), (1.0,), (-1.0,))
    assert [one.attracting for one in roots.points] == [False, True, True]
    view = shown(qtbot, Cobweb(), example, frames.frame(roots))
    assert colour_near(view, 0.0, 0.0, DARK.card, reach=1, tolerance=5)
    assert count(pixels(view), DARK.rose) > 15
    z = float(roots.points[1].point[0])
    assert z == pytest.approx(0.957504, abs=1e-6)
    assert colour_near(view, z, z, DARK.teal, reach=1, tolerance=5)
    lines = [label.lines for label in view._lines.words.shown()]
    assert ("z* = 0.957504, attracting", "f′(z*) = 0.1664") in lines
    assert ("z* = 0, repelling", "f′(z*) = 2") in lines


def test_a_start_is_dragged_along_the_axis(web: Cobweb) -> None:
    moved: list[tuple[int, tuple[float, ...], int]] = []
    ended: list[bool] = []
    web.start_moved.connect(lambda *what: moved.append(what))
    web.drag_finished.connect(lambda: ended.append(True))
    height = web._lines._bottom
    mouse.drag(web, (1.0, height), (0.5, height))
    assert [index for index, _, _ in moved] == [0] * len(moved)
    assert len(moved) >= 3
    assert len({drag for _, _, drag in moved}) == 1
    assert len(moved[-1][1]) == 1
    assert moved[-1][1][0] == pytest.approx(0.5, abs=0.01)
    assert ended == [True]


def test_the_rings_stay_at_the_lower_edge(web: Cobweb) -> None:
    web.box.show_rectangle(((0.0, 1.2), (0.5, 0.9)))
    web.grab()
    assert 0.5 < web._lines._bottom < 0.52
    index = web._lines.starts.index_at(web.box.mapFromView(QPointF(1.0, web._lines._bottom)))
    assert index == 0


def test_a_click_starts_a_sample_and_one_on_a_staircase_selects_it(web: Cobweb) -> None:
    added: list[tuple[float, ...]] = []
    chosen: list[int] = []
    web.start_added.connect(added.append)
    web.selected.connect(chosen.append)
    mouse.click(web, 0.4, 0.2)
    assert added[0] == pytest.approx((0.4,), abs=0.005)
    mouse.click(web, 0.75, np.cos(1.0))
    assert chosen == [0]
    assert len(added) == 1


def test_delete_removes_the_selected_sample_only(web: Cobweb) -> None:
    removed: list[int] = []
    web.start_removed.connect(removed.append)
    web.activateWindow()
    web.plot.setFocus()
    QTest.keyClick(web.plot, Qt.Key.Key_Delete)
    web.set_selected(1)
    QTest.keyClick(web.plot, Qt.Key.Key_Delete)
    assert removed == [1]


def test_the_row_of_the_sample_in_focus_is_the_strong_curve(qtbot: QtBot) -> None:
    example = maps.cosine()
    iterations = replace(frames.iterations(example), row=np.array([0, 1]))
    curve = frames.map_curve(example, (0.0, 0.2))
    view = shown(qtbot, Cobweb(), example, frames.frame(iterations, curve))
    assert view._lines.image_at(0.3) == pytest.approx(np.cos(0.3), abs=1e-4)
    view.set_selected(1)
    assert view._lines.image_at(0.3) == pytest.approx(np.cos(0.3) + 0.2, abs=1e-4)
    assert view._lines.image_at(99.0) is None


def test_the_viewport_names_the_component_and_its_image(web: Cobweb) -> None:
    viewport = web.viewport()
    assert viewport is not None
    assert (viewport.x, viewport.y) == ("z", "f(z)")
    assert viewport.x_range == (-0.2, 1.4)
    changed: list[bool] = []
    web.viewport_changed.connect(lambda: changed.append(True))
    web.box.show_rectangle(((0.0, 1.0), (0.0, 1.0)))
    assert changed
    assert web.viewport() != viewport


def test_rivals_are_named_and_can_be_hidden(web: Cobweb) -> None:
    assert [entry.text() for entry in web.legend.entries()] == ["Damped", "Newton"]
    assert count(pixels(web), DARK.series[6], 25) > 20
    web.set_layer_visible("rivals", False)
    assert web.legend.entries() == ()
    assert count(pixels(web), DARK.series[6], 25) == 0
    for layer in web.layers():
        web.set_layer_visible(layer.name, False)
    assert count(pixels(web), DARK.colour_of(0), 25) == 0


def test_the_mouse_reads_the_map_and_its_fixed_point(web: Cobweb) -> None:
    texts: list[str] = []
    web.readout.connect(texts.append)
    mouse.hover(web, 0.2, 0.1)
    assert float(texts[-1].split()[2]) == pytest.approx(0.2, abs=0.003)
    assert float(texts[-1].split("f(z) = ")[1].split()[0]) == pytest.approx(np.cos(0.2), abs=0.003)
    mouse.hover(web, ROOT, ROOT)
    assert texts[-1] == "z* = 0.7390851332   f′(z*) = −0.673612   attracting"


def test_the_table_holds_the_iterates(web: Cobweb) -> None:
    columns = web.table().columns
    assert list(columns) == ["solver", "sample", "iteration", "evaluations", "residual", "measure", "z"]
    first = (columns["solver"] == "Picard") & (columns["sample"] == 1)
    assert columns["z"][first][1] == pytest.approx(np.cos(1.0))
    web.box.show_rectangle(((0.95, 1.05), (0.0, 1.0)))
    assert (web.table(visible_only=True).columns["z"] > 0.94).all()


def test_nothing_yet_then_data_then_another_theme(qtbot: QtBot) -> None:
    view = shown(qtbot, Cobweb(), maps.cosine())
    assert len(empty_notes(view)) == 1
    assert view.table().columns == {}
    view.set_cursor(3.0)
    view.draw(cosine_frame())
    assert empty_notes(view) == []
    before = view.box.rectangle()
    view.draw(Frame(2))
    view.draw(Frame(3, {MapCurve: frames.map_curve(maps.cosine(), (0.5,)), FixedPoints: FixedPoints(("z",), ())}))
    assert view.box.rectangle() == before
    view.apply_theme(LIGHT)
    light = pixels(view)
    assert count(light, LIGHT.colour_of(0)) > 100
    assert count(light, DARK.colour_of(0)) < 10
    view.reset(frames.experiment(), maps.cosine().system())
    assert len(empty_notes(view)) == 1
