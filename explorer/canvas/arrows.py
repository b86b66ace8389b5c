"""The direction field: an arrow at every point of a lattice that is as fine as the screen allows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QPainter
from typing_extensions import override

from .colour import blend, faded
from .flow import PlaneFlow
from .item import CanvasItem
from .lines import Lines
from .projection import Projection

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..theme import Theme

SPACING = 28.0
"""Pixels between two arrows, about."""
_BUCKETS = 6
_HEAD = 5.2
_HEAD_ANGLE = math.radians(27)
_SHORTEST, _LONGEST = 0.5, 0.86
"""Length of the slowest and the fastest arrow as a fraction of the lattice's spacing."""


class Arrows(CanvasItem):
    """Arrows along the flow, about `spacing` pixels apart. Faster ones are longer and stronger, in a few buckets of
    equal opacity."""

    def __init__(self, theme: Theme, z: float = 0.0, spacing: float = SPACING) -> None:
        super().__init__(theme, z)
        self._spacing = spacing
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
        velocity = flow.velocity.at(points := lattice(projection, self._spacing))
        speed = np.hypot(velocity[:, 0], velocity[:, 1]) / flow.typical
        known = np.flatnonzero(np.isfinite(speed) & (speed > 0))
        speed = speed.take(known)
        strength = np.tanh(0.7 * speed)
        spacing = min(lattice_spacing(scale, self._spacing) * abs(scale) for scale in projection.scale)
        length = spacing * (_SHORTEST + (_LONGEST - _SHORTEST) * strength)
        direction = velocity.take(known, 0) / (speed * flow.typical)[:, None]
        lines = arrow_lines(points.take(known, 0), direction, length)
        bucket = np.minimum((strength * _BUCKETS).astype(np.uint8), _BUCKETS - 1)
        order, ends = np.argsort(bucket, kind="stable"), np.cumsum(np.bincount(bucket, minlength=_BUCKETS))
        lines = lines.take(order, 0)
        self._batches = [Lines(part.reshape(-1, 4)) for part in np.split(lines, ends[:-1])]

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


def lattice(projection: Projection, spacing: float = SPACING) -> Float[np.ndarray, "N 2"]:
    """Pixels of the points at which arrows stand."""
    axes = []
    for (low, high), scale in zip((projection.x_range, projection.y_range), projection.scale, strict=True):
        step = lattice_spacing(scale, spacing)
        axes.append((np.arange(math.floor(low / step), math.ceil(high / step)) + 0.5) * step)
    x, y = np.meshgrid(*axes)
    return projection.pixels(np.stack([x.ravel(), y.ravel()], axis=1))


def arrow_lines(
    middle: Float[np.ndarray, "N 2"], direction: Float[np.ndarray, "N 2"], length: Float[np.ndarray, "N"]
) -> Float[np.ndarray, "N 3 4"]:
    """Shaft and the two strokes of the head of every arrow."""
    lines = np.empty((len(middle), 3, 4))
    half = direction * (length / 2)[:, None]
    tip = middle + half
    np.subtract(middle, half, out=lines[:, 0, :2])
    lines[:, 0, 2:] = tip
    lines[:, 1:, :2] = tip[:, None]
    x, y = (np.minimum(_HEAD, 0.45 * length)[:, None] * direction).T
    for stroke, turn in ((1, _HEAD_ANGLE), (2, -_HEAD_ANGLE)):
        cosine, sine = math.cos(turn), math.sin(turn)
        np.subtract(tip[:, 0], x * cosine - y * sine, out=lines[:, stroke, 2])
        np.subtract(tip[:, 1], x * sine + y * cosine, out=lines[:, stroke, 3])
    return lines
