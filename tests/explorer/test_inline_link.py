"""The engine in the window's own event loop."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import QCoreApplication

from core.experiment import Experiment
from core.frame import Frame
from core.request import Request
from explorer.engine_client import EngineClient
from explorer.inline_link import InlineLink


def _frames(request, should_stop):
    for count in range(int(request.experiment.title)):
        if should_stop():
            return
        yield Frame(request.generation, evaluations=count)
    if request.quality == "preview":
        raise ArithmeticError("the mass is negative")


class Window:
    """A client, and every frame that its signal announced."""

    def __init__(self, application: QCoreApplication) -> None:
        self._application = application
        self.client = EngineClient(link=partial(InlineLink, frames=_frames))
        self.client.frame_ready.connect(self._take)
        self.frames: list[tuple[int, int, bool]] = []
        self.errors: list[str] = []
        self.states: list[str] = []
        self.client.state_changed.connect(self._note)
        self.client.start()

    def ask(self, generation: int, count: int, quality: str = "full") -> None:
        experiment = Experiment("x' = x", title=str(count))
        self.client.submit(Request(experiment, frozenset(), None, quality, generation))

    def turn(self, times: int) -> None:
        for _ in range(times):
            self._application.processEvents()

    def _take(self) -> None:
        frame = self.client.take()
        assert frame is not None
        self.frames.append((frame.generation, frame.evaluations, frame.final))
        if frame.error is not None:
            self.errors.append(frame.error)

    def _note(self, state: str, _: str) -> None:
        self.states.append(state)


@pytest.fixture
def window(qapp):
    window = Window(qapp)
    yield window
    window.client.close()
    window.client.close()


def test_every_frame_arrives_in_turn(window):
    window.ask(1, 3)
    window.turn(50)
    assert window.frames == [(1, 0, False), (1, 1, False), (1, 2, False), (1, 2, True)]
    assert window.states == ["starting", "busy", "idle"]


def test_newer_request_takes_over_at_once(window):
    window.ask(1, 1000)
    window.turn(10)
    window.ask(2, 1)
    window.turn(50)
    assert 1 <= len([frame for frame in window.frames if frame[0] == 1]) < 50
    assert not any(final for generation, _, final in window.frames if generation == 1)
    assert window.frames[-1] == (2, 0, True)


def test_cancel_ends_with_what_is_there(window):
    window.ask(1, 1000)
    window.turn(10)
    seen = window.frames[-1][1]
    window.client.cancel()
    window.turn(10)
    assert window.frames[-1] in ((1, seen, True), (1, seen + 1, True))
    window.ask(2, 1)
    window.turn(20)
    assert window.frames[-1] == (2, 0, True)


def test_failure_is_a_frame(window):
    window.ask(1, 2, quality="preview")
    window.turn(20)
    assert window.frames[-1] == (1, 1, True)
    assert window.errors == ["The run failed: the mass is negative"]


def test_closed_client_goes_on_with_nothing(window):
    window.ask(1, 1000)
    window.turn(10)
    window.client.close()
    seen = len(window.frames)
    window.turn(50)
    assert len(window.frames) == seen
    assert window.client.take() is None
