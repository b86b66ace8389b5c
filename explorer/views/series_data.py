"""Points that a curve is to go through, over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.experiment import Experiment

from ..canvas.glyphs import GlyphGroup, Glyphs
from ..measured_points import measured_points
from .series_layers import component_colour

if TYPE_CHECKING:
    from core.language import System

    from ..theme import Theme

_RADIUS = 3.4


class SeriesData(Glyphs):
    """Hollow dots in the colours of the components they belong to."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z=z)
        self._points: dict[int, np.ndarray] = {}
        self._shown: tuple[int, ...] = ()

    def hold(self, experiment: Experiment, system: System) -> None:
        """Take over the points of an experiment, for the next `mark`."""
        data = measured_points(experiment, system)
        times = np.array(data.get("t", ()), dtype=np.float64)
        self._points = {
            place: np.stack([times, np.array(data[name], dtype=np.float64)], axis=1)
            for place, name in enumerate(system.components)
            if name in data and len(data[name]) == len(times)
        }

    def mark(self, theme: Theme, focus: int, components: tuple[int, ...]) -> None:
        """Draw those of these components."""
        self._shown = tuple(place for place in components if place in self._points)
        self.set_groups(
            [
                GlyphGroup(
                    "disc", self._points[place], component_colour(theme, focus, place), _RADIUS, hollow=True, halo=True
                )
                for place in self._shown
            ]
        )

    def values(self) -> np.ndarray:
        """Of all points that are drawn."""
        found = np.concatenate([np.empty(0), *(self._points[place][:, 1] for place in self._shown)])
        return np.asarray(found[np.isfinite(found)])
