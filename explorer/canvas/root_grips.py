"""Where the roots of a plot can be taken hold of."""

from __future__ import annotations

from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtGui import QPainter
from typing_extensions import override

from ..theme import Theme
from .points import DraggablePoints


class RootGrips(DraggablePoints):
    """Seen by the mouse alone: the marks are others' to draw. A click goes through to what is below."""

    def __init__(self, theme: Theme, z: float) -> None:
        super().__init__(theme, "disc", 6.5, z)

    @override
    def mouseClickEvent(self, event: MouseClickEvent) -> None:
        event.ignore()

    @override
    def draw(self, painter: QPainter) -> None:
        pass
