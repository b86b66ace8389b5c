"""What views over time or iterations share: the linked cursor, the start line, and axes that grow with the data."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.language import System

from .plot_card import PlotCard, padded
from .time_cursor import StartLine, TimeCursor
from .time_gestures import TimeGestures
from .view_history import Rectangle

_LITTLE = 0.4
"""Share of an axis below which its data are worth a closer look."""


class TimeCard(PlotCard):
    """A plot against t, or what `axis_title` names, with one trajectory in focus.

    In focus is the one under the mouse, else the selected one, else the first. The axes follow the data while
    auto-fit is on: they grow to hold them, and close in on them once a drag is over that left them far too wide.
    Zooming or moving the plot turns auto-fit off; `fit` turns it on again.
    """

    axis_title: ClassVar[str] = "t"

    def __init__(self) -> None:
        super().__init__()
        self.focus = 0
        self._auto_fit = True
        self._hovered: int | None = None
        self._selected: int | None = None
        self._span = (0.0, 1.0)
        self._seen: tuple[float, float] | None = None
        self.start_line = StartLine(self.theme, z=-20)
        self.cursor_line = TimeCursor(self.theme, z=50)
        self.box.add(self.start_line, self.cursor_line)
        self.cursor_line.moved.connect(self.move_cursor)
        self.plot.bottom.set_title(self.axis_title)
        self.box.navigated.connect(self._stop_fitting)
        self._gestures = TimeGestures(self, self.box, self.curve_at, self.readout_at, self.move_cursor)

    def content_range(self) -> tuple[float, float] | None:
        """The lowest and the highest value of what is drawn; None while there is nothing."""
        raise NotImplementedError

    def curve_at(self, position: QPointF) -> int | None:
        """The trajectory under a position in pixels."""
        raise NotImplementedError

    def readout_at(self, t: float, value: float) -> str:
        """Text for the status bar about a point of the plot."""
        raise NotImplementedError

    def move_cursor(self, x: float) -> None:
        """A person moved the cursor to `x` on the axis."""
        self.cursor_moved.emit(x)

    def follow_data(self, *, settled: bool = True, span: tuple[float, float] | None = None) -> None:
        """New data were drawn: let the axes grow while auto-fit is on.

        settled: no drag is under way; the axes close in again on data that fill little of them.
        span: the range of the horizontal axis, where it is not the system's span of time.
        """
        content = self.content_range()
        other_span = span is not None and span != self._span
        self._span = span or self._span
        if content is None or not self._auto_fit:
            return
        before = self._seen
        if before is None or (settled and _fills_little(content, before)):
            self._seen = content
        else:
            self._seen = min(before[0], content[0]), max(before[1], content[1])
        if self._seen != before or other_span:
            self.box.show_rectangle(self.home())

    def _refocus(self) -> None:
        wanted = self._hovered if self._hovered is not None else self._selected
        focus = 0 if wanted is None else wanted
        if focus != self.focus:
            self.focus = focus
            self.redraw()

    def _stop_fitting(self) -> None:
        self._auto_fit = False

    @override
    def home(self) -> Rectangle:
        low, high = self._seen or (0.0, 1.0)
        return padded(*self._span, 0.02), padded(low, high)

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._span = time_span(experiment, system)
        self._seen = None
        self._auto_fit = True
        self._hovered = self._selected = None
        self.focus = 0
        self.start_line.set_time((experiment.span or system.span)[0])
        self.box.history.clear()
        self.box.show_rectangle(self.home())

    @override
    def set_cursor(self, t: float) -> None:
        self.cursor_line.set_time(t)

    @override
    def set_hovered(self, index: int | None) -> None:
        self._hovered = index
        self._refocus()

    @override
    def set_selected(self, index: int | None) -> None:
        self._selected = index
        self._refocus()

    @override
    def fit(self) -> None:
        self._auto_fit = True
        self._seen = self.content_range()
        super().fit()


def _fills_little(content: tuple[float, float], axis: tuple[float, float]) -> bool:
    return content[1] - content[0] < _LITTLE * (axis[1] - axis[0])


def time_span(experiment: Experiment, system: System) -> tuple[float, float]:
    """The experiment's span of time, the earlier end first."""
    span = experiment.span or system.span
    return min(span), max(span)
