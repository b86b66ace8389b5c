"""The steps themselves on the curves of the phase plane: a ribbon as wide as they are long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.frame import Frame
from core.readings import StepSizes, Trajectories

from ..canvas.item import CanvasItem
from ..canvas.marks import Marks
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..layered import Layer
from .plane_axes import PlaneAxes

if TYPE_CHECKING:
    from ..theme import Theme

LAYER = Layer(
    "ribbon",
    "Steps of the solver",
    visible=False,
    help="A ribbon as wide as the steps are long, a dot where one ends, a cross where one was taken back (forward)",
    needs=frozenset({StepSizes}),
)
_WIDTHS = np.array([2.5, 4.5, 6.5, 9.0, 12.0, 15.0])
"""Pixels of the shortest to the longest steps, in equal parts of their logarithm."""
_STRENGTH = 0.28


class PlaneRibbon:
    """Drawn from the curves' own points; only the crosses need the attempts."""

    def __init__(self, theme: Theme) -> None:
        self.ribbon = Segments(theme, z=-40)
        self.dots = Marks(theme, "dot", 4.0, z=8)
        self.crosses = Marks(theme, "cross", 7.0, z=9)
        self._theme = theme
        self._axes: PlaneAxes | None = None
        self._curves: Trajectories | None = None
        self._steps: StepSizes | None = None

    def items(self) -> tuple[CanvasItem, ...]:
        """What the layer is made of."""
        return self.ribbon, self.dots, self.crosses

    def draw(self, frame: Frame, axes: PlaneAxes) -> None:
        """Take over the readings of a frame; a frame without them leaves the old ones."""
        steps, curves = frame.get(StepSizes), frame.get(Trajectories)
        if (steps is not None and steps is not self._steps) or (curves is not None and curves is not self._curves):
            self._steps = steps or self._steps
            self.show(axes, curves or self._curves)

    def show(self, axes: PlaneAxes, curves: Trajectories | None) -> None:
        """Show the steps of these curves on these axes."""
        self._axes, self._curves = axes, curves
        self._paint()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour everything."""
        self._theme = theme
        self._paint()

    def _paint(self) -> None:
        curves, axes, theme = self._curves, self._axes, self._theme
        if curves is None or axes is None or not len(curves.t):
            self.ribbon.set_segments(np.empty((0, 2)), ())
            for marks in (self.dots, self.crosses):
                marks.set_points(np.empty((0, 2)), theme.text)
            return
        places = axes.curve_places(curves)
        owner = np.repeat(np.arange(len(curves)), np.diff(curves.offsets))
        begin, width = widths_of(curves, owner)
        groups = [
            StrokeGroup(chosen, Stroke.pale(theme.colour_of(index), float(wide), _STRENGTH, theme))
            for wide in _WIDTHS
            for index in range(min(len(curves), len(theme.series)))
            if (chosen := begin[(width == wide) & (owner[begin] % len(theme.series) == index)]).size
        ]
        self.ribbon.set_segments(places, groups)
        self.dots.set_points(places[curves.step_end], theme.text)
        self.crosses.set_points(self._rejected(curves, axes), theme.rose)

    def _rejected(self, curves: Trajectories, axes: PlaneAxes) -> np.ndarray:
        """Where steps began that were taken back."""
        steps = self._steps
        if steps is None or len(steps) != len(curves):
            return np.empty((0, 2))
        found = []
        for index in range(len(curves)):
            part, own = curves.curve(index), slice(int(steps.offsets[index]), int(steps.offsets[index + 1]))
            times = steps.t[own][~steps.accepted[own]]
            if len(times) and part.stop > part.start:
                nearest = np.clip(np.searchsorted(curves.t[part], times), 0, part.stop - part.start - 1)
                found.append(axes.places(curves.z[part][nearest], curves.t[part][nearest]))
        return np.concatenate([*found, np.empty((0, 2))])


def widths_of(curves: Trajectories, owner: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The points from which a line goes on along a curve, and the width of the ribbon there."""
    ends = np.flatnonzero(curves.step_end)
    h = np.abs(np.diff(curves.t[ends]))
    same = (owner[ends[1:]] == owner[ends[:-1]]) & (h > 0.0)
    first, last, h = ends[:-1][same], ends[1:][same], h[same]
    if not len(h):
        return np.empty(0, np.int64), np.empty(0)
    scale = np.log(h)
    low, high = float(scale.min()), float(scale.max())
    share = (scale - low) / (high - low) if high - low > 1e-9 else np.full(len(h), 0.5)
    place = np.minimum((share * len(_WIDTHS)).astype(int), len(_WIDTHS) - 1)
    counts = last - first
    begin = np.repeat(first, counts) + np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return begin, np.repeat(_WIDTHS[place], counts)
