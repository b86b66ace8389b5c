"""Curves in space: what is nearer lies on top, and is brighter and wider."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtGui import QPainter
from typing_extensions import override

from .camera import Camera
from .coarse_curves import coarse_curves
from .cuboid import Cuboid
from .lines import Lines
from .projection import Projection
from .segments import Segments, Stroke, StrokeGroup
from .shape_devices import on_screen

if TYPE_CHECKING:
    from jaxtyping import Float, Int

    from ..theme import Theme

BANDS = 7
"""Slices of the box from the far to the near end: the painter is called once for each colour in each of them."""
_FAR = 0.34
"""How much of a colour is left at the far end; the rest is the card's."""
_WIDENING = 0.35
"""By which part a curve is wider at the near end, and narrower at the far end, than in the middle."""
_THINNEST = 0.25
"""Part of the box's depth through which the slices reach at least."""
_MANY = 20_000
"""Segments from which on every one is a pixel wide: wider ones would take the painter several times as long."""
_TURNED = 40_000
"""Segments that are painted while the scene is being turned; of more every second or third point is left out."""
_REST = 120
"""Milliseconds after the last turn at which all of them are painted again."""


class DepthSegments(Segments):
    """Segments between successive points of a box, turned as a camera sees them."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._inside = np.empty((3, 0))
        self._begin = np.empty(0, dtype=np.int64)
        self._owner = np.empty(0, dtype=np.int64)
        self._strokes: tuple[Stroke, ...] = ()
        self._camera, self._cuboid = Camera(), Cuboid()
        self._depth = np.empty(0)
        self._whole: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None  # while a part is painted
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST)
        self._rest.timeout.connect(self._come_to_rest)

    def set_scene(
        self,
        inside: Float[np.ndarray, "N 3"],
        begin: Int[np.ndarray, "S"],
        owner: Int[np.ndarray, "S"],
        strokes: Sequence[Stroke],
    ) -> None:
        """Show other curves: places in the box, the points from which a segment goes to the next one, the stroke of
        each segment, and the strokes."""
        self._inside, self._begin, self._owner, self._strokes = inside.T.copy(), begin, owner, tuple(strokes)
        self._whole = None
        if self._rest.isActive():
            self._thin_out()
        self.invalidate()

    def look(self, camera: Camera, cuboid: Cuboid) -> None:
        """Look at them from elsewhere, or in another box."""
        if camera != self._camera and self._count() > _TURNED:
            self._rest.start()
            if self._whole is None:
                self._thin_out()
        self._camera, self._cuboid = camera, cuboid
        self.invalidate()

    def seen(self) -> tuple[Float[np.ndarray, "N 2"], Float[np.ndarray, "N"]]:
        """All points in the plane of the picture, and how near they are."""
        if self._whole is None:
            self.ensure_layout()
            return self._points, self._depth
        across, up, depth = self._camera.columns(self._whole[0])
        return np.column_stack([across, up]), depth

    def _count(self) -> int:
        return len(self._begin if self._whole is None else self._whole[1])

    def _thin_out(self) -> None:
        """Paint a part of the points: what moves is not seen as finely."""
        self._whole = self._inside, self._begin, self._owner
        kept, self._begin, self._owner = coarse_curves(self._begin, self._owner, _TURNED)
        self._inside = self._inside.take(kept, axis=1)

    def _come_to_rest(self) -> None:
        """Paint all of them."""
        if self._whole is not None:
            (self._inside, self._begin, self._owner), self._whole = self._whole, None
            self.invalidate()

    def groups(self) -> tuple[StrokeGroup, ...]:
        """What is painted, the farthest first."""
        self.ensure_layout()
        return self._groups

    @override
    def layout(self, projection: Projection) -> None:
        across, up, self._depth = self._camera.columns(self._inside)
        self._points = np.column_stack([across, up])
        self._groups = tuple(self._sorted_groups())
        super().layout(projection)

    @override
    def draw(self, painter: QPainter) -> None:
        if self._whole is not None and not on_screen(painter):  # a file gets all of them
            self._rest.stop()
            self._come_to_rest()
            self.ensure_layout()
        super().draw(painter)

    @override
    def _laid_out_groups(self, projection: Projection, groups: Sequence[StrokeGroup]) -> list[tuple[Lines, Stroke]]:
        begins = [group.begin for group in groups]
        count = sum(len(begin) for begin in begins)
        if count <= _MANY or not self._wholly_in_sight(projection):
            return super()._laid_out_groups(projection, groups)
        # nothing to cut or to leave out: whole columns of all groups, which takes a third of the time
        begin, lines = np.concatenate(begins), np.empty((count, 4))
        for axis, pixels in enumerate(projection.pixels(self._points).T.copy()):
            lines[:, axis], lines[:, axis + 2] = pixels.take(begin), pixels.take(begin + 1)
        parts = np.split(lines, np.cumsum([len(some) for some in begins])[:-1])
        return [(Lines(part), group.stroke) for part, group in zip(parts, groups, strict=True)]

    def _wholly_in_sight(self, projection: Projection) -> bool:
        ranges = zip(self._points.T, (projection.x_range, projection.y_range), strict=True)
        return all(low <= column.min() and column.max() <= high for column, (low, high) in ranges)  # False for NaN

    def _sorted_groups(self) -> list[StrokeGroup]:
        """The segments by slices of the depth, those of a slice by their strokes."""
        begin, count = self._begin, len(self._strokes)
        if not len(begin):
            return []
        band = depth_bands(self._depth, begin, self._camera, self._cuboid)
        key = (band * count + self._owner).astype(np.uint16)  # short integers are sorted by counting
        order = np.argsort(key, kind="stable")
        begin, ends = begin.take(order), np.cumsum(np.bincount(key, minlength=BANDS * count))
        parts = np.split(begin, ends[:-1])
        many = self._count() > _MANY
        return [
            StrokeGroup(part, self._stroke(self._strokes[place % count], place // count, many))
            for place, part in enumerate(parts)
            if part.size
        ]

    def _stroke(self, stroke: Stroke, band: int, many: bool) -> Stroke:
        share = band / (BANDS - 1)
        strength = stroke.opacity * (_FAR + (1.0 - _FAR) * share)
        weight = 1.0 if many else stroke.weight * (1.0 + _WIDENING * (2.0 * share - 1.0))
        return Stroke.pale(stroke.colour, max(1.0, weight), strength, self.theme)


def depth_bands(
    depth: Float[np.ndarray, "N"], begin: Int[np.ndarray, "S"], camera: Camera, cuboid: Cuboid
) -> Int[np.ndarray, "S"]:
    """In which of equal slices of the depth the middle of each segment lies, 0 the farthest.

    The slices reach from the farthest segment to the nearest one, within the box, but through a part of it at least:
    of a curve that lies flat before the viewer no end is near.
    """
    reach = float(np.abs(camera.frame()[2]) @ cuboid.half)
    with np.errstate(over="ignore", invalid="ignore"):
        middle = np.clip((depth.take(begin) + depth.take(begin + 1)) / 2.0, -reach, reach)
    middle[np.isnan(middle)] = 0.0  # it is not drawn
    low, high = float(middle.min()), float(middle.max())
    room = max(high - low, _THINNEST * 2.0 * reach)
    share = (middle - (low + high - room) / 2.0) / room
    bands: np.ndarray = np.minimum((share * BANDS).astype(np.int64), BANDS - 1)
    return bands
