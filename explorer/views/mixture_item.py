"""What the parts of the picture of weights have in common."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from typing_extensions import override

from core.readings import Mixture, NamedMatrix

from ..canvas.chip import plot_font
from ..canvas.item import CanvasItem
from ..canvas.projection import Projection
from .mixture_panels import Panels, panels

if TYPE_CHECKING:
    from ..theme import Theme

LINE = 15.0
"""Pixels of height of a line of text."""
HEADING_ABOVE, NUMBERS_ABOVE, BELOW = 35.0, 16.0, 5.0
"""Pixels from a panel to its heading, to its columns' numbers, and to what stands below it."""


class MixtureItem(CanvasItem):
    """A part of the picture: it keeps to its panel."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._mixture: Mixture | None = None
        self._index = 0
        self._panels: Panels | None = None

    def set_mixture(self, mixture: Mixture | None, index: int) -> None:
        """Show the weights number `index` of another reading, or nothing."""
        self._mixture, self._index = mixture, index
        self.invalidate()

    def paint_panel(self, painter: QPainter, mixture: Mixture, matrix: NamedMatrix, place: Panels) -> None:
        """Paint this part."""
        raise NotImplementedError

    @override
    def layout(self, projection: Projection) -> None:
        mixture = self._mixture
        if mixture is not None:
            shape = (*mixture.weights.shape, mixture.values.shape[1])
            self._panels = panels(projection.width, projection.height, shape)

    @override
    def draw(self, painter: QPainter) -> None:
        if self._mixture is not None and self._panels is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(plot_font())
            self.paint_panel(painter, self._mixture, self._mixture.matrices[self._index], self._panels)


def sparse(count: int, pixels: float, apart: float) -> range:
    """Every first, second, fifth, ... so that their numbers are so far apart."""
    return range(0, count, max(1, math.ceil(apart / pixels)))


def write_heading(painter: QPainter, theme: Theme, panel: QRectF, choices: tuple[str, ...]) -> None:
    """The first of these that fits above a panel."""
    metrics = QFontMetricsF(plot_font())
    text = next((choice for choice in choices if metrics.horizontalAdvance(choice) <= panel.width()), "")
    painter.setPen(QColor(theme.text))
    area = QRectF(panel.left(), panel.top() - HEADING_ABOVE, panel.width() + 2, LINE)
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)
