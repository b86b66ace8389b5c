"""A picture through which what lies below it is seen."""

from __future__ import annotations

from PySide6.QtGui import QImage, QPainter
from typing_extensions import override

from .raster import Raster


class Veil(Raster):
    """Pixels that may be translucent: 0xaarrggbb, the channels multiplied by the alpha, where `translucent` is set."""

    translucent = False

    @override
    def draw(self, painter: QPainter) -> None:
        rows, columns = self._part.shape
        if not self.translucent:
            super().draw(painter)
        elif rows and columns:
            layout = QImage.Format.Format_ARGB32_Premultiplied
            image = QImage(self._part.data, columns, rows, 4 * columns, layout)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(self._target, image)
