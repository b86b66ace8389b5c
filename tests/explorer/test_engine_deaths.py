"""Engines that die, hang or cannot start, and windows that do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from engine_bench import FAKE, HERE, Bench, engine_bench, segments

from core.channel import EncodedFrame, Submit, read, write
from core.experiment import Experiment
from core.request import Request
from explorer.engine_client import EngineClient
from explorer.engine_link import ProcessLink
from explorer.engine_watch import STARVED_PATIENCE

pytestmark = pytest.mark.process


@pytest.fixture
def bench(qapp, monkeypatch) -> Iterator[Bench]:
    with engine_bench(qapp, monkeypatch) as bench:
        yield bench


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
    assert bench.wait(lambda: bench.has(generation, final=True)) < 2.0 + STARVED_PATIENCE
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
    while time.monotonic() < end and (_alive(engine) or segments(window.pid)):
        time.sleep(0.01)
    assert not _alive(engine)
    assert segments(window.pid) == []


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
    assert segments(os.getpid()) == []
    assert len(os.listdir("/proc/self/fd")) <= descriptors + 1  # the shared-memory keeper's pipe
