"""The window's client with a real engine process: requests, cancels and frames."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from functools import partial

import numpy as np
import pytest
from engine_bench import Bench, engine_bench, segments
from fake_engine import grid

from core.readings import VelocityGrid

pytestmark = pytest.mark.process


@pytest.fixture
def bench(qapp, monkeypatch) -> Iterator[Bench]:
    with engine_bench(qapp, monkeypatch) as bench:
        yield bench


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
    assert len(segments(os.getpid())) == (3 if side > 60 else 0)


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


def test_submitting_after_close_does_nothing(bench):
    bench.client.close()
    bench.ask("quick")
    bench.client.cancel()
    assert bench.client.take() is None
    assert len(bench.links) == 1
