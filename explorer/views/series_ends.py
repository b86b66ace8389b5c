"""The ends of the components that the time series draws strongly, to be dragged up and down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF

from core.readings import Trajectories

from ..canvas.end_handle import EndHandle
from .plane_ends import forward_end
from .series_layers import component_colour

if TYPE_CHECKING:
    from ..canvas.plot_card import PlotCard
    from ..theme import Theme


class SeriesEnds:
    """One handle for every component that is drawn."""

    def __init__(self, view: PlotCard) -> None:
        self.handle = EndHandle(view.theme, self._wish, view)
        self.able = False
        """Whether the system has parameters that could follow."""
        self._names: tuple[str, ...] = ()

    def show(self, trajectories: Trajectories | None, focus: int, components: tuple[int, ...], theme: Theme) -> None:
        """Place the handles at the ends of these components of trajectory `focus`."""
        end = forward_end(trajectories, focus) if self.able else None
        self.handle.apply_theme(theme)
        if end is None or trajectories is None:
            self._names = ()
            self.handle.show_ends(np.empty((0, 2)), ())
            return
        self._names = tuple(trajectories.components[place] for place in components)
        places = [(float(trajectories.t[end]), float(trajectories.z[end, place])) for place in components]
        colours = [component_colour(theme, focus, place) for place in components]
        self.handle.show_ends(np.array(places).reshape(-1, 2), colours)

    def _wish(self, index: int, place: QPointF) -> dict[str, float]:
        return {self._names[index]: place.y()} if index < len(self._names) else {}
