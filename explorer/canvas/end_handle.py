"""Where the end of a trajectory can be taken hold of, and what is said there while the parameters follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPointF, Signal

from ..editors.drag import next_drag
from .dashes import Dashes
from .item import CanvasItem
from .plot_labels import PlotLabel, PlotLabels
from .points import DraggablePoints, Points

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..theme import Theme

Wish = Callable[[int, QPointF], Mapping[str, float]]
"""The components that end `index` has where it is dragged to, by name."""


class EndHandle(QObject):
    """A diamond at the end of what is looked at; while it is dragged, a cross at the target and words beside it."""

    dragged = Signal(object, int)
    """({component: wanted value}, drag id)"""
    released = Signal()

    def __init__(self, theme: Theme, wish: Wish, parent: QObject) -> None:
        super().__init__(parent)
        self._theme, self._wish = theme, wish
        self._drag: int | None = None
        self._over = False
        self._places = np.empty((0, 2))
        self._target: tuple[int, tuple[float, float]] | None = None
        self._lines: tuple[str, ...] = ()
        self.grips = DraggablePoints(theme, "diamond", 5.5, z=45)
        self.goal = Points(theme, "cross", 4.5, z=46)
        self.way = Dashes(theme, z=44)
        self.words = PlotLabels(theme, z=70, kept=True)
        self.grips.dragged.connect(self._move)
        self.grips.released.connect(self._release)

    def items(self) -> tuple[CanvasItem, ...]:
        """For the plot."""
        return self.way, self.grips, self.goal, self.words

    def show_ends(self, places: Float[np.ndarray, "k 2"], colours: Sequence[str]) -> None:
        """Show the handles at these places in data coordinates."""
        self._places = np.asarray(places, dtype=np.float64).reshape(-1, 2)
        self.grips.set_points(self._places, colours)
        self._paint_goal()

    def show_words(self, lines: tuple[str, ...]) -> None:
        """Say this at the target; nothing where there is none."""
        if lines != self._lines:
            self._lines = lines
            self._paint_goal()

    def let_go(self) -> None:
        """The drag is over, whatever the mouse does."""
        self._target, self._lines = None, ()
        self._over = self._drag is not None
        self._paint_goal()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour the words."""
        self._theme = theme
        self._paint_goal()

    def _paint_goal(self) -> None:
        target = self._target
        if target is None:
            self.goal.set_points(np.empty((0, 2)), ())
            self.way.set_families([])
            self.words.set_labels([])
            return
        index, goal = target
        self.goal.set_points(np.array([goal]), [self._theme.text])
        ways = [np.array([place, goal]) for place in self._places[index : index + 1]]  # none on a run's way to its end
        self.way.set_families([(ways, self._theme.text)] if ways else [])
        self.words.set_labels([PlotLabel(goal, self._lines, self._theme.text)] if self._lines else [])

    def _move(self, index: int, place: QPointF, _: int) -> None:
        if self._over:
            return
        if self._drag is None:
            self._drag = next_drag()
        self._target = index, (place.x(), place.y())
        wish = self._wish(index, place)
        if wish:
            self._paint_goal()
            self.dragged.emit(dict(wish), self._drag)

    def _release(self) -> None:
        self._drag, self._over = None, False
        self.released.emit()
