"""How high a bifurcation diagram has to be: as high as its curves, where the text does not say."""

from __future__ import annotations

from ..canvas.plot_box import PlotBox
from ..canvas.plot_card import padded

_MOST_LOOKS = 2
"""How often the height is adapted before it rests: curves are followed further in a higher plot."""


class CurveHeight:
    """Shows all curves over the whole range of the parameter, unless a person moves the view."""

    def __init__(self, box: PlotBox) -> None:
        self._box = box
        self._looks = _MOST_LOOKS
        self.seen: tuple[float, float] | None = None
        """From the lowest to the highest curve, with room on both sides."""
        box.navigated.connect(self.rest)

    def begin(self, *, follow: bool) -> None:
        """Another diagram."""
        self.seen = None
        self._looks = 0 if follow else _MOST_LOOKS

    def rest(self) -> None:
        """A person moved the view: leave it alone."""
        self._looks = _MOST_LOOKS

    def look(self, height: tuple[float, float] | None, whole: tuple[float, float]) -> None:
        """Take in how high the curves reach over the whole range of the parameter; None where there are none."""
        if height is None or self._looks >= _MOST_LOOKS:
            return
        self._looks += 1
        self.seen = padded(*height)
        self._box.show_rectangle((whole, self.seen))
