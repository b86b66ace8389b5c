"""From the document to the engine and back: requests with generation numbers, frames to the views."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from core.readings import (
    AdjointGap,
    DepthErrors,
    DepthLimit,
    GradientCosts,
    GradientErrors,
    GronwallCone,
    IntegratorRace,
    LayerGradients,
    LossLandscape,
    PicardIterates,
    Spectrum,
    StabilitySteps,
    TransientGrowth,
)
from core.request import Request

from .asking import Asking
from .drawing_turns import DrawingTurns
from .following import Following
from .single_shot import single_shot

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.fit_task import FitTask
    from core.frame import Frame
    from core.module_file import ModuleSource

    from .document import Document
    from .engine_client import EngineClient
    from .frame_clock import FrameClock
    from .stage import Stage
    from .view import View

_SETTLE = 150
"""Milliseconds without a change after which a preview is computed in full quality, even while the button is down."""
_OF_ONE = frozenset(
    {
        LayerGradients,
        DepthErrors,
        DepthLimit,
        AdjointGap,
        GradientCosts,
        GradientErrors,
        GronwallCone,
        IntegratorRace,
        LossLandscape,
        PicardIterates,
        Spectrum,
        StabilitySteps,
        TransientGrowth,
    }
)
"""Readings of the trajectory or sample that is looked at."""
_LOOK_AROUND = 40
"""Milliseconds between requests while a person pans or zooms."""


class Solving(QObject):
    """Asks for what the visible views want, and hands them the newest frame."""

    frame_taken = Signal(object)

    def __init__(
        self,
        document: Document,
        client: EngineClient,
        clock: FrameClock,
        stage: Stage,
        parent: QObject | None = None,
        modules: Callable[[], Mapping[str, ModuleSource]] = dict,
    ) -> None:
        """modules: the Python files that the document's layer may run, by the names in its text."""
        super().__init__(parent)
        self.asking = Asking(document, stage, modules)
        self._document = document
        self._client = client
        self._clock = clock
        self._stage = stage
        self._generation = 0
        self._first_of_system = 1
        self._drawn = 0
        self._turns = DrawingTurns(stage)
        self._following = Following()
        self._asked: Request | None = None  # last, whatever its generation
        self._asks = False  # at the next look, even if it is the same question
        self._settle = single_shot(self, self.submit, _SETTLE)
        self._look_around = single_shot(self, self._look_now, _LOOK_AROUND)
        document.opened.connect(self._following.forget)
        document.system_changed.connect(self._begin_system)
        document.experiment_changed.connect(self._follow)
        document.settled.connect(self.submit)
        client.frame_ready.connect(clock.wake)
        stage.changed.connect(self._turns.follow_stage)
        stage.changed.connect(self._glance)
        for view in stage.views:
            view.viewport_changed.connect(self._glance)
            view.wants_changed.connect(self._look)

    def submit(self, *, preview: bool = False) -> None:
        """Compute the experiment in full quality; preview: once more only after a coarse picture."""
        self._send(self.asking.request("preview" if preview else "full"))
        if preview:
            self._settle.start()

    def submit_every_step(self) -> int:
        """Compute once more, keeping every accepted step for an export; returns the request's generation."""
        self._send(self.asking.request("full", every_step=True))
        return self._generation

    def lead(self, fit: FitTask | None, *, now: bool = True) -> None:
        """Ask for this fit with every request from now on (None: for none), with the first one now, as a preview."""
        self.asking.fit = fit
        if now:
            self._send(self.asking.request("preview"))

    def cancel(self) -> None:
        """Stop computing; what is there stays."""
        self._clock.expect(False)
        self._settle.stop()
        self._look_around.stop()
        self._asked = None
        self._client.cancel()

    def set_time(self, t: float) -> None:
        """Freeze an explicitly time-dependent field at t."""
        if t != self.asking.time:
            self.asking.time = t
            if not self._document.system.autonomous:
                self._look()

    def set_focus(self, index: int) -> None:
        """Another trajectory or sample is looked at: what is computed of one alone follows."""
        if index != self.asking.focus:
            self.asking.focus = index
            estimated = self._document.experiment.integration.global_error
            if estimated or any(_OF_ONE & view.wanted for view in self._stage.on):
                self._look()

    def take(self) -> View | None:
        """Draw the newest frame in one view, unless it is of another system or older than what is shown.

        Returns the view that has drawn.

        A frame of an earlier generation of this system is drawn: while a slider moves, there is always a newer
        request under way, and waiting for its answer would freeze the picture.
        """
        ready = self._turns.ready
        frame = self._client.take() if ready else None
        if frame is not None and self.is_newest(frame):
            self._clock.expect(False)
        if frame is not None and frame.generation >= max(self._drawn, self._first_of_system):
            self._drawn = frame.generation
            self._following.take(frame)
            self._turns.hand_out(frame)
            self.frame_taken.emit(frame)
        drawn = self._turns.next()
        if self._turns.waiting or not ready:
            self._clock.wake()
        return drawn

    def is_newest(self, frame: Frame) -> bool:
        """Whether a frame answers the latest request."""
        return frame.generation == self._generation

    def _begin_system(self) -> None:
        self._turns.forget()
        self._first_of_system = self._generation + 1
        self.asking.time = None

    def _follow(self) -> None:
        if self._document.dragging:
            self._send(self.asking.request("preview"))
            if self.asking.fit is None:  # it goes on until it rests, and full quality would only delay it
                self._settle.start()
        else:
            self.submit()

    def _glance(self) -> None:
        """Ask again soon, unless the view comes back to where it was: a legend may take a line and give it back."""
        if not self._look_around.isActive():
            self._look_around.start()

    def _look(self) -> None:
        """Ask again soon."""
        self._asks = True
        self._glance()

    def _look_now(self) -> None:
        request = self.asking.request("full")
        if self._asks or request != self._asked:
            self._send(request)

    def _send(self, request: Request) -> None:
        self._settle.stop()
        self._look_around.stop()
        self._clock.expect(request.quality == "preview")
        self._asked, self._asks = request, False
        self._generation += 1
        cold = bool(QGuiApplication.queryKeyboardModifiers() & Qt.KeyboardModifier.ControlModifier)
        warm_start = self._following.start(request.experiment, self._generation, cold and self._document.dragging)
        self._client.submit(replace(request, generation=self._generation, warm_start=warm_start))
