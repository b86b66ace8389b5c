"""What is kept as a picture while nothing changes: sheets of items, axes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from explorer.canvas.axis import Axis
from explorer.canvas.kept_picture import KeptPicture
from explorer.canvas.plot import Plot
from explorer.canvas.projection import Projection
from explorer.canvas.segments import Segments, Stroke, StrokeGroup
from explorer.canvas.sheet import Sheet
from explorer.theme import DARK

BOX = Projection((-2.0, 2.0), (-2.0, 2.0), 400.0, 400.0)
LINE, GROUP = np.array([[-1.0, 0.3], [1.0, -0.2]]), StrokeGroup(np.array([0]), Stroke("#ffffff", 1.8))
pytestmark = pytest.mark.usefixtures("qapp")


class Counted(Segments):
    """Counts how often it is drawn."""

    drawn = 0

    def draw(self, painter: QPainter) -> None:
        self.drawn += 1
        super().draw(painter)


def painted(sheet: Sheet, *, scale: float = 1.0, beside: float = 0.0, opacity: float = 1.0) -> np.ndarray:
    """The sheet on black, `beside` pixels off its place, as (height, width, 3)."""
    sheet.set_projection(BOX)
    image = QImage(int(401 * scale), int(401 * scale), QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    painter.scale(scale, scale)
    painter.translate(beside, beside)
    painter.setOpacity(opacity)
    sheet.paint(painter, None)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., 2::-1].astype(int)


def one_line() -> tuple[Counted, Sheet]:
    item = Counted(DARK)
    item.set_segments(LINE, [GROUP])
    return item, Sheet(DARK, item)


def test_a_sheet_that_stays_as_it_is_is_painted_no_more() -> None:
    item, sheet = one_line()
    first = painted(sheet)
    assert first.max() > 100
    for _ in range(9):
        assert np.abs(painted(sheet) - first).max() <= 2
    assert item.drawn == 7  # six times by itself, once into the picture
    item.set_segments(LINE + 0.5, [GROUP])
    assert (painted(sheet) != first).any()
    assert item.drawn == 8
    item.setVisible(False)
    assert painted(sheet).max() == 0


def test_a_sheet_that_changes_with_every_frame_makes_no_picture() -> None:
    item, sheet = one_line()
    for number in range(5):
        item.set_segments(LINE + 0.1 * number, [GROUP])
        painted(sheet)
    assert item.drawn == 5
    assert sheet._kept._picture is None


def test_a_sheet_that_changes_with_every_third_frame_is_painted_once_a_change() -> None:
    item, sheet = one_line()
    for number in range(5):
        item.set_segments(LINE + 0.1 * number, [GROUP])
        for _ in range(3):
            painted(sheet)
    assert item.drawn == 3 + 3 + 3  # the first two themselves, three times each, then one picture each


def test_an_export_gets_the_items_themselves() -> None:
    item, sheet = one_line()
    for _ in range(9):
        painted(sheet)
    before = item.drawn
    painted(sheet, scale=2.0)
    assert item.drawn == before + 1


def test_a_picture_lies_where_its_items_would() -> None:
    for beside in (0.0, 0.25, 0.5, 0.9):
        _, sheet = one_line()
        pictures = [painted(sheet, beside=beside) for _ in range(9)]
        assert sheet._kept._picture is not None
        assert np.abs(pictures[-1] - pictures[0]).max() <= 2


def test_a_faded_sheet_is_faded_as_a_whole() -> None:
    item = Counted(DARK)
    crossing = np.array([[-1.0, -1.0], [1.0, 1.0], [-1.0, 1.0], [1.0, -1.0]])
    item.set_segments(crossing, [StrokeGroup(np.array([0, 2]), Stroke("#ffffff", 9.0))])
    whole, faded = painted(Sheet(DARK, item)), painted(Sheet(DARK, item), opacity=0.5)
    assert np.abs(faded - whole / 2).max() <= 2  # where the lines cross, too


def test_a_picture_of_a_part_keeps_its_place() -> None:
    kept, calls = KeptPicture(0), []

    def draw(painter: QPainter) -> None:
        calls.append(1)
        painter.fillRect(QRectF(-3, 2, 4, 5), QColor("#ff0000"))

    for _ in range(2):
        image = QImage(20, 20, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        painter.translate(10, 5)
        kept.paint(painter, QRectF(-5.5, 0, 9, 9), draw)
        painter.end()
        reds = np.argwhere(np.frombuffer(image.constBits(), np.uint8).reshape(20, 20, 4)[..., 2] == 255)
        assert (reds.min(axis=0).tolist(), reds.max(axis=0).tolist()) == ([7, 7], [11, 10])
    assert len(calls) == 1


def test_an_axis_is_written_anew_when_its_numbers_change() -> None:
    plot = Plot(DARK)
    plot.resize(400, 300)
    plot.box.show_rectangle(((0.0, 1.0), (0.0, 1.0)))

    def numbers(axis: Axis) -> np.ndarray:
        image = plot.grab(axis.sceneBoundingRect().toRect()).toImage().convertToFormat(QImage.Format.Format_RGB32)
        return np.frombuffer(image.constBits(), np.uint8).copy()

    plot.show()
    first = numbers(plot.bottom)
    assert (numbers(plot.bottom) == first).all()
    plot.box.show_rectangle(((5.0, 9.0), (0.0, 1.0)))
    second = numbers(plot.bottom)
    assert (second != first).any()
    plot.apply_theme(replace(DARK, muted="#ff0000"))
    assert (numbers(plot.bottom) != second).any()
