"""The direction field: an arrow at every point of a lattice that is as fine as the screen allows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QPainter
from typing_extensions import override

from .colour import blend, faded
from .flow import PlaneFlow, unit
from .item import CanvasItem
from .lines import Lines
from .projection import Projection

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..theme import Theme

_SPACING = 28.0
_BUCKETS = 6
_HEAD = 5.2
_HEAD_ANGLE = math.radians(27)
_SHORTEST, _LONGEST = 0.5, 0.86
"""Length of the slowest and the fastest arrow as a fraction of the lattice's spacing."""


class Arrows(CanvasItem):
    """Arrows along the flow. Faster ones are longer and stronger, in a few buckets of equal opacity."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._flow: PlaneFlow | None = None
        self._batches: list[Lines] = []

    def set_flow(self, flow: PlaneFlow | None) -> None:
        """Show another field."""
        self._flow = flow
        self.invalidate()

    @override
    def layout(self, projection: Projection) -> None:
        self._batches = []
        flow = self._flow and self._flow.on_screen(projection)
        if flow is None:
            return
        velocity = flow.velocity.at(points := lattice(projection))
        speed = np.hypot(velocity[:, 0], velocity[:, 1]) / flow.typical
        known = np.isfinite(speed) & (speed > 0)
        strength = np.tanh(0.7 * speed[known])
        spacing = min(lattice_spacing(scale, _SPACING) * abs(scale) for scale in projection.scale)
        length = spacing * (_SHORTEST + (_LONGEST - _SHORTEST) * strength)
        lines = arrow_lines(points[known], unit(velocity[known]), length)
        bucket = np.minimum((strength * _BUCKETS).astype(int), _BUCKETS - 1)
        self._batches = [Lines(lines[bucket == index].reshape(-1, 4)) for index in range(_BUCKETS)]

    @override
    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = blend(self.theme.muted, self.theme.accent, 0.3 if self.theme.dark else 0.1)
        for index, lines in enumerate(self._batches):
            lines.draw(painter, faded(colour, 0.2 + 0.6 * index / (_BUCKETS - 1)))


def lattice_spacing(scale: float, pixels: float) -> float:
    """The power of the square root of 2 that is about `pixels` long at `scale` pixels per unit.

    Rounding to such steps keeps the lattice still in data coordinates while one pans or zooms a little.
    """
    return float(2.0 ** (round(2.0 * math.log2(pixels / abs(scale))) / 2.0))


def lattice(projection: Projection) -> Float[np.ndarray, "N 2"]:
    """Pixels of the points at which arrows stand."""
    axes = []
    for (low, high), scale in zip((projection.x_range, projection.y_range), projection.scale, strict=True):
        step = lattice_spacing(scale, _SPACING)
        axes.append((np.arange(math.floor(low / step), math.ceil(high / step)) + 0.5) * step)
    x, y = np.meshgrid(*axes)
    return projection.pixels(np.stack([x.ravel(), y.ravel()], axis=1))


def arrow_lines(
    middle: Float[np.ndarray, "N 2"], direction: Float[np.ndarray, "N 2"], length: Float[np.ndarray, "N"]
) -> Float[np.ndarray, "N 3 4"]:
    """Shaft and the two strokes of the head of every arrow."""
    half = direction * length[:, None] / 2
    tip, tail = middle + half, middle - half
    head = np.minimum(_HEAD, 0.45 * length)[:, None]
    strokes = [np.concatenate([tail, tip], axis=1)]
    for turn in (_HEAD_ANGLE, -_HEAD_ANGLE):
        cosine, sine = math.cos(turn), math.sin(turn)
        back = np.stack(
            [direction[:, 0] * cosine - direction[:, 1] * sine, direction[:, 0] * sine + direction[:, 1] * cosine],
            axis=1,
        )
        strokes.append(np.concatenate([tip, tip - head * back], axis=1))
    return np.stack(strokes, axis=1)
