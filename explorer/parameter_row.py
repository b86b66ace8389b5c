"""One parameter: its name, its number, its slider, its range, and an animation of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.experiment import SliderRange
from core.parameter import Range

from . import icons
from .editors.drag import next_drag
from .editors.number_box import NumberBox
from .editors.range_row import RangeRow
from .editors.value_slider import ValueSlider
from .fold_mark import FoldMark
from .labels import ElidedLabel, icon_button, label, row, set_text
from .pointing import Pointing
from .resettable_name import ResettableName

if TYPE_CHECKING:
    from core.language import ParameterDeclaration

_OPEN, _CLOSED = "lock-open-variant-outline", "lock"
_SWEEP_SECONDS = 6.0
"""How long Play takes from one end of a slider to the other."""


class ParameterRow(QWidget):
    """Emits what a person does; shows what `show_value` says."""

    value_edited = Signal(str, float, object)
    """(name, value, drag id or None)"""
    drag_finished = Signal()
    value_reset = Signal(str)
    range_edited = Signal(str, SliderRange)
    held_edited = Signal(str, bool)
    playing_changed = Signal()

    def __init__(self, declaration: ParameterDeclaration, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.declaration = declaration
        name = declaration.name
        self._limits = Range(declaration.lo, declaration.hi, declaration.log, declaration.step)
        self._shown: tuple[float, SliderRange, bool] | None = None
        self._play_drag: int | None = None
        self._direction = 1.0
        self._title = ResettableName(declaration.symbol or name)
        self._title.setToolTip(_tip(declaration))
        self._title.reset_asked.connect(self._reset)
        self._box = NumberBox(name, self._limits)
        self._box.setFixedWidth(74)
        self._slider = ValueSlider(name, self._limits)
        self.fold = FoldMark(name)
        self.pointing = Pointing(self, self._slider)
        self._play = icon_button(f"Play {name}", "play", f"Move {name} to and fro between its ends")
        self._more = icon_button(f"Range of {name}", "tune-variant", "Change the ends, the step and the scale")
        self._lock = icon_button(f"Hold {name}", _OPEN, f"Hold {name} while a result is dragged, and in fits")
        self._range = RangeRow(name)
        self._refusal = label("", "error", wrap=True)
        self._lay_out(declaration)
        self._connect()

    @property
    def playing(self) -> bool:
        """Whether the value is moving by itself."""
        return self._play_drag is not None

    def show_value(self, value: float, slider: SliderRange, changed: bool) -> None:
        """Show the value and range in force; `changed` where the value is not the text's."""
        shown = (value, slider, changed)
        if shown == self._shown:
            return
        self._shown = shown
        self._limits = Range(slider.lo, slider.hi, slider.log, slider.step)
        self._slider.set_limits(self._limits)
        self._box.set_limits(self._limits)
        self._box.set_value(value)
        self._slider.set_value(value)
        self._range.show_range(slider)
        self._title.set_changed(changed)

    def show_held(self, held: bool) -> None:
        """Show whether fits and drags leave the parameter where it is."""
        name = _CLOSED if held else _OPEN
        if self._lock.property("icon_name") != name:
            self._lock.setChecked(held)
            self._lock.setProperty("icon_name", name)
            icons.dress_button(self._lock)

    def advance(self, seconds: float) -> None:
        """Move a playing slider on: up, and down again."""
        if self._play_drag is None:
            return
        position = self._slider.position_of(self._box.value()) + self._direction * seconds / _SWEEP_SECONDS
        if not 0.0 < position < 1.0:
            self._direction = -self._direction
            position = min(max(position, 0.0), 1.0)
        self.value_edited.emit(self.declaration.name, self._slider.value_at(position), self._play_drag)

    def stop(self) -> None:
        """End the animation where it is."""
        if self._play_drag is not None:
            self._toggle_play()

    def _lay_out(self, declaration: ParameterDeclaration) -> None:
        for button in (self._lock, self._play, self._more):
            button.setFixedSize(20, 22)
        self._lock.setCheckable(True)
        self._more.setCheckable(True)
        self._range.hide()
        self._refusal.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        unit = label(declaration.unit, "muted")
        unit.setVisible(bool(declaration.unit))
        line = row(self._title, spacing=3)
        line.addSpacing(4)
        line.addWidget(ElidedLabel(declaration.description, "muted"), 1)
        for widget in (self.fold, self._box, unit, self._lock, self._play, self._more):
            line.addWidget(widget)
        layout.addLayout(line)
        for widget in (self._slider, self._range, self._refusal):
            layout.addWidget(widget)

    def _connect(self) -> None:
        self._box.value_edited.connect(self._edit)
        self._box.refused.connect(self._refuse)
        self._slider.value_edited.connect(self._edit)
        self._slider.drag_finished.connect(self.drag_finished)
        self._range.range_edited.connect(self._edit_range)
        self._range.refused.connect(self._refuse)
        self._play.clicked.connect(self._toggle_play)
        self._more.toggled.connect(self._range.setVisible)
        self._lock.clicked.connect(self._hold)

    def _edit(self, value: float, drag: int | None = None) -> None:
        self.stop()
        self.value_edited.emit(self.declaration.name, value, drag)

    def _edit_range(self, slider: SliderRange) -> None:
        self.range_edited.emit(self.declaration.name, slider)

    def _hold(self, held: bool) -> None:
        self.held_edited.emit(self.declaration.name, held)

    def _reset(self) -> None:
        self.stop()
        self.value_reset.emit(self.declaration.name)

    def _refuse(self, sentence: str) -> None:
        set_text(self._refusal, sentence)
        self._refusal.setVisible(bool(sentence))

    def _toggle_play(self) -> None:
        starts = self._play_drag is None
        self._play_drag = next_drag() if starts else None
        self._play.setProperty("icon_name", "pause" if starts else "play")
        icons.dress_button(self._play)
        self.playing_changed.emit()
        if not starts:
            self.drag_finished.emit()


def _tip(declaration: ParameterDeclaration) -> str:
    hint = f"{declaration.description}\n" if declaration.description else ""
    return f"{hint}The text says {declaration.name} = {declaration.default:g}; double click to restore it."
