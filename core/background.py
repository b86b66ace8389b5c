"""A long computation on a thread of its own, beside a loop that goes on answering, and an end to it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from threading import Thread
from time import perf_counter
from typing import Any, Generic, TypeVar, cast

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

_LOOK = 0.02
"""Seconds between two looks at it."""


class OutOfTimeError(Exception):
    """Raised inside a computation whose time is over, or whose answer nobody waits for any more."""


class Deadline:
    """Asked often by what may take long. whole: that of the computation of which this is a part."""

    def __init__(self, seconds: float, whole: Deadline | None = None) -> None:
        self.seconds = seconds
        self._end = perf_counter() + seconds
        self._left = False
        self._whole = whole

    def leave(self) -> None:
        """Nobody waits any more."""
        self._left = True

    def check(self) -> None:
        """Raise OutOfTimeError where the time is over."""
        if self._left or perf_counter() > self._end:
            raise OutOfTimeError
        if self._whole is not None:
            self._whole.check()


def asking(function: F, deadline: Deadline) -> F:
    """The same function, which asks the deadline at every call."""

    def asked(*arguments: Any) -> Any:
        deadline.check()
        return function(*arguments)

    return cast(F, asked)


class _Running(Thread, Generic[T]):
    def __init__(self, work: Callable[[], T]) -> None:
        super().__init__(name="background", daemon=True)
        self._work = work
        self.answer: list[T] = []
        self.fault: BaseException | None = None

    def run(self) -> None:
        try:
            self.answer.append(self._work())
        except BaseException as fault:  # the waiting thread raises it
            self.fault = fault


def beside(work: Callable[[Deadline], T], seconds: float) -> Generator[None, None, T]:
    """Run `work`, which asks its deadline, on another thread; yields every 20 ms, returns or raises what it does.

    Raises OutOfTimeError after `seconds`. Where the generator is closed first, `work` ends at its next question.
    """
    deadline = Deadline(seconds)
    running = _Running(lambda: work(deadline))
    running.start()
    try:
        while running.is_alive():
            running.join(_LOOK)
            if running.is_alive():
                yield
    finally:
        deadline.leave()
    if running.fault is not None:
        raise running.fault
    return running.answer[0]
