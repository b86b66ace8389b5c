"""Small portraits of the prepared systems, painted in idle moments."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPen, QPixmap, QPolygonF

from core.experiment import starting_points
from core.language import python_field

from .edits import span_of

if TYPE_CHECKING:
    from core.experiment import Experiment
    from core.language import System

    from .theme import Theme

SIZE = (132, 88)
_RATIO = 2
_STEPS = 750
"""Of a plane system; a curve in space winds more and takes twice as many."""
_STEPS_AT_ONCE = 20
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
        self._curves: dict[str, Portrait] = {}
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
        for name, portrait in self._curves.items():
            self.painted.emit(name, portrait.pixmap(theme))

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
        if name not in self._curves:
            experiment, system = self._load(name)
            yield
            portrait = Portrait(experiment, system)
            yield from portrait.follow()
            self._curves[name] = portrait
        self.painted.emit(name, self._curves[name].pixmap(self._theme))


class Portrait:
    """The curves from a system's starts, projected on its first two components (t and x where it has one)."""

    def __init__(self, experiment: Experiment, system: System) -> None:
        self._system = system
        span = span_of(experiment, system)
        self._values = [experiment.values.get(name, default) for name, default in system.defaults().items()]
        self._start = np.asarray(starting_points(experiment, system)[:6], dtype=float)
        self._points = np.empty((0, *self._start.shape))
        self._times = np.linspace(*span, (_STEPS if system.size < 3 else 2 * _STEPS) + 1)

    def follow(self) -> Iterator[None]:
        """Integrate by classic Runge-Kutta with fixed steps, in slices; a picture of 132 pixels needs no more."""
        points = np.full((len(self._times), *self._start.shape), np.nan)
        for column, start in enumerate(self._start.tolist()):
            for index, z in enumerate(_steps(self._system, self._values, tuple(start), self._times.tolist())):
                points[index, column] = z
                if index % _STEPS_AT_ONCE == 0:
                    yield
        self._points = points

    def pixmap(self, theme: Theme) -> QPixmap:
        """The portrait in a theme's colours."""
        pixmap = QPixmap(SIZE[0] * _RATIO, SIZE[1] * _RATIO)
        pixmap.setDevicePixelRatio(_RATIO)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.line))
        painter.setBrush(QColor(theme.background))
        painter.drawRoundedRect(QRectF(0.5, 0.5, SIZE[0] - 1, SIZE[1] - 1), 8, 8)
        for index, (x, y) in enumerate(self._placed()):
            painter.setPen(QPen(QColor(theme.colour_of(index)), 1.3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawPolyline(QPolygonF([QPointF(a, b) for a, b in zip(x, y, strict=True)]))
        painter.end()
        return pixmap

    def _placed(self) -> list[tuple[np.ndarray, np.ndarray]]:
        if self._points.shape[2] == 1:
            x = np.broadcast_to(self._times[:, None], self._points.shape[:2])
            y = self._points[:, :, 0]
        else:
            x, y = self._points[:, :, 0], self._points[:, :, -1 if self._points.shape[2] == 3 else 1]
        good = np.isfinite(x) & np.isfinite(y) & (np.abs(x) < 1e6) & (np.abs(y) < 1e6)
        if not good.any():
            return []
        width, height = SIZE
        horizontal = _scaled(x, good, 8.0, width - 8.0)
        vertical = _scaled(y, good, height - 8.0, 8.0)
        return [(horizontal[keep, i], vertical[keep, i]) for i, keep in enumerate(good.T) if keep.sum() > 1]


def _steps(
    system: System, values: Sequence[float], z: tuple[float, ...], times: Sequence[float]
) -> Iterator[tuple[float, ...]]:
    """The states at `times`; plain floats, which are far quicker than arrays for a single point."""
    f, h = python_field(system), times[1] - times[0]
    yield z
    for t in times[:-1]:
        k1 = f(t, z, values)
        k2 = f(t + h / 2, [a + h / 2 * k for a, k in zip(z, k1, strict=True)], values)
        k3 = f(t + h / 2, [a + h / 2 * k for a, k in zip(z, k2, strict=True)], values)
        k4 = f(t + h, [a + h * k for a, k in zip(z, k3, strict=True)], values)
        z = tuple(a + h / 6 * (p + 2 * q + 2 * r + s) for a, p, q, r, s in zip(z, k1, k2, k3, k4, strict=True))
        yield z


def _scaled(values: np.ndarray, good: np.ndarray, first: float, last: float) -> np.ndarray:
    low, high = float(values[good].min()), float(values[good].max())
    return first + (values - low) / max(high - low, 1e-12) * (last - first)
