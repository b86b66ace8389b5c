"""Where the parameters may be led: the trajectory's end, and points that the curve is to go through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.experiment import Experiment
from core.plane_view import TIME

from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.item import CanvasItem
from ..measured_points import measured_points
from .plane_ends import PlaneEnds

if TYPE_CHECKING:
    from core.language import System

    from ..canvas.plot_card import PlotCard
    from ..theme import Theme
    from .plane_axes import PlaneAxes

_RADIUS = 3.4


class PlaneGoals(PlaneEnds):
    """The handle at the end, and a hollow dot for every time at which both quantities on the axes were measured."""

    def __init__(self, view: PlotCard) -> None:
        super().__init__(view)
        self._dots = Glyphs(view.theme, z=12)
        self._data: dict[str, np.ndarray] = {}

    def items(self) -> tuple[CanvasItem, ...]:
        """For the plot."""
        return (self._dots, *super().items())

    def show_experiment(self, experiment: Experiment, system: System) -> None:
        """Other points, where they are others."""
        data = measured_points(experiment, system)
        if data.keys() != self._data.keys() or any(not np.array_equal(data[name], self._data[name]) for name in data):
            self._data = {name: np.array(column, dtype=np.float64) for name, column in data.items()}
            self._paint_dots()

    def show(self, axes: PlaneAxes) -> None:
        """Show it on other axes."""
        moved = axes != self._axes
        super().show(axes)
        if moved:
            self._paint_dots()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour everything."""
        super().apply_theme(theme)
        self._paint_dots()

    def _paint_dots(self) -> None:
        axes = self._axes
        columns = [] if axes is None else [self._data.get("t" if name == TIME else name) for name in (axes.x, axes.y)]
        if len(columns) < 2 or any(column is None for column in columns) or len(columns[0]) != len(columns[1]):
            self._dots.set_groups([])
            return
        points = np.stack(columns, axis=1)
        points = points[np.isfinite(points).all(axis=1)]
        colour = self._theme.text
        self._dots.set_groups([GlyphGroup("disc", points, colour, _RADIUS, hollow=True, halo=True)])
