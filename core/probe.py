"""The contracts of probes: they live in the engine for one run, are fed records, and are read now and then."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

if TYPE_CHECKING:
    from .event_points import EventLog
    from .outcome import Outcome
    from .readings.iterations import SolverRun
    from .run_context import RunContext
    from .telemetry import DescentRecords, Iterates, Steps

R = TypeVar("R")


class Probe(ABC, Generic[R]):
    """Turns what is computed into one immutable, already decimated reading.

    `reading` is the class a view asks for. A quantity that hangs on the experiment and viewport alone (a
    velocity grid, equilibria) is computed in `begin`; the contracts below are fed what a solver does.
    """

    reading: ClassVar[type]
    title: ClassVar[str]
    """What is being computed, in words, for the progress display."""
    kinds: ClassVar[frozenset[str]] = frozenset({"ode", "map", "root", "minimise"})
    """Kinds of systems that have such a reading; of others it is never made."""
    knows_events: ClassVar[bool] = False
    """Whether it is right for a text with events (when ...); else such a system has no such reading."""

    knows_noise: ClassVar[bool] = False
    """Whether it is right for a text with noise (dW), or speaks of its drift and says so; else the same."""

    looks_at_learner: ClassVar[bool] = False
    """Whether it asks the context for what learns."""

    follows_weights: ClassVar[bool] = True
    """Whether it is computed anew for every picture while a network learns; else for the first and the last one that a
    request is answered with."""

    @abstractmethod
    def begin(self, context: RunContext) -> None:
        """Called once before the loop; no call may take longer than about 50 ms in preview quality."""

    @abstractmethod
    def read(self) -> R | None:
        """The reading so far: frozen host arrays; None while there is nothing."""


class StepsProbe(Probe[R]):
    """Fed the steps of an integration."""

    kinds = frozenset({"ode", "minimise"})

    def feed(self, steps: Steps) -> None:
        """Take a block of steps."""

    def watch(self, logs: Sequence[EventLog]) -> None:
        """Where the events of the text are noted while the steps are fed: one log per event."""

    def end(self, outcomes: tuple[Outcome, ...], forward: bool) -> None:
        """The loop in one direction of time is over, with one outcome per trajectory."""


class IteratesProbe(Probe[R]):
    """Fed the iterations of one root solver after the other."""

    kinds = frozenset({"map", "root"})
    wants_details: ClassVar[bool] = False
    """Whether its records must hold what pictures show of a solver's inside."""

    @abstractmethod
    def open(self, solver: str) -> None:
        """What follows is of this solver."""

    @abstractmethod
    def feed(self, iterates: Iterates) -> None:
        """Take a block of iterations."""

    @abstractmethod
    def end(self, outcomes: tuple[Outcome, ...]) -> None:
        """The solver has ended, with one outcome per sample."""


class SolutionProbe(Probe[R]):
    """Looks at a layer where its solvers ended."""

    kinds = frozenset({"map", "root"})

    @abstractmethod
    def solved(self, run: SolverRun) -> None:
        """The solvers have ended: the chosen one's run, with the answers of others where it has none."""


class DescentProbe(Probe[R]):
    """Fed the iterations of one optimiser after the other."""

    kinds = frozenset({"minimise"})

    @abstractmethod
    def open(self, method: str) -> None:
        """What follows is of this optimiser."""

    @abstractmethod
    def feed(self, records: DescentRecords) -> None:
        """Take a block of iterations."""

    @abstractmethod
    def end(self, outcomes: tuple[Outcome, ...]) -> None:
        """The optimiser has ended, with one outcome per start."""


@dataclass(frozen=True)
class Slice:
    """A part of a long work is done: the share of all of it that is, 0 to 1; finer: the reading is another now.

    done, total: of what can be counted at this stage, such as pixels; total 0 where nothing can. stage: what is going
    on, in words.
    """

    share: float
    finer: bool = False
    done: int = 0
    total: int = 0
    stage: str = ""


class SweepProbe(Probe[R]):
    """Computes a picture in passes, each finer than the last, once everything else is done.

    path: which back end computes; empty while there is nothing to compute. unit: what its slices count.
    """

    path: str = ""
    unit: ClassVar[str] = ""

    @abstractmethod
    def slices(self) -> Iterator[Slice]:
        """The work in slices of about 20 ms: between two of them the run may be cancelled, and frames are sent.

        In preview quality it ends with the coarsest pass that can be afforded.
        """


def pass_words(step: int, place: str) -> str:
    """Which of a picture's columns, or pixels, a pass with this step looks at."""
    return f"every {place}" if step == 1 else f"every {step}{'nd' if step % 10 == 2 else 'th'} {place}"
