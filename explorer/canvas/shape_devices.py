"""Devices that keep what is drawn as shapes (SVG, PDF), where a screen keeps only points."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPaintEngine, QPainter, QPicture

_KINDS = (QPaintEngine.Type.SVG, QPaintEngine.Type.Pdf, QPaintEngine.Type.Picture)  # in a set they would be hashed
_MOST_SEGMENTS = 20_000
"""A curve of more segments is embedded as an image: as shapes it would be slow to open, and megabytes large."""
_BYTES_PER_SEGMENT = 20
"""What a recording takes for one segment of a curve."""
_FINENESS = 3
"""Points of an embedded image per pixel of the plot: 288 an inch."""


def keeps_shapes(painter: QPainter) -> bool:
    """Whether lines stay lines on the painter's device; False on a screen and on an image."""
    engine = painter.paintEngine()
    return engine is not None and engine.type() in _KINDS


def on_screen(painter: QPainter) -> bool:
    """Whether what is painted has the screen's own resolution: neither shapes nor the larger points of an export."""
    return (
        not keeps_shapes(painter) and abs(painter.deviceTransform().m11() - painter.device().devicePixelRatio()) < 1e-6
    )


def screen_offset(painter: QPainter) -> tuple[float, float]:
    """By which part of a device pixel the painter's origin lies beyond a whole one."""
    transform = painter.deviceTransform()
    return transform.dx() - math.floor(transform.dx()), transform.dy() - math.floor(transform.dy())


def draw_shapes(painter: QPainter, draw: Callable[[QPainter], None], area: QRectF) -> None:
    """Let `draw` paint within `area` as shapes, or as an image where these would be more than a file should hold."""
    record = QPicture()
    recorder = QPainter(record)
    draw(recorder)
    recorder.end()
    if record.size() <= _MOST_SEGMENTS * _BYTES_PER_SEGMENT:
        draw(painter)
        return
    image = QImage(
        (area.size() * _FINENESS).toSize().expandedTo(QSize(1, 1)), QImage.Format.Format_ARGB32_Premultiplied
    )
    image.fill(0)
    brush = QPainter(image)
    brush.scale(image.width() / area.width(), image.height() / area.height())
    brush.translate(-area.topLeft())
    draw(brush)
    brush.end()
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(area, image)
