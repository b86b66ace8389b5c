"""What the picture of depth draws over time: a network's layers, the solution, the way on, and the equilibrium."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from core.readings import DepthLimit

from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.item import CanvasItem
from ..canvas.levels import Level, Levels
from ..canvas.robust_range import robust_range
from ..canvas.segment_heads import SegmentHeads
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..canvas.time_cursor import StartLine

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..theme import Theme

_APART = 7.0
_BEYOND = 2.5
"""Of the solution's own range, above and below it: how far layers that swing wider are followed by the axis."""


class DepthLines:
    """Items of one component."""

    def __init__(self, theme: Theme) -> None:
        self._level = Levels(theme, z=-5)
        self._end = StartLine(theme, z=-20)
        self._solution = Segments(theme, z=0)
        self._layers = Segments(theme, z=5)
        self._heads = SegmentHeads(theme, z=6)
        self._dots = Glyphs(theme, z=7)

    def items(self) -> tuple[CanvasItem, ...]:
        """All of it."""
        return self._level, self._end, self._solution, self._layers, self._heads, self._dots

    def paint(self, theme: Theme, depth: DepthLimit | None, index: int | None, component: int, at_rest: bool) -> None:
        """Draw a network, or where index is None none; at rest the way on, and where the span ends."""
        colour = theme.colour_of(0 if depth is None else depth.trajectory)
        own = layer_colour(theme, colour)
        self._end.set_time(depth.span[1] if depth is not None and at_rest and len(depth.further_t) else math.nan)
        curve = solution(depth, component, at_rest)
        self._solution.set_segments(curve, [_joined(curve, Stroke(colour, 2.2 if index is None else 1.8))])
        layers = network(depth, index, component)
        self._layers.set_segments(layers, [_joined(layers, Stroke(own, 1.8))])
        self._heads.set_points(layers, own)
        self._dots.set_groups([GlyphGroup("disc", layers, own, 3.2, halo=True, apart=_APART)])
        rest = None if depth is None else depth.rest
        levels = []
        if depth is not None and rest is not None:
            levels = [Level(float(rest.point[component]), "z*", rest_colour(theme), at=min(depth.span))]
        self._level.set_levels(levels)


def layer_colour(theme: Theme, trajectory: str) -> str:
    """Amber, unless the trajectory is."""
    return theme.amber if trajectory != theme.amber else theme.rose


def rest_colour(theme: Theme) -> str:
    """Of the level of the equilibrium."""
    return theme.violet


def network(depth: DepthLimit | None, index: int | None, component: int) -> Float[np.ndarray, "K 2"]:
    """(t, value) of every layer of a network; none without one."""
    if depth is None or index is None:
        return np.empty((0, 2))
    part = depth.network(index)
    return np.stack([depth.t[part], depth.z[part, component]], axis=1)


def solution(depth: DepthLimit | None, component: int, further: bool) -> Float[np.ndarray, "K 2"]:
    """(t, value) of the solution up to the end of the span, or also further."""
    if depth is None:
        return np.empty((0, 2))
    points = np.stack([depth.curve_t, depth.curve_z[:, component]], axis=1)
    if not further:
        return points
    return np.concatenate([points, np.stack([depth.further_t, depth.further_z[:, component]], axis=1)])


def height(depth: DepthLimit, index: int | None, component: int, at_rest: bool) -> tuple[float, float]:
    """The lowest and the highest value to be in sight: all of the solution, its equilibrium, and layers not too far
    off."""
    points = solution(depth, component, at_rest)
    points = points[np.isfinite(points[:, 1])]
    lasting = np.abs(np.diff(points[:, 0], append=points[-1:, 0]))  # before a blow-up points crowd together
    low, high = robust_range(points[:, 1], lasting) or (0.0, 1.0)
    if depth.rest is not None:
        rest = float(depth.rest.point[component])
        low, high = min(low, rest), max(high, rest)
    room = _BEYOND * max(high - low, 1e-9 * max(abs(low), abs(high)), np.finfo(np.float64).tiny)
    layers = network(depth, index, component)[:, 1]
    layers = layers[np.isfinite(layers)].clip(low - room, high + room)
    return min(low, float(layers.min(initial=low))), max(high, float(layers.max(initial=high)))


def _joined(points: Float[np.ndarray, "K 2"], stroke: Stroke) -> StrokeGroup:
    return StrokeGroup(np.arange(max(0, len(points) - 1)), stroke)
