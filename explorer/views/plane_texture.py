"""The flow of the phase plane as a texture behind everything: noise smeared along its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColor

from core.frame import Frame
from core.readings import FlowTexture

from ..canvas.item import CanvasItem
from ..canvas.plot_card import PlotCard
from ..canvas.veil import Veil
from ..layered import Layer
from .plane_axes import PlaneAxes

if TYPE_CHECKING:
    from jaxtyping import UInt32

    from ..theme import Theme

LAYER = Layer(
    "texture",
    "Texture of the flow",
    visible=False,
    help="Line integral convolution: grains of noise smeared along the velocity, so that the lines of the flow are "
    "seen everywhere at once; not its speed, nor which way it goes",
    needs=frozenset({FlowTexture}),
)
_STRENGTH = {"dark": 0.2, "light": 0.26}
"""How much of the text's colour the strongest grains have."""


class PlaneTexture:
    """A veil in the colour of the text: what lies below is seen through it."""

    def __init__(self, card: PlotCard) -> None:
        """card: has a chip "texture", which says why there is none."""
        self._card = card
        self.image = Veil(card.theme, z=-88)
        self.image.translucent = True
        self.image.visibleChanged.connect(self.clear)  # by the time it is shown again the values may be others
        self._texture: FlowTexture | None = None

    def items(self) -> tuple[CanvasItem, ...]:
        """What the layer is made of."""
        return (self.image,)

    def clear(self) -> None:
        """Forget the reading."""
        self._set(None)

    def draw(self, frame: Frame, axes: PlaneAxes) -> None:
        """Take over the reading of a frame that belongs to these axes; until there is one the last stays."""
        texture, reason = frame.get(FlowTexture), frame.absent.get(FlowTexture, "")
        if not self.image.isVisible():
            return
        if reason:
            self._set(None)
            self._card.chips.set_text("texture", "no texture", reason, warning=True)
        if texture is None or texture is self._texture:
            return
        if (texture.x_name, texture.y_name) == (axes.x, axes.y):
            self._set(texture)

    def show(self, axes: PlaneAxes) -> None:
        """Forget what is of other axes."""
        if self._texture is not None and (self._texture.x_name, self._texture.y_name) != (axes.x, axes.y):
            self._set(None)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour the grains."""
        if self._texture is not None:
            self.image.set_pixels(self._texture.x, self._texture.y, grains(theme)[self._texture.levels])

    def _set(self, texture: FlowTexture | None) -> None:
        self._texture = texture
        self._card.chips.set_text("texture", "")
        if texture is None:
            self.image.clear()
        else:
            self.apply_theme(self._card.theme)


def grains(theme: Theme) -> UInt32[np.ndarray, "256"]:
    """The colour of every level: the text's, from all but nothing of it on, its channels multiplied by the alpha."""
    alpha = np.linspace(0.0, _STRENGTH[theme.name], 256)[:, None]
    red, green, blue, _ = QColor(theme.text).getRgb()
    channels = np.rint(alpha * np.array([255.0, red, green, blue])).astype(np.uint32)
    packed: np.ndarray = (channels << np.array([24, 16, 8, 0], dtype=np.uint32)).sum(axis=1, dtype=np.uint32)
    return packed
