"""What is painted again and again without a change, kept as an image."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QImage, QPainter

from .shape_devices import on_screen, screen_offset


class KeptPicture:
    """Paints, or shows the image of what was painted.

    An image is made where it is likely to be shown again: at once where what was there before, the last two times,
    was painted more than once until it changed, else after `patience` repaints. What changes with every frame needs
    none, which would have to be cleared, drawn into and shown, where the screen's own painter can draw at once.
    A scaled painter (an export) and one that keeps shapes are always painted on, sharp at their own resolution.
    """

    def __init__(self, patience: int) -> None:
        self._patience = patience
        self._painted = self._before = 0
        self._at_once = patience == 0
        self._opacity = 1.0
        self._picture: QImage | None = None
        self._corner = QPointF()  # of the picture, in the painter's coordinates
        self._made_for: tuple[float, float, float, QRectF] | None = None

    def forget(self) -> None:
        """There is something else to paint."""
        if self._painted:
            self._at_once = self._patience == 0 or min(self._before, self._painted) > 1
            self._before = self._painted
        self._painted = 0
        self._picture = None

    def paint(self, painter: QPainter, area: QRectF, draw: Callable[[QPainter], None]) -> None:
        """Show what `draw` paints within `area`."""
        if not on_screen(painter):
            draw(painter)
            return
        if painter.opacity() != self._opacity:
            self._opacity = painter.opacity()
            self._painted, self._picture = 0, None  # as it was before it was faded, to the last bit
        self._painted += 1
        # a faded one is faded as a whole: what is covered must not shine through
        if not self._at_once and self._painted <= self._patience and self._opacity == 1.0:
            draw(painter)
            return
        # a picture lies on whole device pixels; what is inside is where it would be on the screen
        ratio, beside = painter.device().devicePixelRatio(), screen_offset(painter)
        made_for = (ratio, *beside, QRectF(area))
        if self._picture is None or made_for != self._made_for:
            self._picture, self._made_for = self._render(ratio, beside, area, draw), made_for
        painter.drawImage(self._corner, self._picture)

    def _render(
        self, ratio: float, beside: tuple[float, float], area: QRectF, draw: Callable[[QPainter], None]
    ) -> QImage:
        left, top = math.floor(area.left() * ratio + beside[0]), math.floor(area.top() * ratio + beside[1])
        width = math.ceil(area.right() * ratio + beside[0]) - left
        height = math.ceil(area.bottom() * ratio + beside[1]) - top
        picture = QImage(QSize(max(1, width), max(1, height)), QImage.Format.Format_ARGB32_Premultiplied)
        picture.setDevicePixelRatio(ratio)
        picture.fill(0)
        self._corner = QPointF((left - beside[0]) / ratio, (top - beside[1]) / ratio)
        painter = QPainter(picture)
        painter.translate(-self._corner)
        draw(painter)
        painter.end()
        return picture
