"""What a person does to starting points with the mouse and the keys, in the terms of the view's signals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPointF, Qt
from PySide6.QtGui import QKeySequence, QShortcut

from ..canvas.plot_box import PlotBox
from ..canvas.points import DraggablePoints

if TYPE_CHECKING:
    from ..view import View


@dataclass(frozen=True)
class StartRules:
    """What a plot of samples knows of its places.

    sample_at: the sample under a position in pixels. state_at: the start of sample `index` moved to a place in data
    coordinates (index None: there is no sample yet); None where there can be none. readout_at: text about a position
    in pixels. count: how many samples there are.
    """

    sample_at: Callable[[QPointF], int | None]
    state_at: Callable[[int | None, QPointF], tuple[float, ...] | None]
    readout_at: Callable[[QPointF], str]
    count: Callable[[], int]


class StartGestures(QObject):
    """A click starts a sample, on a sample it selects it; starts are dragged; Delete removes the selected one."""

    def __init__(self, view: View, box: PlotBox, starts: DraggablePoints, rules: StartRules) -> None:
        super().__init__(view)
        self._view, self._box, self._starts, self._rules = view, box, starts, rules
        self._hovered: int | None = None
        self.selected: int | None = None
        box.setCursor(Qt.CursorShape.CrossCursor)
        box.clicked.connect(self._click)
        box.hover_moved.connect(self._hover)
        box.hover_left.connect(self._leave)
        for key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            shortcut = QShortcut(QKeySequence(key), view)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self._remove_selected)
        starts.clicked.connect(self._select)
        starts.dragged.connect(self._drag)
        starts.released.connect(view.drag_finished)

    def anchor(self) -> int | None:
        """The sample that a new start resembles where the plot does not say: the selected, else the first."""
        count = self._rules.count()
        if not count:
            return None
        return self.selected if self.selected is not None and self.selected < count else 0

    def _remove_selected(self) -> None:
        if self.selected is not None and self.selected < self._rules.count():
            self._view.start_removed.emit(self.selected)

    def _click(self, position: QPointF) -> None:
        index = self._rules.sample_at(position)
        if index is not None:
            self._select(index)
            return
        start = self._rules.state_at(self.anchor(), self._place(position))
        if start is not None:
            self._view.start_added.emit(start)

    def _select(self, index: int) -> None:
        self._view.selected.emit(index)

    def _drag(self, index: int, place: QPointF, drag: int) -> None:
        start = self._rules.state_at(index, place)
        if start is not None:
            self._view.start_moved.emit(index, start, drag)
            pixel = self._box.projection().pixels(np.array([place.x(), place.y()])).tolist()
            self._view.readout.emit(self._rules.readout_at(QPointF(*pixel)))

    def _hover(self, position: QPointF) -> None:
        index = self._starts.index_at(position)
        if index is None:
            index = self._rules.sample_at(position)
        self._box.setCursor(Qt.CursorShape.CrossCursor if index is None else Qt.CursorShape.PointingHandCursor)
        self._tell_hovered(index)
        self._view.readout.emit(self._rules.readout_at(position))

    def _leave(self) -> None:
        self._tell_hovered(None)
        self._view.readout.emit("")

    def _tell_hovered(self, index: int | None) -> None:
        if index != self._hovered:
            self._hovered = index
            self._view.hovered.emit(index)

    def _place(self, position: QPointF) -> QPointF:
        return QPointF(*self._box.projection().data(np.array([position.x(), position.y()])).tolist())
