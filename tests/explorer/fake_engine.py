"""An engine whose runs do what the experiment's title says: for tests of the window's end of the link."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from core.frame import Frame
from core.readings import VelocityGrid
from core.request import Request


def grid(generation: int, side: int) -> VelocityGrid:
    """A reading of 16 * side**2 bytes that hangs on its generation alone."""
    axis = np.linspace(0.0, 1.0, side)
    u = np.random.default_rng(generation).random((side, side))
    return VelocityGrid("x", "y", axis, axis, u, u + generation, None, ())


def frames(request: Request, should_stop: Callable[[], bool]) -> Iterator[Frame]:
    """Do what the title says: its first word names a behaviour below, the others are its arguments."""
    what, *arguments = request.experiment.title.split()
    yield from _BEHAVIOURS[what](request, should_stop, *arguments)


def _quick(request: Request, _: Callable[[], bool], side: str = "8") -> Iterator[Frame]:
    yield Frame(request.generation, {VelocityGrid: grid(request.generation, int(side))}, final=True)


def _slow(request: Request, should_stop: Callable[[], bool], side: str = "8") -> Iterator[Frame]:
    reading = grid(request.generation, int(side))
    while not should_stop():
        yield Frame(request.generation, {VelocityGrid: reading})
        time.sleep(0.002)


def _computing(request: Request, should_stop: Callable[[], bool]) -> Iterator[Frame]:
    """A loop that never lets the interpreter rest."""
    yield Frame(request.generation)
    while not should_stop():
        sum(range(2000))


def _late(request: Request, should_stop: Callable[[], bool], seconds: str = "0.03") -> Iterator[Frame]:
    """A first picture that takes its time, and looks around meanwhile."""
    end = time.monotonic() + float(seconds)
    while time.monotonic() < end and not should_stop():
        time.sleep(0.001)
    if not should_stop():
        yield Frame(request.generation, {VelocityGrid: grid(request.generation, 8)}, final=True)


def _stuck(request: Request, _: Callable[[], bool]) -> Iterator[Frame]:
    """A run that never looks at should_stop, while the rest of the process lives."""
    yield Frame(request.generation)
    while True:
        sum(range(2000))


def _stopped(request: Request, _: Callable[[], bool]) -> Iterator[Frame]:
    """The whole process falls silent."""
    yield Frame(request.generation)
    os.kill(os.getpid(), signal.SIGSTOP)


def _fails(request: Request, _: Callable[[], bool]) -> Iterator[Frame]:
    yield Frame(request.generation, {VelocityGrid: grid(1, 8)})
    raise ArithmeticError("the mass is negative")


def _unsendable(request: Request, _: Callable[[], bool]) -> Iterator[Frame]:
    yield Frame(request.generation, {VelocityGrid: (lambda: None)})


def _prints(request: Request, _: Callable[[], bool]) -> Iterator[Frame]:
    """Everything that could disturb the pipes."""
    print("a stray print")
    os.write(1, b"a stray write")
    os.system("echo a stray child; cat")
    yield Frame(request.generation, final=True, device=repr(sys.stdin.read()))


def _dies(how: Callable[[], object]) -> Callable[..., Iterator[Frame]]:
    def behaviour(request: Request, _: Callable[[], bool]) -> Iterator[Frame]:
        yield Frame(request.generation)
        how()

    return behaviour


def _once(request: Request, should_stop: Callable[[], bool], mark: str) -> Iterator[Frame]:
    """Die the first time, and work the second."""
    path = Path(mark)
    if not path.exists():
        path.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    yield from _quick(request, should_stop)


_BEHAVIOURS: dict[str, Callable[..., Iterator[Frame]]] = {
    "quick": _quick,
    "slow": _slow,
    "computing": _computing,
    "late": _late,
    "stuck": _stuck,
    "stopped": _stopped,
    "fails": _fails,
    "unsendable": _unsendable,
    "prints": _prints,
    "killed": _dies(lambda: os.kill(os.getpid(), signal.SIGKILL)),
    "segfault": _dies(lambda: ctypes.string_at(0)),
    "abort": _dies(os.abort),
    "exit": _dies(lambda: sys.exit(0)),
    "once": _once,
}

if __name__ == "__main__":
    from core.engine_process import run_engine

    run_engine(frames, after_first=lambda: None)
