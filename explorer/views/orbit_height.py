"""How high an orbit diagram has to be: as high as its orbits reach, where the text does not say."""

from __future__ import annotations

from core.readings import OrbitDiagram

from ..canvas.plot_box import PlotBox
from ..canvas.plot_card import padded
from ..canvas.raster import step_of
from .orbit_picture import visited_range

_MOST_LOOKS = 8
"""How often the height is adapted before it rests."""
_LITTLE = 0.6
"""Part of the height below which what is visited is worth a closer look."""


class OrbitHeight:
    """Grows and shrinks the visible range until it holds what the orbits visit, unless a person moves the view."""

    def __init__(self, box: PlotBox) -> None:
        self._box = box
        self._looks = _MOST_LOOKS
        self.seen: tuple[float, float] | None = None
        """What is visited over the whole range of the parameter, with room on both sides."""
        box.navigated.connect(self.rest)

    def begin(self, *, follow: bool) -> None:
        """Another diagram."""
        self.seen = None
        self._looks = 0 if follow else _MOST_LOOKS

    def rest(self) -> None:
        """A person moved the view: leave it alone."""
        self._looks = _MOST_LOOKS

    @property
    def resting(self) -> bool:
        """Whether the view is left alone."""
        return self._looks >= _MOST_LOOKS

    def look(self, diagram: OrbitDiagram, whole: tuple[float, float]) -> None:
        """Take in a diagram; only one over the whole range of its parameter tells how high that is."""
        visited, half, row = visited_range(diagram), step_of(diagram.values) / 2, step_of(diagram.y)
        slack = half + 1e-6 * (whole[1] - whole[0])
        if visited is None or diagram.values[0] > whole[0] + slack or diagram.values[-1] < whole[1] - slack:
            return
        bottom, top = float(diagram.y[0]) - row / 2, float(diagram.y[-1]) + row / 2
        height, below, above = top - bottom, visited[0] <= bottom + row / 2, visited[1] >= top - row / 2
        if not (below or above):
            self.seen = padded(*visited)
        if self.resting:
            return
        self._looks += 1
        if below or above:  # there is more beyond
            self._box.show_rectangle((whole, (bottom - height * below, top + height * above)))
        elif visited[1] - visited[0] < _LITTLE * height:
            self._box.show_rectangle((whole, padded(*visited)))
