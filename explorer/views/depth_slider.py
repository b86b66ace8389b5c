"""One slider from a single layer over more and thinner ones to the differential equation and its equilibrium."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from core.parameter import Range

from ..canvas.chip import plot_font
from ..editors.value_slider import ValueSlider

if TYPE_CHECKING:
    from ..theme import Theme

_TO_ODE, _TO_REST = 1.3, 1.7
"""Doublings of the number of layers that the stops behind them are apart."""
_ENDS = "ODE", "equilibrium"
_IN_WORDS = {"ODE": "differential equation", "equilibrium": "equilibrium"}
_THINNER = "More and thinner layers"
_HEIGHT, _GAP = 15, 7.0
_FIRST = 8
"""Layers at first."""


class DepthStops(ValueSlider):
    """Its values are places of stops: 0 is one layer, and behind the last of them come one or two ends without layers.
    Between them the way goes by the logarithm of the layers. Arrow keys go to the next stop, Page keys to twice or half
    as many layers."""

    def __init__(self) -> None:
        self._places, self._octave = np.array([0.0, 0.5, 1.0]), 0.5
        super().__init__("Depth: number of layers", Range(0.0, 2.0, step=1.0))

    @property
    def stop(self) -> int:
        """The stop it stands at, or is nearest to."""
        return round(self.value_at(self.value() / self.maximum()))

    def set_layers(self, layers: Sequence[int], ends: int = 2) -> None:
        """Other numbers of layers, rising, and so many ends; it stands at the stop where it stood, from the left."""
        octaves = np.log2(np.array(layers, dtype=np.float64))
        places = np.concatenate([octaves, octaves[-1] + np.cumsum([_TO_ODE, _TO_REST])[:ends]])
        self._octave = 1.0 / float(places[-1] - places[0])
        self._places = (places - places[0]) * self._octave
        self.set_limits(Range(0.0, float(len(places) - 1), step=1.0))

    def go_to(self, stop: int) -> None:
        """Move to a stop as a person does."""
        stop = min(max(stop, 0), len(self._places) - 1)
        self.setValue(round(self.maximum() * self.position_of(stop)))

    @override
    def position_of(self, value: float) -> float:
        return float(self._places[min(max(round(value), 0), len(self._places) - 1)])

    @override
    def value_at(self, position: float) -> float:
        return float(np.abs(self._places - position).argmin())

    def _far(self, way: int) -> int:
        """The stop that is a doubling away."""
        beyond = np.abs(self._places - (self._places[self.stop] + way * self._octave)).argmin()
        return int(beyond) if beyond != self.stop else self.stop + way

    @override
    def keyPressEvent(self, ev: QKeyEvent) -> None:
        keys, end = Qt.Key, len(self._places) - 1
        goals = {
            keys.Key_Left: self.stop - 1,
            keys.Key_Down: self.stop - 1,
            keys.Key_Right: self.stop + 1,
            keys.Key_Up: self.stop + 1,
            keys.Key_PageDown: self._far(-1),
            keys.Key_PageUp: self._far(1),
            keys.Key_Home: 0,
            keys.Key_End: end,
        }
        goal = goals.get(Qt.Key(ev.key()))
        if goal is None:
            super().keyPressEvent(ev)
        else:
            self.go_to(goal)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.set_value(self.stop)  # the handle stands at the stop, not beside it


class DepthSlider(QWidget):
    """The slider over its stops' names. A click on a name goes there. ends: the stops behind the numbers of layers."""

    moved = Signal()
    """A person moved it to another stop."""

    def __init__(self, theme: Theme, ends: tuple[str, ...] = _ENDS) -> None:
        super().__init__()
        self._theme, self._ends = theme, ends
        self._layers: tuple[int, ...] = ()
        self._told = -1
        self.slider = DepthStops()
        self._explain()
        self.slider.value_edited.connect(self._report)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, _HEIGHT)
        column.addWidget(self.slider)
        self.setProperty("control", True)  # which leaves a picture: chips tell where it stands
        self.setEnabled(False)

    @property
    def layers(self) -> int | None:
        """The number of layers it stands at; None at the differential equation and at the equilibrium."""
        return self._layers[self.slider.stop] if self.slider.stop < len(self._layers) else None

    @property
    def at_rest(self) -> bool:
        """Whether it stands at the equilibrium."""
        return self.slider.stop == len(self._layers) + 1

    def name_ends(self, ends: tuple[str, ...]) -> None:
        """Other ends; what was offered is forgotten where they are others."""
        if ends != self._ends:
            self._ends, self._layers, self._told = ends, (), -1
            self.setEnabled(False)
            self._explain()

    def offer(self, layers: tuple[int, ...]) -> None:
        """Offer these numbers of layers; at first it stands at eight."""
        if layers == self._layers:
            return
        at = self.slider.stop - len(self._layers) if self._layers else -math.inf
        chosen = self.layers or _FIRST
        self._layers = layers
        self.slider.set_layers(layers, len(self._ends))
        nearest = int(np.abs(np.array(layers) - chosen).argmin())
        self._told = len(layers) + int(at) if at >= 0 else nearest
        self.slider.set_value(self._told)
        self.setEnabled(True)
        self._tell()

    def set_theme(self, theme: Theme) -> None:
        """Take over colours."""
        self._theme = theme
        self.update()

    def _report(self) -> None:
        if self.slider.stop != self._told:
            self._told = self.slider.stop
            self._tell()
            self.moved.emit()

    def _tell(self) -> None:
        """Name the stop, in words for who does not see it."""
        layers = self.layers
        end = "" if layers is not None else _IN_WORDS[self._ends[self.slider.stop - len(self._layers)]]
        self.slider.setAccessibleDescription(end if layers is None else f"layers: {layers}")
        self.update()

    def _explain(self) -> None:
        then = (f"then the {_IN_WORDS[end]}" for end in self._ends)
        self.slider.setToolTip(", ".join(("More and more layers" if self._ends[0] != _ENDS[0] else _THINNER, *then)))

    def _names(self) -> list[tuple[int, str, QRectF]]:
        """The stops that are named and where: the ends first, then what there is room for."""
        if not self._layers:
            return []
        count, metrics = len(self._layers), QFontMetricsF(plot_font())
        words = {stop: str(layers) for stop, layers in enumerate(self._layers) if layers & (layers - 1) == 0}
        words[0] = "1 layer" if self._layers[0] == 1 else str(self._layers[0])
        words |= {count + place: end for place, end in enumerate(self._ends)}
        found: list[tuple[int, str, QRectF]] = []
        for stop in (count + 1, count, 0, count - 1, *(stop for stop in words if 0 < stop < count - 1)):
            if stop not in words:
                continue
            width = metrics.horizontalAdvance(words[stop])
            middle = self.slider.x() + self.slider.pixel_of(stop)
            left = min(max(middle - width / 2, 0.0), self.width() - width)
            place = QRectF(left, self.height() - _HEIGHT, width, _HEIGHT)
            if not any(place.adjusted(-_GAP, 0, _GAP, 0).intersects(other) for _, _, other in found):
                found.append((stop, words[stop], place))
        return found

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        for stop, _, place in self._names():
            if event.button() == Qt.MouseButton.LeftButton and place.contains(event.position()):
                self.slider.go_to(stop)
                return
        super().mousePressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(plot_font())
        for stop, word, place in self._names():
            painter.setPen(QColor(self._theme.text if stop == self.slider.stop else self._theme.muted))
            painter.drawText(place.adjusted(-2, 0, 2, 0), Qt.AlignmentFlag.AlignCenter, word)
