"""How high a bifurcation diagram has to be: as high as its curves, where the text does not say."""

from __future__ import annotations

from typing import ClassVar

from ..canvas.plot_card import padded
from .adapted_height import AdaptedHeight


class CurveHeight(AdaptedHeight):
    """Shows all curves over the whole range of the parameter. In a higher plot they are followed further."""

    most: ClassVar[int] = 2

    def look(self, height: tuple[float, float] | None, whole: tuple[float, float]) -> None:
        """Take in how high the curves reach over the whole range of the parameter; None where there are none."""
        if height is None or self.resting:
            return
        self._looks += 1
        self.seen = padded(*height)
        self._box.show_rectangle((whole, self.seen))
