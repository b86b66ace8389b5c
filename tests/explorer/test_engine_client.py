"""The window's client with a real engine process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from fake_engine import grid
from PySide6.QtCore import QCoreApplication

from core.channel import EncodedFrame, Submit, read, write
from core.experiment import Experiment
from core.frame import Frame
from core.readings import VelocityGrid
from core.request import Request
from explorer.engine_client import EngineClient
from explorer.engine_link import ProcessLink

HERE = Path(__file__).parent
FAKE = (sys.executable, "-P", str(HERE / "fake_engine.py"))
pytestmark = pytest.mark.process


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


@pytest.fixture
def bench(qapp, monkeypatch) -> Iterator[Bench]:
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    bench = Bench(qapp)
    bench.client.start()
    yield bench
    begin = time.monotonic()
    bench.client.close()
    bench.client.close()
    assert time.monotonic() - begin < 1.0
    assert all(not Path(f"/proc/{link.pid}").exists() for link in bench.links)
    assert list(Path("/dev/shm").glob(f"iex-{os.getpid()}-*")) == []


def test_request_is_answered_and_the_newest_wins(bench):
    first = bench.ask("slow")
    bench.wait(lambda: bench.has(first))
    for _ in range(20):
        last = bench.ask("quick")
    bench.wait(lambda: bench.has(last, final=True))
    assert not bench.has(first, final=True)  # what is superseded has no last word
    bench.wait(lambda: bench.states[-1] == ("idle", "Ready."))
    assert bench.states[0] == ("starting", "The engine is starting.")
    assert bench.said("busy") == ["Computing."]
    assert len(bench.links) == 1


def test_cancel_is_answered_at_once_even_in_a_busy_loop(bench):
    delays = []
    for what in ("slow", "computing", "computing", "slow"):
        generation = bench.ask(what)
        bench.wait(partial(bench.has, generation))
        bench.client.cancel()
        delays.append(bench.wait(partial(bench.has, generation, final=True)))
    assert sorted(delays)[2] < 0.1
    bench.client.cancel()  # nothing runs: nothing happens
    generation = bench.ask("quick")
    bench.wait(lambda: bench.has(generation, final=True))
    assert len(bench.links) == 1


def test_cancel_before_the_run_began_still_ends_it(bench):
    generation = bench.ask("slow")
    bench.client.cancel()
    bench.wait(lambda: bench.has(generation, final=True))
    bench.wait(lambda: bench.states[-1] == ("idle", "Ready."))


def test_drag_faster_than_its_previews_shows_pictures(bench):
    warm = bench.ask("quick")
    bench.wait(lambda: bench.has(warm, final=True))
    bench.frames.clear()
    for _ in range(50):
        last = bench.ask("late 0.03", quality="preview")
        end = time.monotonic() + 0.016
        bench.wait(lambda end=end: time.monotonic() > end)
    assert len({frame.generation for frame in bench.frames if frame.generation < last}) >= 8
    bench.wait(lambda: bench.has(last, final=True))


@pytest.mark.parametrize("side", [8, 60, 700, 1800])
def test_large_frames_arrive_whole(bench, side):
    for _ in range(4):
        generation = bench.ask(f"quick {side}")
        bench.wait(partial(bench.has, generation, final=True))
        reading = bench.frames[-1].get(VelocityGrid)
        np.testing.assert_array_equal(reading.u, grid(generation, side).u)
        np.testing.assert_array_equal(reading.v, grid(generation, side).v)
        assert not reading.u.flags.writeable
    segments = list(Path("/dev/shm").glob(f"iex-{os.getpid()}-*"))
    assert len(segments) == (3 if side > 60 else 0)


@pytest.mark.parametrize("what", ["fails", "unsendable"])
def test_failure_travels_as_a_frame_and_the_engine_lives_on(bench, what):
    generation = bench.ask(what)
    bench.wait(lambda: bench.has(generation, final=True))
    last = bench.frames[-1]
    assert last.error.startswith("The run failed: ")
    assert "Traceback" in last.traceback
    if what == "fails":
        assert last.error == "The run failed: the mass is negative"
        np.testing.assert_array_equal(last.get(VelocityGrid).u, grid(1, 8).u)
    generation = bench.ask("quick")
    bench.wait(lambda: bench.has(generation, final=True))
    assert len(bench.links) == 1


def test_stray_output_does_not_reach_the_pipe(bench):
    generation = bench.ask("prints")
    bench.wait(lambda: bench.has(generation, final=True))
    assert bench.frames[-1].device == "''"  # nor does a stray read
    assert len(bench.links) == 1


def test_killed_from_outside_in_mid_run_it_is_restarted_and_goes_on(bench):
    generation = bench.ask("slow 100")
    bench.wait(lambda: bench.has(generation))
    os.kill(bench.links[0].pid, signal.SIGKILL)
    assert bench.wait(lambda: bench.said("restarting")) < 2.0
    assert bench.said("restarting") == [
        "The engine stopped unexpectedly (signal 9, SIGKILL) and was restarted; your experiment is untouched."
    ]
    bench.frames.clear()
    bench.wait(lambda: bench.has(generation))  # the request was sent again
    generation = bench.ask("quick")
    bench.wait(lambda: bench.has(generation, final=True))
    assert len(bench.links) == 2


def test_request_that_kills_one_engine_is_tried_again(bench, tmp_path):
    generation = bench.ask(f"once {tmp_path / 'mark'}")
    bench.wait(lambda: bench.has(generation, final=True))
    assert bench.frames[-1].error is None
    assert len(bench.links) == 2
    assert bench.said("failed") == []


@pytest.mark.parametrize(
    ("what", "how"),
    [("segfault", "signal 11, SIGSEGV"), ("abort", "signal 6, SIGABRT"), ("exit", "exit status 0")],
)
def test_request_that_kills_two_engines_is_given_up_and_the_next_one_works(bench, what, how):
    generation = bench.ask(what)
    bench.wait(lambda: bench.has(generation, final=True))
    sentence = (
        f"The engine stopped unexpectedly ({how}) twice on this experiment: change the formula or a value to try again."
    )
    assert bench.states[-1] == ("failed", sentence)
    assert bench.frames[-1].error == sentence
    assert len(bench.links) == 2
    generation = bench.ask("quick")
    bench.wait(lambda: bench.has(generation, final=True))
    assert bench.frames[-1].error is None
    assert len(bench.links) == 3


def test_engine_that_does_not_leave_its_run_is_replaced_when_a_newer_request_waits(bench):
    generation = bench.ask("stuck")
    bench.wait(lambda: bench.has(generation))
    generation = bench.ask("quick")
    assert bench.wait(lambda: bench.has(generation, final=True)) < 3.0
    assert bench.said("restarting") == [
        "The engine did not leave its last run for a newer one and was restarted; your experiment is untouched."
    ]
    assert len(bench.links) == 2


def test_run_that_ignores_a_cancel_is_ended_with_its_engine(bench):
    generation = bench.ask("stuck")
    bench.wait(lambda: bench.has(generation))
    bench.client.cancel()
    bench.wait(lambda: bench.has(generation, final=True))
    assert bench.frames[-1].error == "The engine did not end its run when asked; what the run had found is lost."
    bench.wait(lambda: bench.states[-1][0] == "idle")  # a new engine, which was not asked to do it again
    assert len(bench.links) == 2


@pytest.mark.slow
def test_silent_engine_is_replaced(bench):
    generation = bench.ask("stopped")
    bench.wait(lambda: bench.has(generation))
    assert 4.0 < bench.wait(lambda: bench.said("restarting")) < 7.0
    assert bench.said("restarting")[0].startswith("The engine gave no sign of life for 5 s and was restarted")


def test_engine_that_cannot_start_is_tried_twice(qapp):
    states: list[tuple[str, str]] = []
    command = (sys.executable, "-c", "raise SystemExit(3)")
    client = EngineClient(link=lambda notify: ProcessLink(notify, command))
    client.state_changed.connect(lambda *state: states.append(state))
    client.start()
    end = time.monotonic() + 10
    while not (states and states[-1][0] == "failed") and time.monotonic() < end:
        qapp.processEvents()
    client.close()
    assert [state for state, _ in states] == ["starting", "restarting", "failed"]
    assert states[-1][1] == (
        "The engine stopped unexpectedly (exit status 3) twice while starting: "
        "the terminal says why; the next change tries again."
    )


@pytest.mark.parametrize("title", ["computing", "stuck"])
def test_engine_ends_with_the_pipe_in_mid_run(title, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(HERE.parent.parent), str(HERE)]))
    with subprocess.Popen(FAKE, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as engine:
        write(engine.stdin, Submit(1, Request(Experiment("x' = x", title=title), frozenset())))
        while not isinstance(read(engine.stdout), EncodedFrame):
            pass
        engine.stdin.close()
        assert engine.wait(2.0) == 0


WINDOW = """
import os, sys
from PySide6.QtCore import QCoreApplication
from core.experiment import Experiment
from core.request import Request
from explorer.engine_client import EngineClient
from explorer.engine_link import ProcessLink
application = QCoreApplication([])
links = []
def make(notify):
    links.append(ProcessLink(notify, sys.argv[1:]))
    return links[0]
client = EngineClient(link=make)
client.submit(Request(Experiment("x", title="slow 700"), frozenset()))
def show():
    client.take()
    segments = [name for name in os.listdir("/dev/shm") if name.startswith(f"iex-{os.getpid()}-")]
    if len(segments) == 3:
        print(links[0].pid, flush=True)
client.frame_ready.connect(show)
application.exec()
"""


def test_killed_window_leaves_no_process_and_no_shared_memory(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(HERE.parent.parent), str(HERE)]))
    window = subprocess.Popen(
        [sys.executable, "-c", WINDOW, *FAKE], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    engine = int(window.stdout.readline())
    assert Path(f"/proc/{engine}").exists()
    window.kill()
    window.wait()
    window.stdout.close()
    end = time.monotonic() + 2.0
    while time.monotonic() < end and (_alive(engine) or list(Path("/dev/shm").glob(f"iex-{window.pid}-*"))):
        time.sleep(0.01)
    assert not _alive(engine)
    assert list(Path("/dev/shm").glob(f"iex-{window.pid}-*")) == []


def _alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_starts_and_stops_leave_nothing(qapp, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    descriptors = len(os.listdir("/proc/self/fd"))
    for title in ("slow 700", "computing", "quick", "stuck", "slow") * 2:
        bench = Bench(qapp)
        bench.client.start()
        generation = bench.ask(title)
        if title != "slow":
            bench.wait(partial(bench.has, generation))
        bench.client.close()
        assert not Path(f"/proc/{bench.links[0].pid}").exists()
    assert list(Path("/dev/shm").glob(f"iex-{os.getpid()}-*")) == []
    assert len(os.listdir("/proc/self/fd")) <= descriptors + 1  # the shared-memory keeper's pipe


def test_submitting_after_close_does_nothing(bench):
    bench.client.close()
    bench.ask("quick")
    bench.client.cancel()
    assert bench.client.take() is None
    assert len(bench.links) == 1
