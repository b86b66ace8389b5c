"""What a person does to the phase plane with the mouse and the keys, in the terms of the view's signals."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QToolTip

from ..canvas.equilibrium_markers import EquilibriumMarkers
from ..canvas.number_text import eigenvalue_text, number_text
from ..canvas.plot_box import PlotBox
from .plane_axes import PlaneAxes
from .plane_curves import PlaneCurves
from .plane_field import PlaneField

if TYPE_CHECKING:
    from ..view import View


class PlaneGestures(QObject):
    """Listens to the box and the items of one phase plane and emits the signals of its view."""

    def __init__(
        self,
        view: View,
        box: PlotBox,
        field: PlaneField,
        curves: PlaneCurves,
        equilibria: EquilibriumMarkers,
        loss_at: Callable[[float, float], float | None],
    ) -> None:
        super().__init__(view)
        self._view = view
        self._box, self._field, self._curves, self._equilibria = box, field, curves, equilibria
        self._loss_at = loss_at
        self._axes: PlaneAxes | None = None
        self._fallback: tuple[float, ...] = ()
        self._hovered: int | None = None
        self.selected: int | None = None
        self.end_at: Callable[[float, float], str] = lambda _x, _y: ""
        """Words about where a start at a place ends."""
        self.slopes_at: Callable[[float, float], str] = lambda _x, _y: ""
        """Words about how the field spreads or turns at a place."""
        self.branch_at: Callable[[QPointF], str] = lambda _position: ""
        """Words about the branch of a saddle under a position in pixels."""
        box.setCursor(Qt.CursorShape.CrossCursor)
        box.clicked.connect(self._click)
        box.hover_moved.connect(self._hover)
        box.hover_left.connect(self._leave)
        for key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            shortcut = QShortcut(QKeySequence(key), view)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self._remove_selected)
        curves.starts.clicked.connect(self._select)
        curves.starts.dragged.connect(self._drag_start)
        curves.starts.released.connect(view.drag_finished)

    def reset(self, axes: PlaneAxes, fallback: tuple[float, ...]) -> None:
        """Another system or other axes; `fallback` is the state whose components a click takes where none is known."""
        self._axes, self._fallback = axes, fallback

    def anchor(self) -> tuple[float, ...]:
        """The state that fixes the components off the axes: the selected start, else the first."""
        trajectories = self._curves.trajectories
        if trajectories is None or not len(trajectories):
            return self._fallback
        index = self.selected if self.selected is not None and self.selected < len(trajectories) else 0
        return tuple(trajectories.starts[index].tolist())

    def _remove_selected(self) -> None:
        trajectories = self._curves.trajectories
        if self.selected is not None and trajectories is not None and self.selected < len(trajectories):
            self._view.start_removed.emit(self.selected)

    def _click(self, position: QPointF) -> None:
        index = self._curves.curve_at(position)
        if index is not None:
            self._select(index)
        elif self._axes is not None:
            x, y = self._place(position)
            self._view.start_added.emit(self._axes.moved(self.anchor(), x, y))

    def _select(self, index: int) -> None:
        self._view.selected.emit(index)

    def _drag_start(self, index: int, place: QPointF, drag: int) -> None:
        trajectories = self._curves.trajectories
        if self._axes is None or trajectories is None or index >= len(trajectories):
            return
        start = tuple(trajectories.starts[index].tolist())
        self._view.start_moved.emit(index, self._axes.moved(start, place.x(), place.y()), drag)
        self._view.readout.emit(self._coordinates(place.x(), place.y()))

    def _hover(self, position: QPointF) -> None:
        index = self._curves.starts.index_at(position)
        if index is None:
            index = self._curves.curve_at(position)
        self._box.setCursor(Qt.CursorShape.CrossCursor if index is None else Qt.CursorShape.PointingHandCursor)
        if index != self._hovered:
            self._hovered = index
            self._view.hovered.emit(index)
        text = self._coordinates(*self._place(position))
        failure = self._curves.failure_at(position)
        equilibrium = self._equilibria.hover(position)
        if failure is not None:
            why = f"Trajectory {failure[0] + 1} {failure[1]}."
            text = f"{text}   {why}"
            QToolTip.showText(self._global(position), why, self._view)
        elif equilibrium is not None:
            found = equilibrium.equilibrium
            text = f"{text}   {found.label}: {',  '.join(eigenvalue_text(found.eigenvalues))}"
        else:
            if index is None and (branch := self.branch_at(position)):
                text = f"{text}   {branch}"
            if QToolTip.isVisible():
                QToolTip.hideText()
        self._view.readout.emit(text)

    def _leave(self) -> None:
        self._equilibria.hover(None)
        if self._hovered is not None:
            self._hovered = None
            self._view.hovered.emit(None)
        self._view.readout.emit("")

    def _place(self, position: QPointF) -> tuple[float, float]:
        x, y = self._box.projection().data(np.array([position.x(), position.y()])).tolist()
        return x, y

    def _coordinates(self, x: float, y: float) -> str:
        axes = self._axes
        if axes is None:
            return ""
        text = f"{axes.symbol(axes.x)} = {number_text(x)}   {axes.symbol(axes.y)} = {number_text(y)}"
        loss = self._loss_at(x, y)
        if loss is not None:
            text += f"   φ = {number_text(loss)}"
        speed = self._field.speed_at(x, y)
        if speed is not None:
            # of more than two components a plane knows only the part of the velocity that lies in it
            name = "|f|" if len(axes.components) <= 2 else "|f| in the plane"
            text += f"   {name} = {number_text(speed)}"
        return "   ".join(filter(None, (text, self.slopes_at(x, y), self.end_at(x, y))))

    def _global(self, position: QPointF) -> QPoint:
        plot = self._box.scene().views()[0]
        return plot.mapToGlobal(plot.mapFromScene(self._box.mapToScene(position)))
