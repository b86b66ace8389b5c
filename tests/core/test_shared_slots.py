"""Frames through shared memory, both ends in one process."""

from __future__ import annotations

import errno
import hashlib
import os
from dataclasses import dataclass
from multiprocessing import resource_tracker
from pathlib import Path

import numpy as np
import pytest

from core import shared_slots
from core.channel import EncodedFrame, Place
from core.frame import Frame
from core.shared_slots import SlotReader, SlotWriter


@dataclass(frozen=True)
class Picture:
    """A reading with arrays of awkward sizes."""

    pixels: np.ndarray
    flags: np.ndarray
    name: str = "picture"


def _frame(megabytes: float, seed: int = 0, final: bool = False) -> Frame:
    random = np.random.default_rng(seed)
    picture = Picture(random.random((int(megabytes * 131072), 1)), random.random(1001) > 0.5)
    return Frame(seed, {Picture: picture}, final=final)


def _digest(frame: Frame | None) -> str:
    assert frame is not None
    picture = frame.get(Picture)
    assert picture is not None
    return hashlib.sha256(picture.pixels.tobytes() + picture.flags.tobytes()).hexdigest()


def _segments() -> set[str]:
    return {path.name for path in Path("/dev/shm").glob(f"iex-{os.getpid()}-*")}


@pytest.fixture
def ends():
    reader, writer = SlotReader(), SlotWriter()
    yield reader, writer
    writer.close()
    reader.close()
    assert _segments() == set()


def _grow(reader: SlotReader, writer: SlotWriter, message: EncodedFrame) -> None:
    slots = reader.grow_for(message)
    assert slots is not None
    writer.attach(slots)


def test_small_frame_travels_in_the_message_and_needs_no_segment(ends):
    reader, writer = ends
    frame = _frame(0.01)
    message = writer.encode(1, frame)
    assert isinstance(message.arrays, bytes)
    assert reader.grow_for(message) is None
    assert _digest(reader.decode(message)) == _digest(frame)


def test_large_frames_are_whole_and_read_only_after_slots_grew(ends):
    reader, writer = ends
    first = writer.encode(1, _frame(5))
    assert isinstance(first.arrays, bytes)
    assert _digest(reader.decode(first)) == _digest(_frame(5))
    _grow(reader, writer, first)
    assert len(_segments()) == 3
    for seed in range(7):
        message = writer.encode(1, _frame(5, seed))
        assert isinstance(message.arrays, Place)
        decoded = reader.decode(message)
        assert _digest(decoded) == _digest(_frame(5, seed))
        picture = decoded.get(Picture)
        with pytest.raises(ValueError, match="read-only"):
            picture.pixels[0] = 1.0
        assert picture.flags.dtype == np.bool_
        assert picture.name == "picture"


def test_copy_does_not_change_when_the_slot_is_written_again(ends):
    reader, writer = ends
    _grow(reader, writer, writer.encode(1, _frame(1)))
    kept = reader.decode(writer.encode(1, _frame(1, seed=1)))
    for seed in range(2, 6):
        writer.encode(1, _frame(1, seed))
    assert _digest(kept) == _digest(_frame(1, seed=1))


def test_overwritten_slot_is_noticed(ends):
    reader, writer = ends
    _grow(reader, writer, writer.encode(1, _frame(1)))
    messages = [writer.encode(1, _frame(1, seed)) for seed in range(4)]
    assert reader.decode(messages[0]) is None  # the fourth frame lies where the first was
    for seed in (1, 2, 3):
        assert _digest(reader.decode(messages[seed])) == _digest(_frame(1, seed))


def test_half_written_slot_is_noticed(ends):
    reader, writer = ends
    _grow(reader, writer, writer.encode(1, _frame(1)))
    message = writer.encode(1, _frame(1, seed=1))
    place = message.arrays
    memory = writer._segments[place.index].buf
    memory[0:8] = (place.sequence + 3).to_bytes(8, "little")  # a writer has begun, and not ended
    assert reader.decode(message) is None


def test_growth_unlinks_the_old_slots_and_still_reads_what_lies_in_them(ends):
    reader, writer = ends
    _grow(reader, writer, writer.encode(1, _frame(1)))
    old_names = _segments()
    in_old = writer.encode(1, _frame(1, seed=1))
    oversize = writer.encode(1, _frame(9, seed=2))
    assert isinstance(oversize.arrays, bytes)
    _grow(reader, writer, oversize)
    assert len(_segments()) == 3
    assert not old_names & _segments()
    assert _digest(reader.decode(in_old)) == _digest(_frame(1, seed=1))
    in_new = writer.encode(1, _frame(9, seed=3))
    assert in_new.arrays.edition == in_old.arrays.edition + 1
    assert _digest(reader.decode(in_new)) == _digest(_frame(9, seed=3))
    assert reader.decode(in_old) is None  # its edition is forgotten by now
    assert reader.grow_for(in_new) is None


def test_slots_that_were_replaced_before_they_were_attached_are_passed_over(ends):
    reader, writer = ends
    early = reader.grow_for(writer.encode(1, _frame(1)))
    late = reader.grow_for(writer.encode(1, _frame(9)))
    writer.attach(early)
    assert isinstance(writer.encode(1, _frame(1)).arrays, bytes)
    writer.attach(late)
    message = writer.encode(1, _frame(9, seed=1))
    assert message.arrays.edition == late.edition
    assert _digest(reader.decode(message)) == _digest(_frame(9, seed=1))


def test_slots_that_grew_while_the_reader_was_closed_are_unlinked(ends, monkeypatch):
    reader, writer = ends
    create = shared_slots._create

    def closing(capacity: int):
        segments = create(capacity)
        reader.close()
        return segments

    monkeypatch.setattr(shared_slots, "_create", closing)
    assert reader.grow_for(writer.encode(1, _frame(1))) is None
    assert _segments() == set()


def test_without_shared_memory_frames_keep_to_the_pipe(ends, monkeypatch):
    reader, writer = ends
    attempts = []

    def full(*_: object) -> None:
        attempts.append(1)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    message = writer.encode(1, _frame(2))
    assert reader.grow_for(message) is None
    assert reader.grow_for(message) is None
    assert len(attempts) == 1  # what was refused is not asked for again
    assert _segments() == set()
    assert _digest(reader.decode(message)) == _digest(_frame(2))


def test_array_that_is_not_contiguous_arrives_equal(ends):
    reader, writer = ends
    pixels = np.arange(40000.0).reshape(200, 200)[::2, ::3]
    frame = Frame(1, {Picture: Picture(pixels, np.asfortranarray(pixels > 7))})
    decoded = reader.decode(writer.encode(1, frame)).get(Picture)
    np.testing.assert_array_equal(decoded.pixels, pixels)
    np.testing.assert_array_equal(decoded.flags, pixels > 7)


def test_attaching_is_no_business_of_the_resource_tracker(ends, monkeypatch):
    reader, writer = ends
    slots = reader.grow_for(writer.encode(1, _frame(1)))
    registered = []
    monkeypatch.setattr(resource_tracker, "register", lambda *what: registered.append(what))
    writer.attach(slots)
    assert registered == []
    resource_tracker.register("seen", "shared_memory")
    assert registered == [("seen", "shared_memory")]  # the tracker is as it was


def test_closed_reader_makes_no_segments(ends):
    reader, writer = ends
    reader.close()
    assert reader.grow_for(writer.encode(1, _frame(1))) is None


def test_message_knows_whether_the_frame_is_final(ends):
    _, writer = ends
    assert writer.encode(4, _frame(0.01, final=True)).final
    assert not writer.encode(4, _frame(0.01)).final
