"""The view in space, by hand."""

from __future__ import annotations

from dataclasses import replace

import frames
import mouse
import numpy as np
import pytest
from pictures import colour_near, shown
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.experiment import Experiment
from core.readings import Trajectories
from explorer.canvas.camera import Camera
from explorer.theme import DARK
from explorer.views.space import Space

HOME = Camera()


@pytest.fixture
def space(qtbot: QtBot) -> Space:
    view = shown(qtbot, Space(), frames.lorenz(), frames.full_frame(frames.lorenz()))
    view.activateWindow()
    return view


def camera(view: Space) -> Camera:
    return view._scene.camera


def seen(view: Space, point: tuple[float, ...]) -> tuple[float, float]:
    """Where the plot's coordinates have a point of the data."""
    across, up, _ = camera(view).seen(view._scene.cuboid.inside(np.array([point])))[0].tolist()
    return across, up


def near(view: Space) -> tuple[int, tuple[float, float]]:
    """A point of the curves that no other part of them is before, and its place."""
    points, depth = view._scene.curves.item.seen()
    index = int(np.where((np.abs(points) < 0.6).all(axis=1), depth, -np.inf).argmax())
    return index, (float(points[index, 0]), float(points[index, 1]))


def test_a_drag_turns_what_is_near_with_the_mouse_and_leaves_the_plot_where_it_is(space: Space) -> None:
    before = space.box.rectangle()
    data = space.box.projection().data(np.array([[50.0, 25.0], [0.0, 0.0]]))
    mouse.drag(space, (0.0, 0.0), tuple((data[0] - data[1]).tolist()))
    assert (camera(space).azimuth, camera(space).elevation) == pytest.approx((-80.0, 32.0), abs=0.5)
    assert space.box.rectangle() == before
    mouse.drag(space, (0.0, 0.0), (0.0, -5.0))  # far down: no further than over the pole
    assert camera(space).elevation == 90.0


def test_a_double_click_fits_and_restores_the_angle(space: Space) -> None:
    home = space.box.rectangle()
    mouse.drag(space, (0.0, 0.0), (0.4, 0.2))
    space.box.show_rectangle(((0.0, 0.5), (0.0, 0.5)))
    mouse.double_click(space, mouse.place(space, 0.2, 0.2))
    assert camera(space) == HOME
    assert np.array(space.box.rectangle()) == pytest.approx(np.array(home))


def test_a_drag_with_shift_moves_the_scene(space: Space) -> None:
    (left, _), _ = space.box.rectangle()
    target, first = space.plot.viewport(), mouse.place(space, 0.0, 0.0)
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.mouseMove(target, first)
    QTest.mousePress(target, mouse.LEFT, shift, first)
    for step in (20, 40):
        QTest.qWait(15)
        move = QPoint(first.x() + step, first.y())
        QApplication.sendEvent(target, _moved(target, move, shift))
    QTest.mouseRelease(target, mouse.LEFT, shift, first + QPoint(40, 0))
    assert camera(space) == HOME
    assert space.box.rectangle()[0][0] < left - 0.01


def _moved(target: QWidget, at: QPoint, modifiers: Qt.KeyboardModifier) -> QMouseEvent:
    place = QPointF(at)
    return QMouseEvent(QEvent.Type.MouseMove, place, QPointF(target.mapToGlobal(at)), mouse.LEFT, mouse.LEFT, modifiers)


def test_the_wheel_zooms_at_the_cursor(space: Space) -> None:
    at = mouse.place(space, 0.3, 0.2)
    target = space.plot.viewport()
    event = QWheelEvent(
        QPointF(at),
        QPointF(target.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    before = space.box.rectangle()
    QApplication.sendEvent(target, event)
    after = space.box.rectangle()
    assert np.ptp(after[0]) < 0.95 * np.ptp(before[0])
    assert np.ptp(after[0]) / np.ptp(after[1]) == pytest.approx(np.ptp(before[0]) / np.ptp(before[1]))
    assert (mouse.place(space, 0.3, 0.2) - at).manhattanLength() <= 1  # both are rounded
    space.back()
    assert np.array(space.box.rectangle()) == pytest.approx(np.array(before))


def test_the_keys_turn_zoom_and_look_along_the_axes(space: Space) -> None:
    QTest.keyClick(space.plot, Qt.Key.Key_Left)
    QTest.keyClick(space.plot, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert (camera(space).azimuth, camera(space).elevation) == (HOME.azimuth + 6.0, HOME.elevation - 1.0)
    QTest.keyClick(space.plot, Qt.Key.Key_3)
    assert camera(space).seen(np.eye(3)[:2])[:, :2] == pytest.approx(np.eye(2), abs=1e-15)
    width = np.ptp(space.box.rectangle()[0])
    QTest.keyClick(space.plot, Qt.Key.Key_Plus)
    assert np.ptp(space.box.rectangle()[0]) == pytest.approx(width / 1.25)
    QTest.keyClick(space.plot, Qt.Key.Key_Home)
    assert camera(space) == HOME
    assert np.ptp(space.box.rectangle()[0]) == pytest.approx(width)


def test_pointing_reads_the_time_and_the_coordinates_and_a_click_selects(space: Space, qtbot: QtBot) -> None:
    told: list[str] = []
    space.readout.connect(told.append)
    index, place = near(space)
    curves = space._scene.curves.trajectories
    with qtbot.waitSignal(space.hovered) as hovered:
        mouse.hover(space, *place)
    curve = int(np.searchsorted(curves.offsets, index, side="right")) - 1
    assert hovered.args == [curve]
    words = told[-1].replace("−", "-").split("   ")
    assert words[0] == f"trajectory {curve + 1}"
    numbers = {name: float(value) for name, _, value in (word.partition(" = ") for word in words[1:])}
    assert list(numbers) == ["t", "x", "y", "z"]
    assert numbers["t"] == pytest.approx(curves.t[index], abs=0.05)
    assert [numbers[name] for name in "xyz"] == pytest.approx(curves.z[index], abs=0.6)
    with qtbot.waitSignal(space.selected) as selected:
        mouse.click(space, *place)
    assert selected.args == [curve]
    mouse.hover(space, -0.85, 0.8)
    assert told[-1] == "azimuth −60°   elevation 22°"


def test_the_dots_are_where_the_trajectories_are_then(space: Space) -> None:
    curves = space._scene.curves.trajectories
    t = float(curves.t[curves.curve(0)][700])
    space.set_cursor(t)
    place = seen(space, tuple(curves.z[700].tolist()))
    assert space._scene.marks.now._points[0] == pytest.approx(place)
    assert colour_near(space, *space._scene.marks.now._points[1].tolist(), DARK.series[1])
    assert space.chips.text("time") == f"t = {t:.2f}"


def test_marks_and_equilibria_stand_where_they_are_seen(space: Space) -> None:
    curves, marks = space._scene.curves.trajectories, space._scene.marks
    space._scene.look(Camera(20.0, 50.0))
    assert marks.starts._points[1] == pytest.approx(seen(space, (1.1, 1.0, 1.0)))
    assert marks.arrivals._groups[0].points[0] == pytest.approx(seen(space, curves.z[curves.curve(0)][-1]))
    placed = {one.equilibrium.label: one.place for one in marks.equilibria._placed}
    assert placed["saddle"] == pytest.approx(seen(space, (0.0, 0.0, 0.0)))


def test_a_failed_trajectory_ends_in_a_cross(qtbot: QtBot) -> None:
    curves = frames.trajectories(frames.lorenz(), forward="nonfinite_state")
    view = shown(qtbot, Space(), frames.lorenz(), frames.full_frame(frames.lorenz(), curves=curves))
    assert len(view._scene.marks.failures._points) == 2
    assert view._scene.marks.arrivals._groups == ()


def test_two_components_are_shown_over_time(qtbot: QtBot) -> None:
    circle = frames.rotation()
    view = shown(qtbot, Space(), circle, frames.full_frame(circle))
    assert view._scene.axes.shown() == ("t", "x", "y")
    assert view._scene.marks.equilibria._placed == ()  # it is a line there
    box = view._scene.cuboid
    assert box.lengths == (1.6, 1.0, 1.0)
    assert box.ranges[0] == circle.span
    points, _ = view._scene.curves.item.seen()
    curves = view._scene.curves.trajectories
    index = int(np.argmin(np.abs(curves.t - np.pi)))
    assert points[index] == pytest.approx(seen(view, (np.pi, -1.0, 0.0)), abs=0.01)


def test_of_four_components_three_are_chosen(qtbot: QtBot) -> None:
    lorenz = frames.lorenz()
    names = ("x", "y", "z", "w")
    four = replace(
        lorenz,
        components=names,
        field=lambda t, z: np.concatenate([lorenz.field(t, z[..., :3]), -z[..., 3:]], axis=-1),
        starts=((1.0, 1.0, 1.0, 2.0),),
        rest=(),
    )
    frame = frames.full_frame(four)
    view = shown(qtbot, Space(), four, frame, (700, 460))
    view.reset(Experiment(""), four.system(), ("z", "w"))
    view.draw(frame)
    assert view._scene.axes.names == ("z", "w", "x")
    assert view.pickers.isVisible()
    box = view.pickers.boxes[0]
    box.setCurrentIndex(3)
    box.activated.emit(3)
    assert view._scene.axes.names == ("w", "z", "x")  # the other takes what this one gave up
    assert [box.currentText() for box in view.pickers.boxes] == ["w", "z", "x"]
    assert view._scene.curves.places[:, 0] == pytest.approx(frame.get(Trajectories).z[:, 3])
    assert {text.text for text in view._scene.frame.texts() if text.is_name} == {"w", "z", "x"}


def test_the_box_holds_what_the_text_asks_for_and_what_the_curves_need(qtbot: QtBot) -> None:
    lorenz = replace(frames.lorenz(), view={"x": (-25.0, 25.0), "y": (-5.0, 5.0)})
    view = shown(qtbot, Space(), lorenz, frames.full_frame(lorenz))
    curves = view._scene.curves.trajectories
    ahead = curves.z[curves.t >= 0.0]
    across, up, high = view._scene.cuboid.ranges
    assert across == (-25.0, 25.0)
    assert up[0] < ahead[:, 1].min() < ahead[:, 1].max() < up[1]
    needed = float(ahead[:, 2].min()), float(ahead[:, 2].max())
    assert high == pytest.approx(needed, abs=0.04 * (needed[1] - needed[0]))


def test_the_table_is_that_of_the_trajectories_whole_or_in_sight(space: Space) -> None:
    whole = space.table().columns
    assert list(whole) == ["trajectory", "t", "x", "y", "z", "step_end"]
    assert len(whole["t"]) == len(space._scene.curves.trajectories.t)
    _, (across, up) = near(space)
    space.box.show_rectangle(((across - 0.1, across + 0.1), (up - 0.1, up + 0.1)))
    part = space.table(visible_only=True).columns
    assert 0 < len(part["t"]) < len(whole["t"])
    points = camera(space).seen(space._scene.cuboid.inside(np.stack([part[name] for name in "xyz"], axis=1)))
    (left, right), (low, high) = space.box.rectangle()
    assert ((points[:, 0] >= left) & (points[:, 0] <= right) & (points[:, 1] >= low) & (points[:, 1] <= high)).all()


def test_the_plane_that_was_looked_at_is_kept_for_the_way_back(space: Space) -> None:
    own = space.viewport()
    assert (own.x, own.y, own.x_range) == ("x", "y", (-25.0, 25.0))
    space.look_at(replace(own, y="z", y_range=(10.0, 20.0)))
    assert space.viewport().y_range == (10.0, 20.0)
