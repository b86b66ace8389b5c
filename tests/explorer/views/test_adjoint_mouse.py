"""What the mouse and the keys do on the adjoint view."""

from __future__ import annotations

from dataclasses import replace

import adjoint_frames
import fixed_point_frames as fixed
import frames
import mouse
import numpy as np
import pytest
from pictures import shown
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.readings import AdjointGap
from explorer.views.adjoint import AdjointView


@pytest.fixture(scope="module")
def second() -> AdjointGap:
    """The way of the second of several trajectories."""
    return replace(adjoint_frames.adjoint_gap(frames.rotation(), rate=4.0), trajectory=1)


@pytest.fixture
def view(qtbot: QtBot, second: AdjointGap) -> AdjointView:
    view = shown(qtbot, AdjointView(), frames.rotation(), fixed.frame(second), (560, 620))
    view.set_selected(1)
    return view


def test_a_click_starts_a_trajectory(view: AdjointView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.start_added) as caught:
        mouse.click(view, 0.3, 0.2)
    assert caught.args[0] == pytest.approx((0.3, 0.2), abs=0.01)


def test_a_click_on_the_way_selects_its_trajectory(view: AdjointView, second: AdjointGap, qtbot: QtBot) -> None:
    added: list[tuple[float, ...]] = []
    view.start_added.connect(added.append)
    with qtbot.waitSignal(view.selected) as caught:
        mouse.click(view, *second.forward[120])
    assert (caught.args, added) == ([1], [])


def test_the_ring_moves_the_start_of_the_trajectory_that_is_shown(view: AdjointView, second: AdjointGap) -> None:
    moves: list[tuple[int, tuple[float, ...], int]] = []
    view.start_moved.connect(lambda *move: moves.append(move))
    start = second.forward[0]
    mouse.drag(view, tuple(start.tolist()), (0.4, 0.3))
    assert {index for index, _, _ in moves} == {1}
    assert len({drag for _, _, drag in moves}) == 1
    assert moves[-1][1] == pytest.approx((0.4, 0.3), abs=0.02)


def test_components_off_the_axes_stay(qtbot: QtBot, second: AdjointGap) -> None:
    third = np.full((len(second.t), 1), 7.0)
    deep = replace(
        second,
        components=("x", "y", "w"),
        **{name: np.hstack([getattr(second, name), third]) for name in ("forward", "backward", "adjoint")},
    )
    view = shown(qtbot, AdjointView(), frames.rotation(), fixed.frame(deep), (560, 620))
    with qtbot.waitSignal(view.start_added) as caught:
        mouse.click(view, 0.3, 0.2)
    assert caught.args[0] == pytest.approx((0.3, 0.2, 7.0), abs=0.01)


def test_against_time_a_click_gives_the_height_alone(qtbot: QtBot) -> None:
    reading = adjoint_frames.adjoint_gap(frames.decay(), rate=3.0)
    view = shown(qtbot, AdjointView(), frames.decay(), fixed.frame(reading), (560, 620))
    with qtbot.waitSignal(view.start_added) as caught:
        mouse.click(view, 2.5, 0.6)
    assert caught.args[0] == pytest.approx((0.6,), abs=0.01)


def test_delete_removes_the_trajectory_that_is_selected(view: AdjointView, qtbot: QtBot) -> None:
    view.setFocus()
    with qtbot.waitSignal(view.start_removed) as caught:
        QTest.keyClick(view.plot, Qt.Key.Key_Delete)
    assert caught.args == [1]


def test_before_there_is_a_way_a_click_does_nothing(qtbot: QtBot) -> None:
    view = shown(qtbot, AdjointView(), frames.rotation())
    added: list[tuple[float, ...]] = []
    view.start_added.connect(added.append)
    mouse.click(view, 0.3, 0.2)
    assert added == []
