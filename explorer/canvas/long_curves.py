"""Curves of very many points each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QPainter
from typing_extensions import override

from .colour import faded
from .item import CanvasItem
from .lines import Lines, visible_lines
from .long_curve import LongCurve
from .projection import Projection
from .segments import Stroke

if TYPE_CHECKING:
    from ..theme import Theme


class LongCurves(CanvasItem):
    """Curves that are thinned to the screen, a stroke each; later ones lie on top."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._curves: tuple[tuple[LongCurve, Stroke], ...] = ()
        self._batches: list[tuple[Lines, Stroke]] = []

    def set_curves(self, curves: Sequence[tuple[LongCurve, Stroke]]) -> None:
        """Show other curves."""
        self._curves = tuple(curves)
        self.invalidate()

    @override
    def layout(self, projection: Projection) -> None:
        self._batches = []
        for curve, stroke in self._curves:
            pixels = projection.pixels(curve.seen(projection))
            lines = visible_lines(pixels[:-1], pixels[1:], projection.width, projection.height)
            self._batches.append((Lines(lines), stroke))

    @override
    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for lines, stroke in self._batches:
            lines.draw(painter, faded(stroke.colour, stroke.opacity), stroke.weight)
