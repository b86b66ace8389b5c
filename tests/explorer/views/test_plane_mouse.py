"""What the mouse and the keys do on the phase plane."""

from __future__ import annotations

import frames
import mouse
import numpy as np
import pytest
from pictures import shown_plane
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.outcome import Outcome
from explorer.views.phase_plane import PhasePlane


@pytest.fixture
def plane(qtbot: QtBot) -> PhasePlane:
    return shown_plane(qtbot, frames.rotation())


def test_a_click_on_the_empty_plane_starts_a_trajectory(plane: PhasePlane, qtbot: QtBot) -> None:
    with qtbot.waitSignal(plane.start_added) as caught:
        mouse.click(plane, 1.5, 1.4)
    assert caught.args[0] == pytest.approx((1.5, 1.4), abs=0.01)


def test_a_double_click_on_the_plane_starts_one_trajectory_only(plane: PhasePlane) -> None:
    added: list[tuple[float, ...]] = []
    plane.start_added.connect(added.append)
    mouse.double_click(plane, mouse.place(plane, 1.5, 1.4))
    assert len(added) == 1


def test_a_drag_of_the_plane_pans_and_starts_nothing(plane: PhasePlane) -> None:
    added: list[tuple[float, ...]] = []
    plane.start_added.connect(added.append)
    mouse.drag(plane, (1.5, 1.5), (1.0, 1.5))
    (left, right), (low, high) = plane.box.rectangle()
    assert added == []
    assert (left, right) == pytest.approx((-1.5, 2.5), abs=0.03)
    assert (low, high) == pytest.approx((-2.0, 2.0), abs=0.03)


def test_history_goes_back_and_forward_and_home_fits(plane: PhasePlane) -> None:
    mouse.drag(plane, (1.5, 1.5), (1.0, 1.5))
    moved = plane.box.rectangle()
    plane.back()
    assert plane.box.rectangle()[0] == pytest.approx((-2.0, 2.0))
    plane.forward()
    assert plane.box.rectangle()[0] == pytest.approx(moved[0])
    QTest.keyClick(plane.plot, Qt.Key.Key_Home)
    assert plane.box.rectangle()[0] == pytest.approx((-2.0, 2.0))


def test_a_double_click_on_an_axis_fits_that_axis_alone(plane: PhasePlane) -> None:
    plane.box.show_rectangle(((0.0, 1.0), (0.0, 1.0)))
    plane.grab()
    middle = plane.plot.mapFromScene(plane.plot.bottom.mapToScene(plane.plot.bottom.boundingRect().center()))
    mouse.double_click(plane, middle)
    assert plane.box.rectangle()[0] == pytest.approx((-2.0, 2.0))
    assert plane.box.rectangle()[1] == pytest.approx((0.0, 1.0))


def test_a_right_click_asks_for_the_menu_and_starts_nothing(plane: PhasePlane, qtbot: QtBot) -> None:
    added: list[tuple[float, ...]] = []
    plane.start_added.connect(added.append)
    with qtbot.waitSignal(plane.context_menu_requested) as caught:
        mouse.click(plane, 1.5, 1.4, Qt.MouseButton.RightButton)
    expected = plane.plot.viewport().mapToGlobal(mouse.place(plane, 1.5, 1.4))
    assert (caught.args[0] - expected).manhattanLength() <= 1
    assert added == []


def test_dragging_a_start_moves_it_under_one_drag_id(plane: PhasePlane, qtbot: QtBot) -> None:
    moves: list[tuple[int, tuple[float, ...], int]] = []
    plane.start_moved.connect(lambda *move: moves.append(move))
    before = plane.box.rectangle()
    with qtbot.waitSignal(plane.drag_finished):
        mouse.drag(plane, (1.0, 0.0), (1.5, 0.5), steps=5)
    assert len(moves) >= 4
    assert {index for index, _, _ in moves} == {0}
    assert len({drag for _, _, drag in moves}) == 1
    assert moves[-1][1] == pytest.approx((1.5, 0.5), abs=0.02)
    assert plane.box.rectangle() == before
    mouse.drag(plane, (1.0, 0.0), (1.2, 0.1))
    assert len({drag for _, _, drag in moves}) == 2


def test_hover_and_click_find_the_curve(plane: PhasePlane, qtbot: QtBot) -> None:
    hovered: list[int | None] = []
    plane.hovered.connect(hovered.append)
    mouse.hover(plane, np.cos(1.0), -np.sin(1.0))
    mouse.hover(plane, 1.6, 1.6)
    assert hovered == [0, None]
    with qtbot.waitSignal(plane.selected) as caught:
        mouse.click(plane, np.cos(2.0), -np.sin(2.0))
    assert caught.args == [0]


def test_the_readout_tells_place_and_speed(plane: PhasePlane) -> None:
    texts: list[str] = []
    plane.readout.connect(texts.append)
    mouse.hover(plane, 1.6, 1.2)
    assert texts[-1].startswith("x = 1.")
    speed = float(texts[-1].split("|f| = ")[1])
    assert speed == pytest.approx(2.0, abs=0.02)


def test_an_equilibrium_under_the_mouse_tells_type_and_eigenvalues(plane: PhasePlane) -> None:
    texts: list[str] = []
    plane.readout.connect(texts.append)
    mouse.hover(plane, 0.0, 0.0)
    assert "centre: λ = ± 1i" in texts[-1]


def test_a_failure_under_the_mouse_tells_why(qtbot: QtBot) -> None:
    example = frames.rotation()
    view = shown_plane(qtbot, example)
    curves = frames.trajectories(example, forward="nonfinite_rhs")
    view.draw(frames.full_frame(example, curves=curves))
    texts: list[str] = []
    view.readout.connect(texts.append)
    mouse.hover(view, *curves.z[-1].tolist())
    assert str(Outcome("nonfinite_rhs", 6.0)) in texts[-1]


def test_one_state_is_drawn_against_time(qtbot: QtBot) -> None:
    view = shown_plane(qtbot, frames.decay())
    viewport = view.viewport()
    assert viewport is not None
    assert (viewport.x, viewport.y, viewport.x_range) == ("t", "x", (0.0, 5.0))
    with qtbot.waitSignal(view.start_added) as caught:
        mouse.click(view, 2.0, 1.5)
    assert caught.args[0] == pytest.approx((1.5,), abs=0.02)


def test_of_three_states_a_slice_is_shown_and_the_axes_can_be_chosen(qtbot: QtBot) -> None:
    view = shown_plane(qtbot, frames.lorenz())
    assert view.chips.text("slice") == "slice at z = 1"
    viewport = view.viewport()
    assert viewport is not None
    assert viewport.selection == (1.0, 1.0, 1.0)
    with qtbot.waitSignal(view.viewport_changed):
        view.set_selected(1)
    assert view.viewport().selection == (1.1, 1.0, 1.0)  # type: ignore[union-attr]
    with qtbot.waitSignal(view.start_added) as caught:
        mouse.click(view, -20.0, 20.0)
    assert caught.args[0] == pytest.approx((-20.0, 20.0, 1.1), abs=0.2)
    across, up = view._head.pickers._across, view._head.pickers._up
    assert across.isVisible()
    with qtbot.waitSignal(view.viewport_changed):
        up.setCurrentIndex(2)
        up.activated.emit(2)
    assert (view.viewport().x, view.viewport().y) == ("x", "z")  # type: ignore[union-attr]
    assert view.box.rectangle()[1] == (0.0, 55.0)


def test_the_mouse_over_an_axis_zooms_that_axis(plane: PhasePlane, qtbot: QtBot) -> None:

    target = plane.plot.viewport()
    centre = plane.plot.mapFromScene(plane.plot.bottom.mapToScene(plane.plot.bottom.boundingRect().center()))

    def turn(at: QPoint) -> None:
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
        QApplication.sendEvent(target, event)

    turn(centre)
    (left, right), (low, high) = plane.box.rectangle()
    assert right - left < 4.0
    assert high - low == pytest.approx(4.0)
    before = plane.box.rectangle()
    with qtbot.waitSignal(plane.viewport_changed):
        turn(mouse.place(plane, 1.0, 1.0))
    after = plane.box.rectangle()
    assert after[1][1] - after[1][0] < before[1][1] - before[1][0]
    # the point under the cursor stays there
    ratio = (1.0 - after[1][0]) / (after[1][1] - after[1][0])
    assert ratio == pytest.approx((1.0 - before[1][0]) / (before[1][1] - before[1][0]), abs=0.01)
