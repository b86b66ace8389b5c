"""The contract of a probe: it lives in the engine for one run, is fed records, and is read now and then."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

if TYPE_CHECKING:
    from .outcome import Outcome
    from .run_context import RunContext
    from .telemetry import Steps

R = TypeVar("R")


class Probe(ABC, Generic[R]):
    """Turns records into one immutable, already decimated reading.

    `reading` is the class a view asks for. A quantity that hangs on the experiment and viewport alone (a
    velocity grid, equilibria) computes it in `begin`; one that hangs on the steps collects them in `feed`.
    """

    reading: ClassVar[type]
    title: ClassVar[str]
    """What is being computed, in words, for the progress display."""
    follows_steps: ClassVar[bool] = False
    """Whether it has to be fed; a probe of the field alone is read before anything is integrated."""

    @abstractmethod
    def begin(self, context: RunContext) -> None:
        """Called once before the loop; no call may take longer than about 50 ms in preview quality."""

    def feed(self, steps: Steps) -> None:
        """Take a block of steps."""

    def end(self, outcomes: tuple[Outcome, ...], forward: bool) -> None:
        """The loop in one direction of time is over, with one outcome per trajectory."""

    @abstractmethod
    def read(self) -> R | None:
        """The reading so far: frozen host arrays; None while there is nothing."""
