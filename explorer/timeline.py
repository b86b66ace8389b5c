"""The bar under the plane: where the playhead is, and how it moves."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QSlider, QToolButton

from . import icons
from .editors.labelled import choice_box, choose
from .editors.number_text import number_text
from .labels import icon_button, label, set_figure

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)
_POSITIONS = 10_000
"""Of a slider over time; over iterations each is one."""
_PLAY_HINT, _TRAIN_HINT = "Play or pause (Space)", "Train, or pause (Space)"
_ANY = 16_777_215
"""Qt's own largest size of a widget."""


class Timeline(QFrame):
    """Shows the playhead within its range; every control here only asks."""

    play_asked = Signal()
    first_asked = Signal()
    last_asked = Signal()
    step_asked = Signal()
    step_back_asked = Signal()
    scrubbed = Signal(float)
    speed_changed = Signal(float)
    loop_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setFixedHeight(46)
        self._range = (0.0, 1.0)
        self._counting = False
        self._play = icon_button("Play or pause", "play", _PLAY_HINT)
        self._loop = icon_button("Loop", "repeat", "Begin again at the end (L)")
        self._loop.setCheckable(True)
        self._loop.clicked.connect(self.loop_changed)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.valueChanged.connect(self._scrub)
        self._time = label("t = 0", "value")
        self._speed: QComboBox = choice_box(tuple((speed, f"{speed:g}×") for speed in SPEEDS))
        self._speed.setAccessibleName("Speed")
        self._speed.activated.connect(self._choose_speed)
        choose(self._speed, 1.0)
        self._lay_out()
        self.show_counting(False)

    def show_counting(self, counting: bool) -> None:
        """Tell the number of the iteration, or the time."""
        self._counting = counting
        self._slider.setAccessibleName("Iteration" if counting else "Time")
        self._slider.setToolTip(f"Drag to look at another {'iteration' if counting else 'time'}")
        whole = "4 seconds for all iterations" if counting else "15 seconds for the whole span"
        self._speed.setToolTip(f"How fast the playhead moves: at 1× it takes {whole}")
        self._time.setMinimumSize(82, 0)
        self._time.setMaximumSize(_ANY, _ANY)  # another text: it may take its width anew
        self.show_range(0.0, 0.0 if counting else 1.0)

    def show_learning(self, learning: bool) -> None:
        """To play is to train: that takes as long as it takes, and begins again nowhere."""
        for control in (self._speed, self._loop):
            control.setVisible(not learning)
        self._play.setToolTip(_TRAIN_HINT if learning else _PLAY_HINT)

    def show_range(self, begin: float, end: float) -> None:
        """Slide over another stretch of time or number of iterations."""
        self._range = (begin, end)
        positions = round(end - begin) if self._counting else _POSITIONS
        with QSignalBlocker(self._slider):
            self._slider.setRange(0, positions)
            self._slider.setSingleStep(1 if self._counting else positions // 200)
            self._slider.setPageStep(max(1, positions // 20))

    def show_time(self, t: float) -> None:
        """Put the playhead at t."""
        begin, end = self._range
        part = 0.0 if end == begin else (t - begin) / (end - begin)
        with QSignalBlocker(self._slider):
            self._slider.setValue(round(part * self._slider.maximum()))
        time = f"t = {t:.2f}" if abs(t) < 1e4 else f"t = {number_text(t, 6)}"
        set_figure(self._time, f"iteration {t:.0f}" if self._counting else time)

    def show_playing(self, playing: bool) -> None:
        """Let the play button say what it will do next."""
        self._play.setProperty("icon_name", "pause" if playing else "play")
        icons.dress_button(self._play)

    def show_loop(self, loop: bool) -> None:
        """Show whether the playhead begins again at the end."""
        self._loop.setChecked(loop)

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 0, 10, 0)
        layout.setSpacing(2)
        buttons: tuple[tuple[QToolButton, Signal], ...] = (
            (icon_button("First", "skip-backward", "Back to the start (R)"), self.first_asked),
            (icon_button("Step back", "skip-previous", "To the step or iteration before (,)"), self.step_back_asked),
            (self._play, self.play_asked),
            (icon_button("Single step", "skip-next", "To the next step or iteration (.)"), self.step_asked),
            (icon_button("Last", "skip-forward", "To the end (Shift+R)"), self.last_asked),
        )
        for button, asked in buttons:
            button.clicked.connect(asked)
            layout.addWidget(button)
        layout.addSpacing(8)
        layout.addWidget(self._slider, 1)
        layout.addSpacing(8)
        layout.addWidget(self._time)
        layout.addSpacing(6)
        layout.addWidget(self._speed)
        layout.addWidget(self._loop)

    def _scrub(self, position: int) -> None:
        begin, end = self._range
        self.scrubbed.emit(begin + (end - begin) * position / max(1, self._slider.maximum()))

    def _choose_speed(self) -> None:
        self.speed_changed.emit(self._speed.currentData())
