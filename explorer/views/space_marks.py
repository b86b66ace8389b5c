"""Marks of the view in space: starts, ends, where the trajectories are at the playhead, equilibria."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.readings import Equilibria, Trajectories

from ..canvas.camera import Camera
from ..canvas.cuboid import Cuboid
from ..canvas.equilibrium_markers import EquilibriumMarkers, PlacedEquilibrium
from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.interpolation import states_at
from ..canvas.item import CanvasItem
from ..canvas.points import Points
from .space_axes import SpaceAxes

if TYPE_CHECKING:
    from ..theme import Theme

_NOWHERE = np.empty((0, 3))


@dataclass(frozen=True)
class _Ends:
    """Points in space, and whose each is."""

    points: np.ndarray
    owners: tuple[int, ...]


class SpaceMarks:
    """Few points on axes, in a box, seen by a camera."""

    def __init__(self, theme: Theme) -> None:
        self.arrivals = Glyphs(theme, z=15)
        self.failures = Points(theme, "cross", 4.0, z=20)
        self.now = Points(theme, "disc", 6.0, z=30)
        self.equilibria = EquilibriumMarkers(theme, z=35)
        self.starts = Points(theme, "ring", 4.0, z=40)
        self._theme = theme
        self._axes: SpaceAxes | None = None
        self._trajectories: Trajectories | None = None
        self._found: Equilibria | None = None
        self._camera, self._cuboid = Camera(), Cuboid()
        self._ends = _ends(None, _NOWHERE)
        self._time: float | None = None

    def items(self) -> tuple[CanvasItem, ...]:
        """What is put on the plot."""
        return self.arrivals, self.failures, self.now, self.equilibria, self.starts

    def show(self, trajectories: Trajectories | None, axes: SpaceAxes, places: np.ndarray) -> None:
        """Mark these trajectories, whose points lie at these places on the axes; `look` draws them."""
        self._trajectories, self._axes = trajectories, axes
        self._ends = _ends(trajectories, places)

    def show_equilibria(self, found: Equilibria | None) -> None:
        """Mark a reading's equilibria; `look` draws them."""
        self._found = found

    def look(self, camera: Camera, cuboid: Cuboid) -> None:
        """Look at them from elsewhere, or in another box."""
        self._camera, self._cuboid = camera, cuboid
        self._place()
        self.set_time(self._time)

    def set_time(self, t: float | None) -> None:
        """Put a point on every curve where it is at time `t`."""
        self._time = t
        trajectories, axes = self._trajectories, self._axes
        if t is None or trajectories is None or axes is None:
            self.now.set_points(np.empty((0, 2)), ())
            return
        states = states_at(trajectories, t)
        self.now.set_points(self._seen(axes.places(states, t)), self._colours(range(len(states))))

    def apply_theme(self, theme: Theme) -> None:
        """Recolour the points."""
        self._theme = theme
        self.look(self._camera, self._cuboid)

    def _place(self) -> None:
        trajectories, axes, theme = self._trajectories, self._axes, self._theme
        starts = _NOWHERE
        if trajectories is not None and axes is not None:
            starts = axes.places(trajectories.starts, trajectories.start_time)
        self.starts.set_points(self._seen(starts), self._colours(range(len(starts))))
        failed, arrived = self._ends[False], self._ends[True]
        self.failures.set_points(self._seen(failed.points), self._colours(failed.owners))
        self.arrivals.set_groups(
            [
                GlyphGroup("square", place[None], theme.colour_of(owner), 3.2, halo=True)
                for place, owner in zip(self._seen(arrived.points), arrived.owners, strict=True)
            ]
        )
        self.equilibria.set_equilibria(self._placed_equilibria())

    def _placed_equilibria(self) -> list[PlacedEquilibrium]:
        """Along a t-axis an equilibrium is no point."""
        if self._found is None or self._axes is None or self._axes.timed:
            return []
        points = np.array([one.point for one in self._found.points]).reshape(-1, len(self._axes.components))
        places = self._seen(self._axes.places(points, 0.0)).tolist()
        return [PlacedEquilibrium((x, y), one) for (x, y), one in zip(places, self._found.points, strict=True)]

    def _seen(self, points: np.ndarray) -> np.ndarray:
        return self._camera.seen(self._cuboid.inside(points))[:, :2]

    def _colours(self, indices: tuple[int, ...] | range) -> list[str]:
        return [self._theme.colour_of(index) for index in indices]


def _ends(trajectories: Trajectories | None, places: np.ndarray) -> dict[bool, _Ends]:
    """The last finite places of the directions that arrived (forward ones), and of those that failed."""
    found: dict[bool, list[tuple[int, int]]] = {True: [], False: []}
    for index in range(0 if trajectories is None else len(trajectories)):
        part = trajectories.curve(index)
        finite = np.flatnonzero(np.isfinite(places[part]).all(axis=1)) + part.start
        if not finite.size:
            continue
        for outcomes, end in ((trajectories.forward, finite[-1]), (trajectories.backward, finite[0])):
            if index >= len(outcomes) or outcomes[index].name == "running":
                continue
            if not outcomes[index].success or outcomes is trajectories.forward:
                found[outcomes[index].success].append((index, int(end)))
    return {
        success: _Ends(places[[end for _, end in ends]].reshape(-1, 3), tuple(index for index, _ in ends))
        for success, ends in found.items()
    }
