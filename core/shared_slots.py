"""Frames through shared memory: three slots that one process writes in turn and the other copies from.

The window creates the segments, sizes and unlinks them (`SlotReader`); the engine attaches (`SlotWriter`).
Every slot begins with two sequence numbers, one written before and one after the arrays. A copy is whole only
if both are the number that the frame's message names: a slot that was overwritten meanwhile is noticed. With
three slots that happens only to a frame that is two frames old, and a newer message is then on its way.

A set of slots is never resized. A frame that does not fit travels through the pipe, and the window answers it
with a larger set, a new *edition*; the old one is unlinked at once and unmapped when the first frame of the
new edition arrives, since the pipe keeps the order.
"""

from __future__ import annotations

import os
import pickle
import struct
import sys
import threading
from contextlib import suppress
from itertools import accumulate
from typing import TYPE_CHECKING

from .channel import EncodedFrame, Place, Slots
from .deferred import deferred

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from multiprocessing import shared_memory
    from multiprocessing.shared_memory import SharedMemory

    from .frame import Frame
else:  # 40 milliseconds that neither the window's shell nor the first picture waits for
    shared_memory = deferred("multiprocessing.shared_memory")

INLINE_LIMIT = 64 * 1024
"""Frames with fewer bytes of arrays than this always go through the pipe: it is as fast, and needs no segment."""

_SLOT_COUNT = 3
_SEQUENCE = struct.Struct("<Q")
_BEFORE_AT, _AFTER_AT = 0, 8
_HEADER = 64
_ALIGNMENT = 64
_SMALLEST_CAPACITY = 1 << 22
_attaching = threading.Lock()


class SlotWriter:
    """The engine's end."""

    def __init__(self) -> None:
        self._edition = 0
        self._capacity = 0
        self._segments: tuple[SharedMemory, ...] = ()
        self._sequence = 0
        self._lock = threading.Lock()

    def attach(self, slots: Slots) -> None:
        """Write into these slots from now on; slots that are gone already have a larger set on its way."""
        segments: list[SharedMemory] = []
        try:
            segments.extend(map(_attach, slots.names))
        except FileNotFoundError:
            _close(segments)
            return
        with self._lock:
            _close(self._segments)
            self._edition, self._capacity, self._segments = slots.edition, slots.capacity, tuple(segments)

    def encode(self, serial: int, frame: Frame) -> EncodedFrame:
        """Take the arrays out of `frame`: into the next slot, or into the message where they are few or too large."""
        buffers: list[pickle.PickleBuffer] = []
        pickled = pickle.dumps(frame, protocol=5, buffer_callback=buffers.append)
        arrays = [buffer.raw() for buffer in buffers]
        sizes = tuple(array.nbytes for array in arrays)
        with self._lock:
            inside = sum(sizes) >= INLINE_LIMIT and _extent(sizes) <= self._capacity
            return EncodedFrame(serial, frame.final, pickled, sizes, self._store(arrays) if inside else _packed(arrays))

    def _store(self, arrays: Sequence[memoryview]) -> Place:
        self._sequence += 1
        index = self._sequence % len(self._segments)
        memory = _memory(self._segments[index])
        _SEQUENCE.pack_into(memory, _BEFORE_AT, self._sequence)
        _pack(memory[_HEADER:], arrays)
        _SEQUENCE.pack_into(memory, _AFTER_AT, self._sequence)
        return Place(self._edition, index, self._sequence)

    def close(self) -> None:
        """Let go of the segments; the window unlinks them."""
        with self._lock:
            _close(self._segments)
            self._segments, self._capacity = (), 0


class SlotReader:
    """The window's end: makes the segments, copies frames out of them, and unlinks them."""

    def __init__(self) -> None:
        self._sets: dict[int, tuple[SharedMemory, ...]] = {}
        self._edition = 0
        self._capacity = 0
        self._refused = sys.maxsize
        self._closed = False
        self._lock = threading.Lock()

    def grow_for(self, message: EncodedFrame) -> Slots | None:
        """A larger set of slots, for the engine, where `message` had to go through the pipe for its size.

        Called from one thread; `decode` and `close` may be called from another meanwhile.
        None where nothing needs to change, or where the system has no more shared memory: frames of that size
        then keep to the pipe.
        """
        extent = _extent(message.sizes)
        with self._lock:
            fits = extent <= self._capacity or sum(message.sizes) < INLINE_LIMIT
            if fits or self._closed or extent >= self._refused:
                return None
        capacity = max(_SMALLEST_CAPACITY, extent + extent // 2)
        try:
            segments = _create(capacity)  # without the lock: hundreds of megabytes take a while
        except OSError:
            self._refused = extent
            return None
        return self._adopt(segments, capacity)

    def _adopt(self, segments: tuple[SharedMemory, ...], capacity: int) -> Slots | None:
        with self._lock:
            if self._closed:
                _unlink(segments)
                _close(segments)
                return None
            _unlink(self._sets.get(self._edition, ()))
            self._edition += 1
            self._capacity = capacity
            self._sets[self._edition] = segments
            return Slots(self._edition, tuple(segment.name for segment in segments), capacity)

    def decode(self, message: EncodedFrame) -> Frame | None:
        """The frame with arrays of its own, which nobody can write to; None where its slot was overwritten."""
        arrays = message.arrays
        content = self._copy(arrays, _extent(message.sizes)) if isinstance(arrays, Place) else arrays
        if content is None:
            return None
        view = memoryview(content)
        buffers = [view[at : at + size] for at, size in zip(_offsets(message.sizes), message.sizes, strict=False)]
        frame: Frame = pickle.loads(message.pickled, buffers=buffers)
        return frame

    def _copy(self, place: Place, extent: int) -> bytes | None:
        with self._lock:
            self._forget_before(place.edition)
            segments = self._sets.get(place.edition)
            if segments is None:
                return None
            memory = _memory(segments[place.index])
            (after,) = _SEQUENCE.unpack_from(memory, _AFTER_AT)
            content = bytes(memory[_HEADER:extent])
            (before,) = _SEQUENCE.unpack_from(memory, _BEFORE_AT)
        return content if before == after == place.sequence else None

    def _forget_before(self, edition: int) -> None:
        for old in [known for known in self._sets if known < edition]:
            _close(self._sets.pop(old))

    def close(self) -> None:
        """Unlink and unmap everything; safe twice."""
        with self._lock:
            self._closed = True
            _unlink(self._sets.get(self._edition, ()))
            self._forget_before(self._edition + 1)
            self._capacity = 0


def _aligned(at: int) -> int:
    return -(-at // _ALIGNMENT) * _ALIGNMENT


def _offsets(sizes: Iterable[int]) -> list[int]:
    """Where each array begins, and at the end where the next one would."""
    return list(accumulate(map(_aligned, sizes), initial=0))


def _extent(sizes: Iterable[int]) -> int:
    """Bytes of a slot that holds arrays of these sizes."""
    return _HEADER + _offsets(sizes)[-1]


def _memory(segment: SharedMemory) -> memoryview:
    if segment.buf is None:
        raise ValueError(f"the segment {segment.name} is closed")
    return segment.buf


def _pack(memory: memoryview, arrays: Sequence[memoryview]) -> None:
    offsets = _offsets(array.nbytes for array in arrays)
    for at, array in zip(offsets, arrays, strict=False):
        memory[at : at + array.nbytes] = array


def _packed(arrays: Sequence[memoryview]) -> bytes:
    content = bytearray(_offsets(array.nbytes for array in arrays)[-1])
    _pack(memoryview(content), arrays)
    return bytes(content)


def _create(capacity: int) -> tuple[SharedMemory, ...]:
    segments: list[SharedMemory] = []
    try:
        for _ in range(_SLOT_COUNT):
            name = f"iex-{os.getpid()}-{os.urandom(4).hex()}"  # macOS allows 31 characters
            _announce(name)
            segments.append(shared_memory.SharedMemory(name, create=True, size=capacity))
            _reserve(name, capacity)
    except OSError:
        _unlink(segments)
        _close(segments)
        raise
    return tuple(segments)


def _announce(name: str) -> None:
    """Tell the resource tracker of a segment before there is one: a sudden end in between must leave nothing.

    That `SharedMemory` tells it once more makes no difference: the tracker keeps a set.
    """
    if sys.platform != "win32":
        from multiprocessing import resource_tracker  # noqa: PLC0415  as costly as the module above

        resource_tracker.register(f"/{name}", "shared_memory")


def _reserve(name: str, capacity: int) -> None:
    """Take the memory now: where /dev/shm is full, writing later would kill the engine with SIGBUS."""
    path = f"/dev/shm/{name}"
    if hasattr(os, "posix_fallocate") and os.path.exists(path):
        descriptor = os.open(path, os.O_RDWR)
        try:
            os.posix_fallocate(descriptor, 0, capacity)
        finally:
            os.close(descriptor)


def _attach(name: str) -> SharedMemory:
    """Map a segment of the window, unknown to this process's resource tracker.

    The tracker unlinks what a process leaves behind, and warns: for a segment that the window owns both would
    be wrong. Merely starting one would cost a process.
    """
    if sys.version_info >= (3, 13):
        return shared_memory.SharedMemory(name, track=False)
    from multiprocessing import resource_tracker  # noqa: PLC0415  as costly as the module above

    with _attaching:
        register = resource_tracker.register
        resource_tracker.register = lambda *_: None
        try:
            return shared_memory.SharedMemory(name)
        finally:
            resource_tracker.register = register


def _unlink(segments: Iterable[SharedMemory]) -> None:
    for segment in segments:
        with suppress(FileNotFoundError):
            segment.unlink()


def _close(segments: Iterable[SharedMemory]) -> None:
    for segment in segments:
        segment.close()
