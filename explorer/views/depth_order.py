"""The error at the end against the number of layers: a line of slope -1 on logarithmic axes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Signal
from typing_extensions import override

from core.readings import DepthLimit

from ..canvas.dashes import Dashes
from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.number_text import number_text, power_text
from ..canvas.plot_card import padded
from ..canvas.plot_labels import EmptyNote
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..canvas.side_plot import SidePlot
from ..canvas.view_history import Rectangle
from .depth_lines import layer_colour

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..theme import Theme

_UNKNOWN = "The error at the end is not known."
_NONE = "There is no error: every network ends where the solution does."
_ABOVE, _DECADES = 1.5, 18.0
"""Decades that are shown by themselves: above the solution's size, where layers blow up, and down to rounding."""


class DepthOrder(SidePlot):
    """log10 of |z_N - z(T)| against log10 N, the line that Euler's order 1 makes of it, and the network in sight."""

    readout = Signal(str)
    chosen = Signal(int)
    """A person clicked near this network, by its place."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, True, log_x=True)
        self.setAccessibleName("Error against the number of layers")
        self._theme = theme
        self._depth: DepthLimit | None = None
        self._line = Segments(theme, z=0)
        self._slope = Dashes(theme, z=-5)
        self._dots = Glyphs(theme, z=5)
        self._mark = Glyphs(theme, z=10)
        self._note = EmptyNote(theme, _UNKNOWN)
        self.box.add(self._slope, self._line, self._dots, self._mark, self._note)
        self.bottom.set_title("layers N")
        self.left.set_title("error at T")
        self.box.hover_moved.connect(self._read)
        self.box.hover_left.connect(self._leave)
        self.box.clicked.connect(self._choose)

    def show_depth(self, depth: DepthLimit | None, theme: Theme) -> None:
        """Draw another reading."""
        self._depth, self._theme = depth, theme
        points = self._points()
        colour = layer_colour(theme, theme.colour_of(0 if depth is None else depth.trajectory))
        self._line.set_segments(points, [StrokeGroup(np.arange(max(0, len(points) - 1)), Stroke(colour, 1.4))])
        self._dots.set_groups([GlyphGroup("disc", points, colour, 2.2, apart=5.0)])
        self._slope.set_families([([self._first_order(points)], theme.muted)])
        known = bool(np.isfinite(points).all(axis=1).any())
        self._note.set_text(_NONE if depth is not None and (depth.error == 0.0).any() else _UNKNOWN)
        self._note.setVisible(depth is not None and not known)
        if known:
            self.follow_data()

    def mark(self, index: int | None, theme: Theme) -> None:
        """Mark one network, or none."""
        points = self._points()[[index]] if index is not None and self._depth is not None else np.empty((0, 2))
        self._mark.set_groups([GlyphGroup("disc", points, theme.text, 5.0, hollow=True, halo=True)])

    def _size(self) -> float:
        """The logarithm of the largest component of the solution that is kept."""
        depth = self._depth
        values = np.empty(0) if depth is None else np.abs(depth.curve_z[np.isfinite(depth.curve_z)])
        return math.log10(max(float(values.max(initial=0.0)), 1e-300))

    def _points(self) -> Float[np.ndarray, "L 2"]:
        """(log10 N, log10 of the error); NaN where it is 0 or not known."""
        depth = self._depth
        if depth is None:
            return np.empty((0, 2))
        with np.errstate(divide="ignore", invalid="ignore"):
            heights = np.log10(depth.error)
        return np.stack([np.log10(depth.layers), np.where(np.isfinite(heights), heights, np.nan)], axis=1)

    def _first_order(self, points: Float[np.ndarray, "L 2"]) -> Float[np.ndarray, "M 2"]:
        """The line of slope -1 through the finest error that the order was fitted to; none without an order."""
        if self._depth is None or not self._depth.order.found:
            return np.empty((0, 2))
        x, y = points[self._depth.order.used[1] - 1]
        ends = points[[0, -1], 0]
        return np.stack([ends, y - (ends - x)], axis=1)

    def _nearest(self, position: QPointF) -> int | None:
        if self._depth is None:
            return None
        x = float(self.box.projection().data(np.array([position.x(), position.y()]))[0])
        return int(np.abs(np.log10(self._depth.layers) - x).argmin())

    def _read(self, position: QPointF) -> None:
        index, depth = self._nearest(position), self._depth
        if index is None or depth is None:
            return
        error, twice = float(depth.error[index]), 2 * int(depth.layers[index])
        text = f"N = {depth.layers[index]}   h = {number_text(depth.step(index))}   error {power_text(error)}"
        if twice in depth.layers and math.isfinite(error):
            finer = float(depth.error[int(np.flatnonzero(depth.layers == twice)[0])])
            text += f"   twice as many layers: {power_text(finer)}"
        self.readout.emit(text)

    def _leave(self) -> None:
        self.readout.emit("")

    def _choose(self, position: QPointF) -> None:
        index = self._nearest(position)
        if index is not None:
            self.chosen.emit(index)

    @override
    def home(self) -> Rectangle:
        points = self._points()
        points = points[np.isfinite(points).all(axis=1)]
        if not len(points):
            return (-0.1, 2.5), (-4.0, 1.0)
        low, high = float(points[:, 1].min()), float(points[:, 1].max())
        high = max(min(high, self._size() + _ABOVE), low + 0.5)
        return padded(float(points[0, 0]), float(points[-1, 0])), padded(max(low, high - _DECADES), high)
