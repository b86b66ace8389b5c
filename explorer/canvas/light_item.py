"""An item that is nothing but light."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPainter
from typing_extensions import override

from .fading_light import FadingLight
from .item import CanvasItem

if TYPE_CHECKING:
    from ..theme import Theme


class LightItem(CanvasItem):
    """Shows `light`, of which its heirs say how it comes and goes."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self.light = FadingLight(self.colours(theme))

    def colours(self, theme: Theme) -> list[int]:
        """The light's 256 colours in a theme."""
        raise NotImplementedError

    @override
    def apply_theme(self, theme: Theme) -> None:
        self.light.set_colours(self.colours(theme))
        super().apply_theme(theme)

    @override
    def draw(self, painter: QPainter) -> None:
        self.light.draw(painter)

    @override
    def draw_as_shapes(self, painter: QPainter) -> None:
        if self.light.lit:  # an image without light would only make the file larger
            self.draw(painter)
