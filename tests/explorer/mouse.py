"""A hand on the mouse over a view's plot, in data coordinates."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.canvas.plot_card import PlotCard

LEFT = Qt.MouseButton.LeftButton


def place(view: PlotCard, x: float, y: float) -> QPoint:
    """The pixel of the plot's viewport that shows the point (x, y)."""
    box = view.box
    in_box = box.projection().pixels(np.array([x, y]))
    return view.plot.mapFromScene(box.mapToScene(*in_box.tolist()))


def click(view: PlotCard, x: float, y: float, button: Qt.MouseButton = LEFT) -> None:
    """A single click, far enough in time from any other."""
    QTest.mouseClick(view.plot.viewport(), button, pos=place(view, x, y), delay=1)
    QTest.qWait(QApplication.doubleClickInterval() // 400 + 1)


def double_click(view: PlotCard, at: QPoint) -> None:
    """Two quick clicks, as Qt delivers them: press, release, double click, release."""
    target = view.plot.viewport()
    QTest.mouseClick(target, LEFT, pos=at)
    QTest.mouseDClick(target, LEFT, pos=at)
    QTest.mouseRelease(target, LEFT, pos=at)


def hover(view: PlotCard, x: float, y: float) -> None:
    """Move the mouse there without a button."""
    target = view.plot.viewport()
    at = place(view, x, y)
    QTest.mouseMove(target, at + QPoint(1, 1))
    QTest.qWait(15)  # the scene ignores moves that follow each other too quickly
    QTest.mouseMove(target, at)
    QTest.qWait(15)


def drag(
    view: PlotCard, start: tuple[float, float], end: tuple[float, float], steps: int = 4, button: Qt.MouseButton = LEFT
) -> None:
    """Press, move in a few steps, release."""
    target = view.plot.viewport()
    first, last = place(view, *start), place(view, *end)
    hover(view, *start)
    QTest.mousePress(target, button, pos=first)
    for step in range(1, steps + 1):
        QTest.qWait(15)
        QTest.mouseMove(target, first + (last - first) * step / steps)
    QTest.qWait(15)
    QTest.mouseRelease(target, button, pos=last)
