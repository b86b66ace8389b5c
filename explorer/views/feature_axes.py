"""Which two of depth and the components lie on the axes of a picture of features."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QComboBox

from core.plane_view import TIME
from core.readings import FeaturePaths

from .axis_pickers import AxisPickers
from .plane_axes import PlaneAxes

if TYPE_CHECKING:
    from jaxtyping import Float

_NARROWEST = 70
"""Pixels of a menu."""


class FeatureAxes:
    """pickers: offers depth, the components, and those that were added, which are called so."""

    def __init__(self) -> None:
        self.pickers = AxisPickers("Depth or component")
        for box in self.pickers.findChildren(QComboBox):
            box.setMinimumWidth(_NARROWEST)  # a long name is cut in a narrow card
        self._names: tuple[str, ...] = ()
        self._places = (0, 1)
        self._symbols: tuple[str, ...] = ("t",)

    @property
    def titles(self) -> tuple[str, str]:
        """Of both axes."""
        across, up = (self._symbols[place] if place < len(self._symbols) else "" for place in self._places)
        return across, up

    @property
    def depth_across(self) -> bool:
        """Whether depth lies on the horizontal axis."""
        return self._places[0] == 0

    @property
    def has_depth(self) -> bool:
        """Whether depth lies on an axis."""
        return 0 in self._places

    def forget(self) -> None:
        """Another system."""
        self._names, self._places, self._symbols = (), (0, 1), ("t",)
        self.pickers.hide()

    def offer(self, paths: FeaturePaths, depth: str, symbols: tuple[str, ...]) -> None:
        """The components of a reading; symbols: how they read on screen. At first two components, or one over depth."""
        count = len(paths.components)
        # a layer whose data fill none of its components has none that were added either
        added = (f"{symbol} (added)" if place >= paths.inputs > 0 else symbol for place, symbol in enumerate(symbols))
        known = depth, *added
        if paths.components != self._names:
            self._places = (1, 2) if count > 1 else (0, 1)
        elif known == self._symbols:
            return
        self._names, self._symbols = paths.components, known
        every = (TIME, *(f"{place}" for place in range(count)))
        self.pickers.offer(PlaneAxes(every[self._places[0]], every[self._places[1]], every, known))

    def take(self, chosen: PlaneAxes) -> None:
        """A person chose others."""
        self._places = chosen.components.index(chosen.x), chosen.components.index(chosen.y)

    def on_plane(self, states: Float[np.ndarray, "*shape n"], depth: np.ndarray) -> Float[np.ndarray, "*shape 2"]:
        """States at their depths as points of the plot; depth: of the shape of the states without their last axis."""
        columns = [depth if place == 0 else states[..., place - 1] for place in self._places]
        return np.stack(np.broadcast_arrays(*columns), axis=-1)
