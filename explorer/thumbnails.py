"""Small portraits of the prepared systems, painted in idle moments."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPen, QPixmap, QPolygonF

from .portrait import Line, Portrait
from .portraits import portrait_of

if TYPE_CHECKING:
    from core.experiment import Experiment
    from core.language import System

    from .theme import Theme

SIZE = (132, 88)
_RATIO = 2
_FARTHEST = 1e6
_SLICE_SECONDS = 0.003
_PAUSE = 40
"""Milliseconds between two slices, which belong to the picture."""


class Thumbnails(QObject):
    """Paints one portrait after the other, a few milliseconds at a time; keeps them for the theme in force."""

    painted = Signal(str, QPixmap)

    def __init__(self, load: Callable[[str], tuple[Experiment, System]], theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._load = load
        self._theme = theme
        self._portraits: dict[str, Portrait] = {}
        self._queue: list[str] = []
        self._work: Iterator[None] = iter(())
        self._idle = QTimer(self)
        self._idle.setInterval(_PAUSE)
        self._idle.timeout.connect(self._slice)

    def ask(self, names: tuple[str, ...]) -> None:
        """Paint these as time allows."""
        self._queue = list(names)
        self._idle.start()

    def set_theme(self, theme: Theme) -> None:
        """Paint everything that is known in other colours."""
        self._theme = theme
        for name, portrait in self._portraits.items():
            self.painted.emit(name, painted_portrait(portrait, theme))

    def _slice(self) -> None:
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            return  # a drag has the right of way
        deadline = time.perf_counter() + _SLICE_SECONDS
        while time.perf_counter() < deadline:
            if next(self._work, self) is self:  # this one is finished
                if not self._queue:
                    self._idle.stop()
                    return
                self._work = self._portray(self._queue.pop(0))

    def _portray(self, name: str) -> Iterator[None]:
        if name not in self._portraits:
            experiment, system = self._load(name)
            yield
            portrait = portrait_of(experiment, system)
            yield from portrait.follow()
            self._portraits[name] = portrait
        self.painted.emit(name, painted_portrait(self._portraits[name], self._theme))


def painted_portrait(portrait: Portrait, theme: Theme) -> QPixmap:
    """A portrait in a theme's colours, twice as fine as the screen."""
    pixmap = QPixmap(SIZE[0] * _RATIO, SIZE[1] * _RATIO)
    pixmap.setDevicePixelRatio(_RATIO)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(theme.line))
    painter.setBrush(QColor(theme.background))
    painter.drawRoundedRect(QRectF(0.5, 0.5, SIZE[0] - 1, SIZE[1] - 1), 8, 8)
    background, curves, dots = portrait.background(), portrait.curves(), portrait.dots()
    placed = _placed([*background, *curves, *dots])
    for index, group in enumerate(placed[len(placed) - len(dots) :]):
        painter.setPen(QPen(QColor(theme.colour_of(index)), 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoints(group)
    for index, line in enumerate(placed[: len(placed) - len(dots)]):
        faint = index < len(background)
        colour, width = (theme.faint, 1.0) if faint else (theme.colour_of(index - len(background)), 1.3)
        painter.setPen(QPen(QColor(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(line)
    painter.end()
    return pixmap


def _placed(lines: list[Line]) -> list[QPolygonF]:
    """The curves in the pixels of a thumbnail; what is no number or very far is left out."""
    kept = []
    for x, y in lines:
        good = np.isfinite(x) & np.isfinite(y) & (np.abs(x) < _FARTHEST) & (np.abs(y) < _FARTHEST)
        kept.append((x[good], y[good]))
    if not any(len(x) for x, _ in kept):
        return [QPolygonF() for _ in kept]
    width, height = SIZE
    horizontal = _scale([x for x, _ in kept], 8.0, width - 8.0)
    vertical = _scale([y for _, y in kept], height - 8.0, 8.0)
    return [
        QPolygonF([QPointF(a, b) for a, b in zip(horizontal(x).tolist(), vertical(y).tolist(), strict=True)])
        for x, y in kept
    ]


def _scale(parts: list[np.ndarray], first: float, last: float) -> Callable[[np.ndarray], np.ndarray]:
    values = np.concatenate(parts)
    low, high = float(values.min()), float(values.max())
    return lambda part: first + (part - low) / max(high - low, 1e-12) * (last - first)
