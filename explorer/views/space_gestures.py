"""What a person does to the view in space with the mouse and the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from typing_extensions import override

from ..canvas.camera import Camera
from ..canvas.number_text import eigenvalue_text, number_text
from ..canvas.plot_box import PlotBox
from ..canvas.turning_pad import TurningPad
from .space_scene import SpaceScene

if TYPE_CHECKING:
    from ..view import View

_STEP, _SMALL_STEP = 6.0, 1.0
"""Degrees by which an arrow key turns, and with Shift."""
_ZOOM = 1.25
_TURNS = {
    Qt.Key.Key_Left: (1.0, 0.0),
    Qt.Key.Key_Right: (-1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
_ALONG = {
    Qt.Key.Key_1: Camera(0.0, 0.0),
    Qt.Key.Key_2: Camera(-90.0, 0.0),
    Qt.Key.Key_3: Camera(-90.0, 90.0),
}
"""The viewer on the positive side of each axis, on the negative one of the second: the axes across go to the right."""


class SpaceGestures(QObject):
    """Listens to the box, the pad and the keys of one view, turns its scene and emits its signals."""

    def __init__(self, view: View, box: PlotBox, pad: TurningPad, scene: SpaceScene) -> None:
        super().__init__(view)
        self._view, self._box, self._pad, self._scene = view, box, pad, scene
        self._hovered: int | None = None
        self.selected: int | None = None
        pad.turned.connect(self._turn)
        pad.fit_asked.connect(view.fit)
        box.clicked.connect(self._click)
        box.hover_moved.connect(self._hover)
        box.hover_left.connect(self._leave)
        view.installEventFilter(self)
        for key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            shortcut = QShortcut(QKeySequence(key), view)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self._remove_selected)

    def _press(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        """Whether a key means something here; then it is done."""
        shifted = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        if modifiers & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
            return False
        if key in _TURNS:
            step = _SMALL_STEP if shifted else _STEP
            self._turn(*(step * part for part in _TURNS[Qt.Key(key)]))
        elif key in _ALONG:
            self._look(_ALONG[Qt.Key(key)])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self._box.history.leave(self._box.rectangle())
            factor = _ZOOM if key == Qt.Key.Key_Minus else 1.0 / _ZOOM
            self._box.scaleBy((factor, factor))
        else:
            return False
        return True

    def _look(self, camera: Camera) -> None:
        self._scene.look(camera)
        self._view.readout.emit(self._angle())

    def _turn(self, across: float, up: float) -> None:
        self._look(self._scene.camera.turned(across, up))

    def _remove_selected(self) -> None:
        trajectories = self._scene.curves.trajectories
        if self.selected is not None and trajectories is not None and self.selected < len(trajectories):
            self._view.start_removed.emit(self.selected)

    def _click(self, position: QPointF) -> None:
        spot = self._scene.curves.spot_at(position)
        if spot is not None:
            self._view.selected.emit(spot.curve)

    def _hover(self, position: QPointF) -> None:
        spot = self._scene.curves.spot_at(position)
        self._pad.point(spot is not None)
        index = None if spot is None else spot.curve
        if index != self._hovered:
            self._hovered = index
            self._view.hovered.emit(index)
        text = self._angle()
        axes = self._scene.axes
        if spot is not None and axes is not None:
            state, t = self._scene.curves.state_at(spot)
            parts = [
                f"{name} = {number_text(value)}"
                for name, value in zip(axes.shown(), axes.places(state[None], t)[0].tolist(), strict=True)
            ]
            time = [] if axes.timed else [f"t = {number_text(t)}"]
            text = "   ".join([f"trajectory {spot.curve + 1}", *time, *parts])
        equilibrium = self._scene.marks.equilibria.hover(position)
        if equilibrium is not None:
            found = equilibrium.equilibrium
            text = f"{text}   {found.label}: {',  '.join(eigenvalue_text(found.eigenvalues))}"
        self._view.readout.emit(text)

    def _leave(self) -> None:
        self._scene.marks.equilibria.hover(None)
        if self._hovered is not None:
            self._hovered = None
            self._view.hovered.emit(None)
        self._view.readout.emit("")

    def _angle(self) -> str:
        return f"azimuth {_degrees(self._scene.camera.azimuth)}   elevation {_degrees(self._scene.camera.elevation)}"

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._press(event.key(), event.modifiers())
        return super().eventFilter(watched, event)


def _degrees(angle: float) -> str:
    return f"{round(angle)}°".replace("-", "−")
