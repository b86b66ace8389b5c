"""What a person does to a plot over time with the mouse, in the terms of the view's signals."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPointF, Qt

from .plot_box import PlotBox

if TYPE_CHECKING:
    from ..view import View


class TimeGestures(QObject):
    """A click on a curve selects it, one beside it moves the linked cursor there."""

    def __init__(
        self,
        view: View,
        box: PlotBox,
        curve_at: Callable[[QPointF], int | None],
        readout_at: Callable[[float, float], str],
        move_cursor: Callable[[float], None],
    ) -> None:
        super().__init__(view)
        self._view, self._box = view, box
        self._curve_at, self._readout_at, self._move_cursor = curve_at, readout_at, move_cursor
        self._hovered: int | None = None
        box.clicked.connect(self._click)
        box.hover_moved.connect(self._hover)
        box.hover_left.connect(self._leave)

    def _click(self, position: QPointF) -> None:
        index = self._curve_at(position)
        if index is not None:
            self._view.selected.emit(index)
        else:
            self._move_cursor(self._data(position)[0])

    def _hover(self, position: QPointF) -> None:
        index = self._curve_at(position)
        self._box.setCursor(Qt.CursorShape.ArrowCursor if index is None else Qt.CursorShape.PointingHandCursor)
        self._tell_hovered(index)
        self._view.readout.emit(self._readout_at(*self._data(position)))

    def _leave(self) -> None:
        self._tell_hovered(None)
        self._view.readout.emit("")

    def _tell_hovered(self, index: int | None) -> None:
        if index != self._hovered:
            self._hovered = index
            self._view.hovered.emit(index)

    def _data(self, position: QPointF) -> tuple[float, float]:
        x, y = self._box.projection().data(np.array([position.x(), position.y()])).tolist()
        return x, y
