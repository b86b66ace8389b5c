"""A client of the fake engine, for tests of the window's end of the link."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from core.experiment import Experiment
from core.frame import Frame
from core.readings import VelocityGrid
from core.request import Request
from explorer.engine_client import EngineClient
from explorer.engine_link import ProcessLink

HERE = Path(__file__).parent
FAKE = (sys.executable, "-P", str(HERE / "fake_engine.py"))


def segments(process: int) -> list[Path]:
    """The shared-memory segments that a window made."""
    return list(Path("/dev/shm").glob(f"iex-{process}-*"))


class Bench:
    """A client with the fake engine, everything it said, and the links it made."""

    def __init__(self, application: QCoreApplication) -> None:
        self._application = application
        self.links: list[ProcessLink] = []
        self.states: list[tuple[str, str]] = []
        self.frames: list[Frame] = []
        self.client = EngineClient(link=self._make_link)
        self.client.state_changed.connect(self._note_state)
        self.client.frame_ready.connect(self._take)
        self._generation = 0

    def ask(self, title: str, quality: str = "full") -> int:
        """Submit what the fake engine is to do; its generation."""
        self._generation += 1
        experiment = Experiment("x' = x", title=title)
        self.client.submit(Request(experiment, frozenset({VelocityGrid}), None, quality, self._generation))
        return self._generation

    def wait(self, condition: Callable[[], object], seconds: float = 10.0) -> float:
        """Let the window live until the condition holds; the seconds it took."""
        begin = time.monotonic()
        while not condition():
            assert time.monotonic() - begin < seconds, (self.states, self.frames[-3:])
            self._application.processEvents()
            time.sleep(0.001)
        return time.monotonic() - begin

    def has(self, generation: int, final: bool = False) -> bool:
        """Whether a frame of that generation arrived."""
        return any(frame.generation == generation and frame.final >= final for frame in self.frames)

    def said(self, state: str) -> list[str]:
        """The sentences said in that state."""
        return [sentence for known, sentence in self.states if known == state]

    def _make_link(self, notify: Callable[[], None]) -> ProcessLink:
        self.links.append(ProcessLink(notify, FAKE))
        return self.links[-1]

    def _note_state(self, state: str, sentence: str) -> None:
        self.states.append((state, sentence))

    def _take(self) -> None:
        frame = self.client.take()
        if frame is not None:
            self.frames.append(frame)


@contextmanager
def engine_bench(application: QCoreApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A bench that is closed at the end, in time, leaving neither process nor shared memory."""
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    bench = Bench(application)
    bench.client.start()
    yield bench
    begin = time.monotonic()
    bench.client.close()
    bench.client.close()
    assert time.monotonic() - begin < 1.0
    assert all(not Path(f"/proc/{link.pid}").exists() for link in bench.links)
    assert segments(os.getpid()) == []
