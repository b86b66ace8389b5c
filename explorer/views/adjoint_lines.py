"""What the adjoint view draws: the way forward, the way back over it, and the adjoint that rides on it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF

from core.readings import AdjointGap

from ..canvas.colour_scale import ColourScale
from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.item import CanvasItem
from ..canvas.nearest import nearest_point
from ..canvas.number_text import number_text, power_text
from ..canvas.points import DraggablePoints
from ..canvas.riding_arrows import RidingArrows
from ..canvas.robust_range import robust_range
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..canvas.view_history import Rectangle

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..theme import Theme

_BUCKETS = 16
_ARROWS = 20
_REACH = 12.0
_ALARMING = 1e-2
"""Gap, as a share of 1 + the state's size, from which on a way back is another one: colours reach that far at least."""
_ROOM = 0.6
"""Share of the forward curve's extent by which a runaway backward curve may widen an axis on each side."""


class AdjointLines:
    """The layers of one reading. Of more than one component the first two are on the axes, else t and z."""

    def __init__(self, theme: Theme) -> None:
        self.forward = Segments(theme, z=0)
        self.backward = Segments(theme, z=10)
        self.arrows = RidingArrows(theme, z=20)
        self.now = Glyphs(theme, z=30)
        self.starts = DraggablePoints(theme, "ring", 4.5, z=40)
        self.reading: AdjointGap | None = None
        self._theme = theme
        self._time = math.nan

    def still_items(self) -> tuple[CanvasItem, ...]:
        """All but what follows the playhead."""
        return self.forward, self.backward, self.arrows

    def places(self, z: Float[np.ndarray, "N n"]) -> Float[np.ndarray, "N 2"]:
        """States at the reading's times as points of the plot."""
        if self.reading is None:
            return np.empty((0, 2))
        return z[:, :2] if z.shape[1] > 1 else np.stack([self.reading.t, z[:, 0]], axis=1)

    def scale(self) -> ColourScale | None:
        """Colours for the logarithm of the gap."""
        levels = self._levels()
        known = levels[np.isfinite(levels)]
        if not known.size or self.reading is None:
            return None
        low, high = float(known.min()), float(known.max())
        size = float(np.abs(self.reading.forward[np.isfinite(self.reading.forward)]).max(initial=0.0))
        return ColourScale(low, max(high, low + 1.0, math.log10(_ALARMING * (1.0 + size))), alarm=True)

    def paint(self, theme: Theme) -> None:
        """Draw everything anew."""
        self._theme = theme
        reading, scale = self.reading, self.scale()
        if reading is None or len(reading.t) < 2:
            for lines in (self.forward, self.backward):
                lines.set_segments(np.empty((0, 2)), ())
            self.arrows.set_arrows(np.empty((0, 2)), np.empty((0, 2)), theme.violet)
            self.starts.set_points(np.empty((0, 2)), ())
            self.set_time(self._time)
            return
        joints = np.arange(len(reading.t) - 1)
        colour = theme.colour_of(reading.trajectory)
        forward = self.places(reading.forward)
        starts = np.full((self.count(), 2), np.nan)  # of the others nothing is known here
        starts[reading.trajectory] = forward[0]
        self.starts.set_points(starts, [colour] * len(starts))
        self.forward.set_segments(forward, [StrokeGroup(joints, Stroke.pale(colour, 3.0, 0.65, theme))])
        groups = []
        if scale is not None:
            share = (self._levels()[:-1] - scale.low) / (scale.high - scale.low)
            share = np.where(np.isnan(share), 0.0, np.nan_to_num(share)).clip(0.0, 1.0)
            bucket = np.minimum((share * _BUCKETS).astype(int), _BUCKETS - 1)
            for index in range(_BUCKETS):
                level = scale.low + (index + 0.5) / _BUCKETS * (scale.high - scale.low)
                groups.append(StrokeGroup(joints[bucket == index], Stroke(scale.colour(level, theme), 1.7)))
        elif not reading.solves_back:  # along the forward states themselves
            groups.append(StrokeGroup(joints, Stroke(theme.teal, 1.7)))
        self.backward.set_segments(self.places(reading.backward), groups)
        ridden = np.unique(np.linspace(0, len(reading.t) - 1, _ARROWS).astype(int))
        adjoint = reading.adjoint[ridden]
        vectors = adjoint[:, :2] if adjoint.shape[1] > 1 else np.stack([np.zeros(len(ridden)), adjoint[:, 0]], axis=1)
        self.arrows.set_arrows(forward[ridden], vectors, theme.violet)
        self.set_time(self._time)

    def count(self) -> int:
        """How many trajectories there are as far as is known here: up to the one that is shown."""
        return 0 if self.reading is None else self.reading.trajectory + 1

    def start_at(self, place: QPointF) -> tuple[float, ...] | None:
        """The start of the trajectory with the components on the axes as at a place in data coordinates."""
        if self.reading is None or not len(self.reading.t):
            return None
        start = self.reading.forward[0].copy()
        start[:2] = (place.x(), place.y()) if len(start) > 1 else place.y()
        return tuple(start.tolist())

    def sample_at(self, position: QPointF) -> int | None:
        """The trajectory, where a position in pixels is on its way forward or back."""
        return self.reading.trajectory if self.reading is not None and self.text_at(position) else None

    def set_time(self, t: float) -> None:
        """Put a point on both ways where they are at time `t`."""
        self._time = t
        reading, theme = self.reading, self._theme
        if reading is None or math.isnan(t) or len(reading.t) < 2 or not reading.t[0] <= t <= reading.t[-1]:
            self.now.set_groups(())
            return
        forward, backward = (
            np.array([[np.interp(t, reading.t, self.places(z)[:, axis]) for axis in (0, 1)]])
            for z in (reading.forward, reading.backward)
        )
        groups = [
            GlyphGroup(
                "disc", backward, theme.rose if reading.solves_back else theme.teal, 7.0, hollow=True, halo=True
            ),
            GlyphGroup("disc", forward, theme.colour_of(reading.trajectory), 4.5, halo=True),
        ]
        self.now.set_groups(groups)

    def content(self) -> Rectangle | None:
        """What holds the way forward, and of the way back what does not flatten it."""
        reading = self.reading
        if reading is None or not len(reading.t):
            return None
        forward, backward = self.places(reading.forward), self.places(reading.backward)
        ranges = []
        for axis in (0, 1):
            own = robust_range(forward[:, axis]) or (0.0, 1.0)
            other = robust_range(backward[:, axis]) or own
            room = _ROOM * ((own[1] - own[0]) or 1.0)
            ranges.append((max(min(own[0], other[0]), own[0] - room), min(max(own[1], other[1]), own[1] + room)))
        return ranges[0], ranges[1]

    def text_at(self, position: QPointF) -> str:
        """The time, the gap and the adjoint at the point of either way under a position; "" beside them."""
        reading, projection = self.reading, self.forward.projection
        if reading is None or projection is None:
            return ""
        for z in (reading.forward, reading.backward):
            found = nearest_point(projection.pixels(self.places(z)), (position.x(), position.y()), _REACH)
            if found is not None:
                adjoint = ", ".join(power_text(float(value)) for value in reading.adjoint[found][:4])
                gap = power_text(float(reading.gap[found]))
                return f"t = {number_text(float(reading.t[found]))}   gap {gap}   a = ({adjoint})"
        return ""

    def _levels(self) -> Float[np.ndarray, "N"]:
        """log10 of the gap; -inf where there is none, NaN where the way back did not reach."""
        if self.reading is None:
            return np.empty(0)
        with np.errstate(divide="ignore"):
            levels: np.ndarray = np.log10(self.reading.gap)
        return levels
