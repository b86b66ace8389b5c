"""What the status bar says of the place under a mouse that rests while the picture below it changes."""

from __future__ import annotations

import mouse
import numpy as np
import pytest
from map_bench import resting
from PySide6.QtCore import QEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.frame import Frame
from core.readings import VelocityGrid
from explorer.conductor import Conductor


@pytest.fixture
def conductor(qtbot, tmp_path, monkeypatch):  # noqa: ARG001 - Qt's messages are watched
    with resting(tmp_path, monkeypatch) as made:
        yield made


def draw(conductor: Conductor, speed: float) -> None:
    """A frame in which everything moves to the right that fast."""
    axis = np.linspace(-2.0, 2.0, 5)
    u = np.full((5, 5), speed)
    grid = VelocityGrid("x", "y", axis, axis, u, 0 * u, None, ())
    conductor._client._frame = Frame(conductor.solving._generation, {VelocityGrid: grid}, final=True)
    while conductor.solving.take() is not None:
        pass


def said(conductor: Conductor) -> str:
    return conductor.panels.status._readout.text()


def test_a_new_picture_is_told_of_where_the_mouse_rests(conductor: Conductor) -> None:
    plane = conductor.stage.main
    draw(conductor, 2.0)
    assert said(conductor) == ""
    mouse.hover(plane, 1.0, 1.5)
    assert "|f| = 2" in said(conductor)
    draw(conductor, 3.0)
    assert "|f| = 3" in said(conductor)
    assert said(conductor).startswith("x = 1")


def test_a_mouse_that_left_or_drags_is_told_nothing(conductor: Conductor) -> None:
    plane, pointed = conductor.stage.main, []
    draw(conductor, 2.0)
    plane.box.hover_moved.connect(pointed.append)
    target, at = plane.plot.viewport(), mouse.place(plane, 1.0, 1.5)
    mouse.hover(plane, 1.0, 1.5)
    QTest.mousePress(target, mouse.LEFT, pos=at)
    QTest.qWait(15)
    QTest.mouseMove(target, at + at * 0.05)
    count = len(pointed)
    draw(conductor, 3.0)
    assert len(pointed) == count
    QTest.mouseRelease(target, mouse.LEFT, pos=at + at * 0.05)
    assert len(pointed) > count  # it rests again
    QApplication.sendEvent(plane.plot, QEvent(QEvent.Type.Leave))
    assert said(conductor) == ""
    draw(conductor, 4.0)
    assert said(conductor) == ""
