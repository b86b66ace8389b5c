"""How high an orbit diagram has to be: as high as its orbits reach, where the text does not say."""

from __future__ import annotations

from typing import ClassVar

from core.readings import OrbitDiagram

from ..canvas.plot_card import padded
from ..canvas.raster import step_of
from .adapted_height import AdaptedHeight
from .orbit_picture import visited_range

_LITTLE = 0.6
"""Part of the height below which what is visited is worth a closer look."""


class OrbitHeight(AdaptedHeight):
    """Grows and shrinks the visible range until it holds what the orbits visit."""

    most: ClassVar[int] = 8

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
