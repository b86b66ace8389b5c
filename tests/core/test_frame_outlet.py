"""The engine sends at a bounded rate, and loses nothing by it."""

from __future__ import annotations

import os
import threading
import time

import pytest

from core.channel import EncodedFrame, Status, read
from core.frame import Frame
from core.frame_outlet import FRAME_INTERVAL, HEARTBEAT_INTERVAL, FrameOutlet
from core.shared_slots import SlotReader


class Listener:
    """The other end of the pipe."""

    def __init__(self) -> None:
        source, sink = os.pipe()
        self._source = os.fdopen(source, "rb")
        self.sink = os.fdopen(sink, "wb")
        self.messages: list[object] = []
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        try:
            while True:
                self.messages.append(read(self._source))
        except EOFError:
            self._source.close()

    def frames(self) -> list[tuple[int, Frame]]:
        reader = SlotReader()
        found = [message for message in self.messages if isinstance(message, EncodedFrame)]
        return [(message.serial, reader.decode(message)) for message in found]

    def states(self) -> list[tuple[str, int, bool]]:
        found = [message for message in self.messages if isinstance(message, Status)]
        return [(status.state, status.serial, status.importing) for status in found]

    def close(self) -> None:
        self.sink.close()
        self._thread.join()


@pytest.fixture
def listener():
    listener = Listener()
    yield listener
    if not listener.sink.closed:
        listener.close()


def _beating(outlet: FrameOutlet) -> threading.Thread:
    def beat() -> None:
        with pytest.raises(ValueError, match="closed"):
            outlet.beat()

    thread = threading.Thread(target=beat)
    thread.start()
    return thread


def test_burst_is_thinned_and_ends_with_the_newest_frame(listener):
    outlet = FrameOutlet(listener.sink)
    thread = _beating(outlet)
    began = time.monotonic()
    outlet.begin(5)
    for generation in range(200):
        outlet.show(Frame(generation))
    shown = time.monotonic()
    time.sleep(6 * FRAME_INTERVAL)
    listener.close()
    thread.join()
    frames = listener.frames()
    assert frames[0][1].generation == 0  # the first is not made to wait
    assert frames[-1][1].generation == 199  # the last is not lost, though it was early and no other came
    assert 2 <= len(frames) <= 2 + (shown - began) / FRAME_INTERVAL
    assert {serial for serial, _ in frames} == {5}


def test_final_frame_does_not_wait_and_is_the_last_of_its_run(listener):
    outlet = FrameOutlet(listener.sink)
    outlet.begin(1)
    outlet.show(Frame(0))
    outlet.show(Frame(1))
    outlet.show(Frame(2, final=True))
    outlet.end()
    thread = _beating(outlet)
    time.sleep(3 * FRAME_INTERVAL)
    listener.close()
    thread.join()
    assert [frame.generation for _, frame in listener.frames()] == [0, 2]


def test_new_run_drops_what_is_left_of_the_old_one_and_shows_at_once(listener):
    outlet = FrameOutlet(listener.sink)
    outlet.begin(1)
    outlet.show(Frame(0))
    outlet.show(Frame(1))
    outlet.begin(2)
    outlet.show(Frame(2))
    listener.close()
    assert [(serial, frame.generation) for serial, frame in listener.frames()] == [(1, 0), (2, 2)]


def test_signs_of_life_name_state_and_import(listener):
    outlet = FrameOutlet(listener.sink)
    thread = _beating(outlet)
    time.sleep(2.5 * HEARTBEAT_INTERVAL)
    outlet.begin(3)
    outlet.importing(True)
    outlet.importing(True)
    outlet.importing(False)
    outlet.end()
    listener.close()
    thread.join()
    states = listener.states()
    assert 2 <= states.count(("idle", 0, False)) <= 4
    assert states[states.count(("idle", 0, False)) :] == [
        ("busy", 3, False),
        ("busy", 3, True),
        ("busy", 3, False),
        ("idle", 3, False),
    ]
