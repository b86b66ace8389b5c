"""How long a slider takes to reach the screen, and whether the window ever stutters: `python tests/latency.py`.

Opens the real window without a screen, with its engine in a process of its own, and drags a slider to and fro with
mouse events, 60 a second: of Van der Pol's `mu`, or with `--preset neuron` of a layer's `w`, beside cobweb, spectrum
and gradient card. Measured, in milliseconds:

slider to frame   from a mouse event to the end of the painting that first shows its value, or a newer one, in the
                  field and in the curves, or in the cobweb of a frame that holds spectrum and gradients too
event-loop lag    how late a 10 ms timer of the window's thread is
processor time    of the window's thread for one mouse event and what it brings; unlike the others it hardly
                  depends on what else the machine does

Prints a table and JSON; the exit status is 1 where a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QSlider

from core.frame import Frame
from core.readings import EnsembleRun, Iterations, LayerGradients, Spectrum, Trajectories
from core.request import Request
from explorer import edits, style
from explorer.application import Program
from explorer.conductor import Conductor
from explorer.engine_client import EngineClient
from explorer.window_state import WindowState

SLIDER_P95_GOAL = 50.0
LAG_P95_GOAL = 16.0
HEAVY = ("torch", "scipy", "llvmlite", "sympy")
SETTLE_SECONDS = 2.0
WARM_UP_SECONDS = 6.0
"""The engine imports torch after its first picture; the drag begins when that is over."""


SLIDERS = {
    "van_der_pol": "mu",
    "forced_van_der_pol": "mu",
    "neuron": "w",
    "tutorial_stream_0": "gain",
    "rosenbrock": "a",
}
ANSWERS = (frozenset({Trajectories}), frozenset({Iterations, Spectrum, LayerGradients}))
"""A frame without one of these sets of readings is not yet the answer."""


class Drag(QObject):
    """Moves a slider with the mouse, 60 times a second, and times what comes of it."""

    def __init__(
        self, conductor: Conductor, client: EngineClient, parameter: str, answers: tuple[frozenset[type], ...]
    ) -> None:
        super().__init__(conductor)
        self._answers = answers
        self._slider = conductor.panels.parameters.row(parameter).findChild(QSlider)
        self._waiting: dict[int, float] = {}
        self._generation = 0
        self._drawn = 0
        self.moves = 0
        self.latencies: list[float] = []
        self.frames = 0
        self.complete_frames = 0
        self._submit = client.submit
        client.submit = self._note_submit
        self._canvas = conductor.stage.main
        self._draw = self._canvas.draw
        self._canvas.draw = self._note_frame
        for widget in (self._canvas, *self._canvas.findChildren(QObject)):
            widget.installEventFilter(self)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(16)
        self._timer.timeout.connect(self._move)

    def begin(self) -> None:
        """Press the button and start to move."""
        self._send(QEvent.Type.MouseButtonPress, 0.5)
        self._timer.start()

    def end(self) -> None:
        """Release the button."""
        self._timer.stop()
        self._send(QEvent.Type.MouseButtonRelease, 0.5)
        for widget in (self._canvas, *self._canvas.findChildren(QObject)):
            widget.removeEventFilter(self)

    def _send(self, kind: QEvent.Type, fraction: float) -> None:
        position = QPointF(fraction * self._slider.width(), self._slider.height() / 2)
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
        event = QMouseEvent(
            kind,
            position,
            self._slider.mapToGlobal(position),
            Qt.MouseButton.LeftButton,
            held,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(self._slider, event)

    @Slot()
    def _move(self) -> None:
        self.moves += 1
        before, moved_at = self._generation, time.perf_counter()
        self._send(QEvent.Type.MouseMove, 0.5 - 0.45 * np.cos(2 * np.pi * self.moves / 240))
        if self._generation != before:
            self._waiting[self._generation] = moved_at

    def _note_submit(self, request: Request) -> None:
        self._generation = request.generation
        self._submit(request)

    def _note_frame(self, frame: Frame) -> None:
        self._draw(frame)
        self.frames += 1
        if any(answer <= frame.readings.keys() for answer in self._answers):
            self._drawn = frame.generation
            self.complete_frames += frame.final

    @Slot()
    def _painted(self) -> None:
        now = time.perf_counter()
        for generation in [known for known in self._waiting if known <= self._drawn]:
            self.latencies.append(1e3 * (now - self._waiting.pop(generation)))

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        """After a painting of the plane, every value that is in it has arrived."""
        if event.type() == QEvent.Type.Paint and self._waiting:
            QTimer.singleShot(0, self, self._painted)
        return False


class Lag(QObject):
    """How late a 10 ms timer is."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.lags: list[float] = []
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(10)
        self._timer.timeout.connect(self._note)

    def begin(self) -> None:
        """Start to watch."""
        self._last = time.perf_counter()
        self._timer.start()

    def end(self) -> None:
        """Stop watching."""
        self._timer.stop()

    @Slot()
    def _note(self) -> None:
        now = time.perf_counter()
        self.lags.append(max(0.0, 1e3 * (now - self._last) - 10.0))
        self._last = now


def measure(seconds: float, size: tuple[int, int], preset: str, ensemble: int = 0) -> dict[str, float | list[str]]:
    """The figures of a drag of that many seconds in a window of that size.

    ensemble: how many trajectories are drawn as glow and trails, too; 0 for none.
    """
    application = QApplication([])
    application.setStyle("Fusion")
    style.load_fonts()
    with tempfile.TemporaryDirectory() as folder:
        program = Program(application, WindowState(Path(folder)))
        program.window.resize(*size)
        program.window.show()
        application.processEvents()
        conductor = program.furnish()
        _live(application, WARM_UP_SECONDS)
        conductor.choosing.choose(preset)
        conductor.document.edit(edits.set_ensemble("count", max(1, ensemble)))
        conductor.document.edit(edits.set_ensemble("on", ensemble > 0))
        _live(application, SETTLE_SECONDS)
        answers = (frozenset({Trajectories, EnsembleRun}),) if ensemble else ANSWERS
        drag, lag = Drag(conductor, program.client, SLIDERS[preset], answers), Lag(conductor)
        drag.begin()
        lag.begin()
        spent = time.thread_time()
        _live(application, seconds)
        spent = time.thread_time() - spent
        lag.end()
        drag.end()
        heavy = [name for name in HEAVY if name in sys.modules]
        conductor.recovery.drop()
        program.end()
    return {
        "slider_p50": _percentile(drag.latencies, 50),
        "slider_p95": _percentile(drag.latencies, 95),
        "slider_moves_shown": len(drag.latencies),
        "frames_per_second": drag.frames / seconds,
        "complete_frames_per_second": drag.complete_frames / seconds,
        "moves_per_second": drag.moves / seconds,
        "processor_time_per_move": 1e3 * spent / max(1, drag.moves),
        "lag_p50": _percentile(lag.lags, 50),
        "lag_p95": _percentile(lag.lags, 95),
        "lag_max": max(lag.lags),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else -1.0,
        "heavy_modules": heavy,
    }


def missed(figures: dict[str, float | list[str]]) -> list[str]:
    """The goals that were not reached, in words."""
    goals = [
        (figures["slider_p95"] <= SLIDER_P95_GOAL, f"slider to frame p95 <= {SLIDER_P95_GOAL:g} ms"),
        (figures["lag_p95"] <= LAG_P95_GOAL, f"event-loop lag p95 <= {LAG_P95_GOAL:g} ms"),
        (figures["complete_frames_per_second"] >= 5.0, "at least 5 complete pictures a second"),
        (not figures["heavy_modules"], f"none of {', '.join(HEAVY)} in the window's process"),
    ]
    return [goal for reached, goal in goals if not reached]


def main() -> int:
    """Measure, print, and say by the exit status whether the goals were reached."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=8.0, help="length of the drag")
    parser.add_argument("--size", type=int, nargs=2, default=(1280, 720), metavar=("WIDTH", "HEIGHT"))
    parser.add_argument("--preset", choices=tuple(SLIDERS), default="van_der_pol", help="whose slider is dragged")
    parser.add_argument("--ensemble", type=int, default=0, metavar="N", help="trajectories drawn as glow and trails")
    options = parser.parse_args()
    figures = measure(options.seconds, tuple(options.size), options.preset, options.ensemble)
    for name, value in figures.items():
        print(f"{name:>28}  {value:.1f}" if isinstance(value, float) else f"{name:>28}  {value}")
    print(json.dumps(figures))
    failures = missed(figures)
    for goal in failures:
        print(f"missed: {goal}", file=sys.stderr)
    return 1 if failures else 0


def _live(application: QApplication, seconds: float) -> None:
    QTimer.singleShot(round(1000 * seconds), application.exit)  # quit() would close the window
    application.exec()


def _percentile(values: list[float], percent: float) -> float:
    return float(np.percentile(values, percent)) if values else float("inf")


if __name__ == "__main__":
    raise SystemExit(main())
