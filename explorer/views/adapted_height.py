"""The height of a plot over a parameter, which is adapted to what the plot shows until a person moves it."""

from __future__ import annotations

from typing import ClassVar

from ..canvas.plot_box import PlotBox


class AdaptedHeight:
    """Subclasses look at what is drawn, at most `most` times a diagram; a person's move ends that."""

    most: ClassVar[int]

    def __init__(self, box: PlotBox) -> None:
        self._box = box
        self._looks = self.most
        self.seen: tuple[float, float] | None = None
        """What is drawn over the whole range of the parameter, with room on both sides."""
        box.navigated.connect(self.rest)

    def begin(self, *, follow: bool) -> None:
        """Another diagram."""
        self.seen = None
        self._looks = 0 if follow else self.most

    def rest(self) -> None:
        """A person moved the view: leave it alone."""
        self._looks = self.most

    @property
    def resting(self) -> bool:
        """Whether the view is left alone."""
        return self._looks >= self.most
