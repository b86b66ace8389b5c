"""A picture through which what lies below it is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage, QPainter
from typing_extensions import override

from .kept_picture import KeptPicture
from .projection import Projection
from .raster import Raster

if TYPE_CHECKING:
    from ..theme import Theme


class Veil(Raster):
    """Pixels that may be translucent: 0xaarrggbb, the channels multiplied by the alpha, where `translucent` is set."""

    translucent = False

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._kept = KeptPicture(patience=1)

    @override
    def layout(self, projection: Projection) -> None:
        super().layout(projection)
        self._kept.forget()

    @override
    def draw(self, painter: QPainter) -> None:
        rows, columns = self._part.shape
        if not self.translucent:
            super().draw(painter)
        elif rows and columns:
            # to stretch it takes several times as long as to show it as it is on the screen
            self._kept.paint(painter, self._target & self.boundingRect(), self._stretch)

    def _stretch(self, painter: QPainter) -> None:
        rows, columns = self._part.shape
        layout = QImage.Format.Format_ARGB32_Premultiplied
        image = QImage(self._part.data, columns, rows, 4 * columns, layout)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(self._target, image)
