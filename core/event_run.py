"""Trajectories that events end or set going anew: a layer over the loops, which know no events.

A loop follows all trajectories. Where an event stops one, its steps beyond are thrown away and the loop is told not to
follow it further; what goes on from a changed state is followed by another loop once the first has ended. So nobody's
steps depend on what happens to another.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import fields
from time import perf_counter
from typing import TYPE_CHECKING, Protocol

import numpy as np

from .budget import Budget
from .dense_output import AcceptedSteps
from .event_functions import WatchedEvent
from .event_points import EventLog
from .event_stops import EventStops, Restarts
from .event_watch import EventWatch
from .integration_method import IntegrationMethod
from .ode_path import Loop, Path, open_loop
from .outcome import Outcome
from .problem import InitialValue
from .run import Stats
from .step_controller import StepController
from .telemetry import Steps, host

if TYPE_CHECKING:
    from jaxtyping import Int

_NEVER = np.iinfo(np.int64).max


class Sink(Protocol):
    """What takes accepted steps."""

    def add(self, steps: AcceptedSteps) -> None:
        """Take a block."""


class EventBlock:
    """A block of attempts as far as they count: those of a stopped trajectory up to where an event ended them.

    accepted: the steps among them.
    """

    def __init__(
        self, steps: Steps, rows: Int[np.ndarray, "k"], counted: Sequence[np.ndarray], accepted: AcceptedSteps
    ) -> None:
        """rows: of `steps` which count. counted: their trajectories, calls so far, and ends."""
        self._steps, self._rows, self._counted, self.accepted = steps, rows, counted, accepted

    def telemetry(self) -> Steps:
        """All of the attempts that count."""
        names = [item.name for item in fields(Steps) if getattr(self._steps, item.name) is not None]
        columns = {name: host(getattr(self._steps, name))[self._rows] for name in names}
        sample, calls, until = self._counted
        return Steps(**columns | {"sample": sample, "evaluations": calls, "until": until})


class EventRun:
    """Follows `problem` and watches `events`.

    back_end: the path, the device and the dtype. outcomes, logs (one per event): once followed.
    """

    def __init__(
        self,
        problem: InitialValue,
        tableau: IntegrationMethod,
        controller: StepController,
        budget: Budget,
        events: Sequence[WatchedEvent],
        back_end: tuple[Path, str, str],
    ) -> None:
        self.tableau, self._controller, self._back_end = tableau, controller, back_end
        count, size = problem.start.shape
        self._problem, self._budget = problem, budget
        self._watch = EventWatch(events, tableau, count)
        self.logs = tuple(EventLog(count, size) for _ in events)
        self._stops = EventStops(problem, tableau, events, self._watch, self.logs, back_end[2])
        self._outcomes: list[Outcome | None] = [None] * count
        self._evaluations, self._accepted, self._rejected = (np.zeros(count, dtype=np.int64) for _ in range(3))

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """How every trajectory ended."""
        return tuple(outcome or Outcome("running") for outcome in self._outcomes)

    def follow(self, sink: Sink) -> Stats:
        """Run to the end; `sink` gets every accepted step, cut where an event ended it."""
        begun = perf_counter()
        for block in self.blocks():
            sink.add(block.accepted)
        return Stats(self._evaluations, self._accepted, self._rejected, perf_counter() - begun)

    def loop(self) -> Loop:
        """The same as a loop whose steps an event may have ended inside."""
        for block in self.blocks():
            yield block.telemetry()
        return self.outcomes

    def blocks(self) -> Iterator[EventBlock]:
        """Run to the end, block by block."""
        begun = perf_counter()
        waiting = Restarts(np.arange(len(self._outcomes)), self._problem.ends[0], self._problem.start)
        while len(waiting.sample):
            left = begun + self._budget.seconds - perf_counter()
            budget, waiting = self._left(waiting, left)
            if budget is not None:
                waiting = yield from self._stretch(waiting, budget)

    def _left(self, waiting: Restarts, seconds: float) -> tuple[Budget | None, Restarts]:
        """What those that wait may spend, the most of any, and those that may spend anything."""
        tries = self._accepted[waiting.sample] + self._rejected[waiting.sample]
        steps, calls = self._budget.steps - tries, self._budget.evaluations - self._evaluations[waiting.sample]
        spent = (steps <= 0) | (calls <= 0) | (seconds <= 0.0)
        for place in np.flatnonzero(spent):
            name = "max_time" if seconds <= 0.0 else "max_steps" if steps[place] <= 0 else "max_evaluations"
            self._outcomes[waiting.sample[place]] = Outcome(name, float(waiting.t[place]))
        if spent.all():
            return None, waiting.take(np.zeros(0, dtype=np.int64))
        rows = np.flatnonzero(~spent)
        budget = Budget(steps=int(steps[rows].max()), evaluations=int(calls[rows].max()), seconds=seconds)
        return budget, waiting.take(rows)

    def _stretch(self, begun: Restarts, budget: Budget) -> Generator[EventBlock, None, Restarts]:
        """Follow those that `begun` lists until each is stopped or at its end; those that go on from there."""
        sample = begun.sample
        ends = np.array([begun.t, self._problem.ends[1, sample]])
        part = InitialValue(self._problem.field, begun.z, ends)
        loop = open_loop(part, self.tableau, self._controller, budget, *self._back_end)
        before = self._evaluations.copy()
        gone, again = np.zeros(len(self._outcomes), dtype=bool), []
        unwanted: Int[np.ndarray, "k"] | None = None
        while True:
            try:
                steps = loop.send(unwanted)
            except StopIteration as ended:
                outcomes: tuple[Outcome, ...] = ended.value
                break
            followed = gone[sample]
            restarts, block = self._take(steps, sample, before, gone)
            again.append(restarts)
            yield block
            unwanted = np.flatnonzero(gone[sample] & ~followed)
        for place in np.flatnonzero(~gone[sample]):
            self._outcomes[sample[place]] = outcomes[place]
        return Restarts.joined(again, begun)

    def _take(
        self, steps: Steps, known: Int[np.ndarray, "b"], before: Int[np.ndarray, "B"], gone: np.ndarray
    ) -> tuple[Restarts, EventBlock]:
        """Where those go on that stop in a block, and are then gone; and the block up to what stops them."""
        sample, calls = known[host(steps.sample)], host(steps.evaluations)
        good, calls = host(steps.accepted).astype(bool), calls + before[sample]
        limit = np.where(gone, -1, _NEVER)
        for place, name in self._overspent(sample, calls, before, limit):
            gone[sample[place]] = True
            self._outcomes[sample[place]] = Outcome(name, float(host(steps.t0)[place]))
        places = np.arange(len(sample))
        rows = np.flatnonzero(good & (places < limit[sample]))
        block = AcceptedSteps(sample, *(host(getattr(steps, name)) for name in AcceptedSteps._fields[1:-1])).take(rows)
        stopped, restarts = self._stops.find(block)
        for one, outcome, row in stopped.ended:
            gone[one], self._outcomes[one], limit[one] = True, outcome, rows[row] + 1
        kept = np.flatnonzero(places < limit[sample])
        np.maximum.at(self._evaluations, sample[kept], calls[kept])
        self._accepted += np.bincount(sample[kept][good[kept]], minlength=len(gone))
        self._rejected += np.bincount(sample[kept][~good[kept]], minlength=len(gone))
        until = host(steps.t1)
        if len(stopped.ended):
            cut, until = stopped.cut(block), until.copy()
            until[rows] = cut
            kept = kept[until[kept] != host(steps.t0)[kept]]
            inside = np.flatnonzero((rows < limit[block.sample]) & (cut != block.t0))
            block = block._replace(cut=cut).take(inside)
        return restarts, EventBlock(steps, kept, (sample[kept], calls[kept], until[kept]), block)

    def _overspent(
        self,
        sample: Int[np.ndarray, "k"],
        calls: Int[np.ndarray, "k"],
        before: Int[np.ndarray, "B"],
        limit: Int[np.ndarray, "B"],
    ) -> list[tuple[int, str]]:
        """The first attempt of each trajectory beyond its own budget, and why; `limit` is lowered to there.

        The loop keeps to the largest budget that is left to any; before: calls before it, at first none by any.
        """
        if not before.any():
            return []
        order = np.argsort(sample, kind="stable")
        counts = np.bincount(sample, minlength=len(limit))
        tries = np.empty(len(sample), dtype=np.int64)
        tries[order] = np.arange(len(sample)) - np.repeat(np.cumsum(counts) - counts, counts)
        tries += 1 + (self._accepted + self._rejected)[sample]
        over = (tries > self._budget.steps) | (calls > self._budget.evaluations)
        places = np.flatnonzero(over & (limit[sample] == _NEVER))
        _, first = np.unique(sample[places], return_index=True)
        limit[sample[places[first]]] = places[first]
        return [
            (place, "max_steps" if tries[place] > self._budget.steps else "max_evaluations")
            for place in places[first].tolist()
        ]
