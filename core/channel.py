"""What the window and its engine say to each other, and how it goes through a pipe.

A message is one pickle behind its length. Only these two processes, started by the same program, hold the
ends of the pipes: nothing that comes from a file or a stranger is ever unpickled.
"""

from __future__ import annotations

import pickle
import struct
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from .request import Request

_LENGTH = struct.Struct("<Q")


@dataclass(frozen=True)
class Submit:
    """Window to engine: do this instead of whatever is going on. `serial` counts submissions upwards from 1."""

    serial: int
    request: Request


@dataclass(frozen=True)
class Cancel:
    """Window to engine: end every run up to and including `serial`."""

    serial: int


@dataclass(frozen=True)
class Slots:
    """Window to engine: write frames into these shared-memory segments of at least `capacity` bytes each.

    edition: counts the sets of slots upwards from 1; a frame names the edition it was written into.
    """

    edition: int
    names: tuple[str, ...]
    capacity: int


@dataclass(frozen=True)
class Status:
    """Engine to window: a sign of life.

    serial: the submission that is being worked on, or was last; 0 before the first.
    importing: torch is being imported, which may hold the interpreter for a long while on a cold disk.
    worked: seconds of processor time that the engine has had since it started.
    """

    state: Literal["idle", "busy"]
    serial: int
    importing: bool
    worked: float = 0.0


@dataclass(frozen=True)
class Place:
    """Where in shared memory a frame's arrays lie: the slot `index` of `edition`, valid while it holds `sequence`."""

    edition: int
    index: int
    sequence: int


@dataclass(frozen=True)
class EncodedFrame:
    """Engine to window: a frame, its arrays taken out of the pickle.

    sizes: bytes of each array, in the order the pickle wants them.
    arrays: where they lie in shared memory, or the bytes themselves, one array behind the other.
    """

    serial: int
    final: bool
    pickled: bytes
    sizes: tuple[int, ...]
    arrays: Place | bytes


def write(stream: IO[bytes], message: object) -> None:
    """Send one message and flush; raises OSError where the other end is gone."""
    content = pickle.dumps(message, protocol=5)
    stream.write(_LENGTH.pack(len(content)))
    stream.write(content)
    stream.flush()


def read(stream: IO[bytes]) -> object:
    """Wait for the next message; raises EOFError where the other end is gone, even in the middle of a message."""
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    return pickle.loads(_exactly(stream, length))


def _exactly(stream: IO[bytes], count: int) -> bytes:
    content = stream.read(count)
    if len(content) < count:
        raise EOFError("the pipe was closed")
    return content
