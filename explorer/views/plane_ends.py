"""The end of the trajectory that is looked at, to be dragged in the phase plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF

from core.frame import Frame
from core.plane_view import TIME
from core.readings import Trajectories

from ..canvas.end_handle import EndHandle
from ..canvas.item import CanvasItem

if TYPE_CHECKING:
    from ..canvas.plot_card import PlotCard
    from ..theme import Theme
    from .plane_axes import PlaneAxes


def forward_end(trajectories: Trajectories | None, index: int) -> int | None:
    """The point at which a trajectory reached the end of the time span; None where it did not, or cannot be led there:
    what noise or events do to it has no derivative here."""
    if trajectories is None or index >= len(trajectories) or trajectories.noisy or trajectories.events:
        return None
    whole = trajectories.curve(index)
    arrived = trajectories.forward[index].name == "success" and whole.stop > whole.start
    return whole.stop - 1 if arrived else None


class PlaneEnds:
    """One handle, at the selected trajectory's end or the first's."""

    def __init__(self, view: PlotCard) -> None:
        self.handle = EndHandle(view.theme, self._wish, view)
        self.able = False
        """Whether the system has parameters that could follow."""
        self._theme = view.theme
        self._axes: PlaneAxes | None = None
        self._trajectories: Trajectories | None = None
        self._focus = 0

    def items(self) -> tuple[CanvasItem, ...]:
        """For the plot."""
        return self.handle.items()

    def clear(self) -> None:
        """Forget the reading."""
        self._trajectories = None
        self.handle.let_go()
        self._place()

    def draw(self, frame: Frame, axes: PlaneAxes) -> None:
        """Take over a frame's reading."""
        found = frame.get(Trajectories)
        if found is not None and found is not self._trajectories:
            self._trajectories = found
            self.show(axes)

    def show(self, axes: PlaneAxes) -> None:
        """Show it on other axes."""
        self._axes = axes
        self._place()

    def set_focus(self, index: int | None) -> None:
        """Another trajectory is looked at."""
        if (index or 0) != self._focus:
            self._focus = index or 0
            self._place()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour everything."""
        self._theme = theme
        self.handle.apply_theme(theme)
        self._place()

    def _place(self) -> None:
        end = forward_end(self._trajectories, self._focus) if self.able else None
        if end is None or self._axes is None or self._trajectories is None:
            self.handle.show_ends(np.empty((0, 2)), ())
            return
        found = self._trajectories
        places = self._axes.places(found.z[end : end + 1], found.t[end : end + 1])
        self.handle.show_ends(places, [self._theme.colour_of(self._focus)])

    def _wish(self, _: int, place: QPointF) -> dict[str, float]:
        if self._axes is None:
            return {}
        wanted = {self._axes.x: place.x(), self._axes.y: place.y()}
        return {name: value for name, value in wanted.items() if name != TIME or TIME in self._axes.components}
