"""What lies behind eigenvalues: the unit circle, the disc that damping opens, the half-plane of the flow."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from typing_extensions import override

from .colour import blend, faded
from .item import CanvasItem
from .projection import Projection

if TYPE_CHECKING:
    from ..theme import Theme

_LARGEST = 20_000.0
"""Pixels up to which a circle is drawn as one: beyond it Qt's rasteriser is lost, and the eye sees a line."""


class UnitDisc(CanvasItem):
    """The regions of the complex plane in which an eigenvalue of J lets an iteration converge.

    Picard's: the unit disc. Damped by beta: the disc of radius 1 / beta about 1 - 1 / beta, which touches it at 1.
    The flow z' = f(z) - z: the half-plane left of 1, in which all of these discs lie.
    """

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._damping = math.nan
        self._edge = 0.0
        self._origin = QPointF()
        self._unit = QRectF()
        self._damped = QRectF()

    def set_damping(self, beta: float) -> None:
        """Show the disc of this damping; NaN or 1 for none."""
        if not (beta == self._damping or (math.isnan(beta) and math.isnan(self._damping))):
            self._damping = beta
            self.invalidate()

    @override
    def layout(self, projection: Projection) -> None:
        points = np.array([[0.0, 0.0], [1.0, 0.0], [-1.0, 1.0], [1.0, -1.0]])
        origin, edge, upper, lower = projection.pixels(points)
        self._origin, self._edge = QPointF(*origin), float(edge[0])
        self._unit = QRectF(QPointF(*upper), QPointF(*lower))
        self._damped = QRectF()
        if 0.0 < self._damping < 0.9995:
            radius = 1.0 / self._damping
            corners = projection.pixels(np.array([[1.0 - 2.0 * radius, radius], [1.0, -radius]]))
            self._damped = QRectF(QPointF(*corners[0]), QPointF(*corners[1]))

    @override
    def draw(self, painter: QPainter) -> None:
        theme, area = self.theme, self.boundingRect()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = area.intersected(QRectF(area.left(), area.top(), self._edge - area.left(), area.height()))
        if self._edge > area.left():
            painter.fillRect(left, faded(theme.teal, 0.08 if theme.dark else 0.09))
            painter.setPen(QPen(faded(theme.teal, 0.7), 1.2))
            painter.drawLine(QLineF(self._edge, area.top(), self._edge, area.bottom()))
        painter.setPen(QPen(QColor(blend(theme.line, theme.muted, 0.25)), 1.0))
        painter.drawLine(QLineF(area.left(), self._origin.y(), area.right(), self._origin.y()))
        painter.drawLine(QLineF(self._origin.x(), area.top(), self._origin.x(), area.bottom()))
        if 0 < self._damped.width() < _LARGEST:
            painter.setPen(QPen(faded(theme.violet, 0.9), 1.2, Qt.PenStyle.DashLine))
            painter.setBrush(faded(theme.violet, 0.09))
            painter.drawEllipse(self._damped)
        if self._unit.width() < _LARGEST:
            painter.setPen(QPen(QColor(theme.muted), 1.4))
            painter.setBrush(faded(theme.muted, 0.13))
            painter.drawEllipse(self._unit)
