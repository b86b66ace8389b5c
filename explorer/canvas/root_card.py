"""A plot on which the roots of a layer show what a parameter does to them, and can be dragged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Signal

from ..editors.drag import next_drag
from .effect_arrows import EffectArrows, Motion, PointedParameter
from .plot_card import PlotCard
from .plot_labels import PlotLabel, PlotLabels
from .root_grips import RootGrips

if TYPE_CHECKING:
    from jaxtyping import Float

    from core.readings import FixedPoints

Wish = Callable[[QPointF], Mapping[str, float]]
"""The components that a root has where it is dragged to, by name."""


class RootCard(PlotCard):
    """Its subclasses draw the roots, and say with `show_roots` where they are."""

    root_dragged = Signal(tuple, object, int)
    """(n numbers: the root that was taken hold of, {component: wanted value}, drag id)"""
    root_released = Signal()
    pointed_changed = Signal()
    """A person points at another parameter: draw the roots anew."""

    def __init__(self) -> None:
        super().__init__()
        self.pointed: PointedParameter | None = None
        self.effects = EffectArrows(self.theme, z=25)
        self.grips = RootGrips(self.theme, z=22)
        self.words = PlotLabels(self.theme, z=70)
        self.box.add(self.effects, self.grips, self.words)
        self._found: FixedPoints | None = None
        self._held: tuple[float, ...] | None = None
        self._drag = 0
        self._wish_at: Wish | None = None
        self._wanted_at: tuple[float, float] | None = None
        self.grips.dragged.connect(self._drag_root)
        self.grips.released.connect(self._release_root)

    def set_pointed(self, parameter: PointedParameter | None) -> None:
        """Show on every root what moving this parameter does; None: no longer."""
        if parameter != self.pointed:
            self.pointed = parameter
            self.pointed_changed.emit()

    def show_roots(
        self,
        found: FixedPoints | None,
        places: Float[np.ndarray, "M 2"],
        motion: Motion,
        wish: Wish | None = None,
        back: float = 0.0,
    ) -> None:
        """places: of the roots in data coordinates. wish: None where they cannot be dragged. back: see the arrows."""
        self._found, self._wish_at = found, wish
        self.effects.show_effect(found, places, self.pointed, motion, back)
        able = wish is not None and found is not None and bool(found.parameters)
        self.grips.set_points(places if able else np.empty((0, 2)), [self.theme.violet] * len(places) if able else [])

    def show_words(self, lines: tuple[str, ...]) -> None:
        """Say this where a root is dragged to."""
        shown = lines and self._wanted_at is not None
        self.words.set_labels([PlotLabel(self._wanted_at, lines, self.theme.violet)] if shown else [])

    def _drag_root(self, index: int, place: QPointF, _: int) -> None:
        if self._held is None and self._found is not None and index < len(self._found.points):
            self._held, self._drag = tuple(self._found.points[index].point.tolist()), next_drag()
        if self._held is not None and self._wish_at is not None:
            self._wanted_at = place.x(), place.y()
            self.root_dragged.emit(self._held, dict(self._wish_at(place)), self._drag)

    def _release_root(self) -> None:
        self._held = self._wanted_at = None
        self.show_words(())
        self.root_released.emit()
