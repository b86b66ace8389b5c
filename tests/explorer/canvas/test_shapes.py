"""What is drawn into a file that keeps shapes."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice, QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPdfWriter, QPicture
from PySide6.QtSvg import QSvgGenerator

from explorer.canvas.lines import Lines, curves
from explorer.canvas.projection import Projection
from explorer.canvas.shape_devices import draw_shapes, keeps_shapes
from explorer.canvas.trails import Trails
from explorer.theme import LIGHT


def test_lines_that_go_on_become_one_curve() -> None:
    lines = np.array([[0, 0, 1, 0], [1, 0, 1, 1], [5, 5, 6, 6], [6, 6, 7, 5], [9, 9, 8, 8]], dtype=float)
    path = curves(lines)
    elements = [path.elementAt(index) for index in range(path.elementCount())]
    assert [(e.x, e.y) for e in elements] == [(0, 0), (1, 0), (1, 1), (5, 5), (6, 6), (7, 5), (9, 9), (8, 8)]
    assert [e.isMoveTo() for e in elements] == [True, False, False, True, False, False, True, False]


def test_lines_of_every_count_and_kind_keep_their_ends() -> None:
    random = np.random.default_rng(3)
    for count in range(1, 40):
        points = random.integers(0, 3, (count + 1, 2)).astype(float)
        lines = np.concatenate([points[:-1], points[1:]], axis=1)[random.random(count) < 0.7]
        path = curves(lines)
        found, last = [], None
        for index in range(path.elementCount()):
            element = path.elementAt(index)
            if not element.isMoveTo():
                found.append((*last, element.x, element.y))
            last = (element.x, element.y)
        assert found == [tuple(line) for line in lines.tolist()]


def test_which_painters_keep_shapes() -> None:
    image, record, drawing = QImage(9, 9, QImage.Format.Format_RGB32), QPicture(), QSvgGenerator()
    first, second = QBuffer(), QBuffer()
    for buffer in (first, second):
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    drawing.setOutputDevice(first)
    drawing.setViewBox(QRect(0, 0, 9, 9))
    page = QPdfWriter(second)
    for device, kept in ((image, False), (record, True), (drawing, True), (page, True)):
        painter = QPainter(device)
        assert keeps_shapes(painter) is kept
        painter.end()


def test_drawing_lines_leaves_the_painter_as_it_was() -> None:
    record = QPicture()
    painter = QPainter(record)
    painter.setBrush(QColor("#ff0000"))
    painter.setPen(QColor("#00ff00"))
    Lines(np.array([[0.0, 0.0, 5.0, 5.0]])).draw(painter, QColor("#0000ff"))
    assert painter.brush().color().name() == "#ff0000"
    assert painter.pen().color().name() == "#00ff00"
    painter.end()


def test_an_image_is_fine_and_fills_its_area() -> None:
    lines = Lines(np.tile([[10.0, 20.0, 30.0, 20.0]], (20_001, 1)))
    calls: list[tuple[int, int]] = []

    def draw(painter: QPainter) -> None:
        device = painter.device()
        calls.append((device.width(), device.height()) if isinstance(device, QImage) else (0, 0))
        lines.draw(painter, QColor("#0000ff"), 2.0)

    record = QPicture()
    painter = QPainter(record)
    draw_shapes(painter, draw, QRectF(0, 0, 40, 30))
    painter.end()
    assert calls == [(0, 0), (120, 90)]  # measured, then painted once: three points a pixel
    shown = QImage(40, 30, QImage.Format.Format_RGB32)
    shown.fill(QColor("#ffffff"))
    painter = QPainter(shown)
    painter.drawPicture(0, 0, record)
    painter.end()
    assert shown.pixelColor(20, 20).name() == "#0000ff"
    assert shown.pixelColor(20, 25).name() == "#ffffff"


def test_trails_without_light_add_no_image() -> None:
    trails = Trails(LIGHT)
    trails.set_projection(Projection((0.0, 1.0), (0.0, 1.0), 60.0, 40.0))
    assert trails.ensure_layout() is not None
    sizes = []
    for light in (0, 200):
        trails.light.levels[:] = light
        record = QPicture()
        painter = QPainter(record)
        trails.draw_as_shapes(painter)
        painter.end()
        sizes.append(record.size())
    assert sizes[0] < 100 < sizes[1]
