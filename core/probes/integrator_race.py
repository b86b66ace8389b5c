"""The race of integration methods from the start that is looked at."""

from __future__ import annotations

from collections.abc import Iterator

from .. import catalogue
from ..analysis.integrator_race import race
from ..analysis.integrator_run import Question
from ..probe import Slice, SweepProbe
from ..readings.integrator_race import IntegratorRace
from ..run_context import RunContext


class IntegratorRaceProbe(SweepProbe[IntegratorRace]):
    """Runs when everything else is done; without rivals there is no race."""

    reading = IntegratorRace
    title = "race of the methods"
    unit = "methods"
    kinds = frozenset({"ode", "minimise"})

    def __init__(self) -> None:
        self._reading: IntegratorRace | None = None
        self._question: Question | None = None

    def begin(self, context: RunContext) -> None:
        experiment = context.experiment
        if not experiment.integration.rivals or not len(context.starts):
            return
        known, choice = catalogue.integrators(), experiment.integration
        chosen = dict.fromkeys((choice.method, *choice.rivals))
        racers = tuple(known[name] for name in chosen if known[name].refusal(context.field.system) is None)
        if not racers:  # the run itself says why
            return
        index = min(context.focus, len(context.starts) - 1)
        self._question = Question(
            context.field,
            context.starts[index],
            context.span,
            racers,
            tuple(tableau for tableau in known.values() if tableau.adaptive),
            choice,
            experiment.budget,
            "auto" if experiment.path == "torch" else experiment.path,  # hundreds of small runs are not for torch
            experiment.dtype,
            index,
            context.preview,
            catalogue.adaptive_controller(choice.controller),
        )
        self.path = self._question.back_end(racers[0])

    def slices(self) -> Iterator[Slice]:
        question = self._question
        if question is None:
            return
        total = len(question.racers)
        work, done = race(question), 0
        while True:
            try:
                part = next(work)
            except StopIteration as end:
                self._reading = end.value
                yield Slice(1.0, finer=True, done=total, total=total)
                return
            if part is not None:
                self._reading, done = part, len(part)
            share = min((done + 0.5) / (total + 1), 0.999)
            yield Slice(share, finer=part is not None, done=done, total=total)

    def read(self) -> IntegratorRace | None:
        return self._reading


PROBE = IntegratorRaceProbe
