"""The trajectory that is looked at, differentiated through its solver and by the chosen gradient method."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from math import inf
from typing import TYPE_CHECKING

from ..analysis.adjoint_gap import adjoint_gap
from ..analysis.differentiated_steps import differentiated_steps
from ..analysis.forward_run import ForwardRun
from ..background import Deadline, beside
from ..budget import Budget
from ..catalogue import chosen_gradient, gradients_about
from ..chosen_controller import chosen_controller
from ..gradient_method import TrajectoryGradient
from ..probe import Slice, StepsProbe, SweepProbe
from ..readings.adjoint_gap import AdjointGap
from ..run_context import RunContext

if TYPE_CHECKING:
    from ..outcome import Outcome

_EVALUATIONS = 2_000
"""On the way back while a slider is dragged: where it explodes, it would use any number."""
_DRAGGED, _SECONDS = 0.2, 15.0
"""Seconds that a method may take in a preview, and otherwise."""

_REMEDIES = ("checkpointed", "discrete")
"""What to take in place of a method that cannot be trusted: the first that there is; exact, and with little memory."""


class AdjointGapProbe(StepsProbe[AdjointGap], SweepProbe[AdjointGap]):
    """Solves once more for the one trajectory, keeping what differentiation needs, when the run has ended. A method
    that promises the exact derivative of the steps is known by its numbers at once, and runs later.

    An explicit method solves at once; another one, which takes longer, beside the loop, and while a slider is dragged
    only where few evaluations do."""

    reading = AdjointGap
    title = "adjoint"
    kinds = frozenset({"ode"})

    def __init__(self) -> None:
        self._reading: AdjointGap | None = None
        self._run: ForwardRun | None = None
        self._waits, self._steps = False, ""

    def begin(self, context: RunContext) -> None:
        self._context = context
        method = chosen_gradient(context.experiment.gradient, "trajectory")
        assert isinstance(method, TrajectoryGradient)
        self._method = method

    def end(self, outcomes: tuple[Outcome, ...], forward: bool) -> None:
        if not forward or not outcomes:
            return
        context = self._context
        self._index = min(context.focus, len(outcomes) - 1)
        method, self._steps = differentiated_steps(context.field, context.tableau)
        self._waits = not context.preview
        if not method.compiled and self._waits:
            return
        budget = context.experiment.budget
        limited = replace(budget, evaluations=min(budget.evaluations, _EVALUATIONS)) if context.preview else budget
        run = self._solved(budget if method.compiled else limited)
        run.budget = limited
        arrived = run.outcome.success
        if (arrived and (self._method.exact or context.preview)) or (not arrived and method.compiled):
            self._reading = self._differentiated(run, None, _DRAGGED, quick=True)
        self._run, self._waits = run, self._waits and arrived

    def slices(self) -> Iterator[Slice]:
        if not self._waits:
            return
        stages = (True, False) if self._method.exact and self._run is None else (False,)
        for quick in stages:
            work = beside(partial(self._whole, quick), inf)
            while True:
                try:
                    next(work)
                except StopIteration as end:
                    self._reading = end.value
                    yield Slice(0.5 if quick else 1.0, finer=True)
                    break
                yield Slice(0.5)

    def _whole(self, quick: bool, deadline: Deadline) -> AdjointGap:
        if self._run is None:
            self._run = self._solved(self._context.experiment.budget, deadline)
        self._run.prepare()
        return self._differentiated(self._run, deadline, _SECONDS, quick=quick)

    def _solved(self, budget: Budget, deadline: Deadline | None = None) -> ForwardRun:
        context = self._context
        method, _ = differentiated_steps(context.field, context.tableau)
        control, start = chosen_controller(method, context.experiment.integration), context.starts[self._index]
        check = Deadline(inf).check if deadline is None else deadline.check
        return ForwardRun(context.field, method, control, context.span, start, budget, check)

    def _differentiated(self, run: ForwardRun, deadline: Deadline | None, seconds: float, *, quick: bool) -> AdjointGap:
        found = adjoint_gap(
            run,
            self._method,
            self._context.experiment.gradient.loss,
            trajectory=self._index,
            quick=quick,
            seconds=seconds,
            deadline=deadline,
            steps=self._steps,
        )
        known = gradients_about("trajectory")
        remedy = next((name for name in _REMEDIES if name in known and known[name].exact), "")
        if found.trusted or self._method.exact or not run.outcome.success or run.note or not remedy:
            return found
        return replace(found, remedy=remedy, remedy_title=known[remedy].title)

    def read(self) -> AdjointGap | None:
        return self._reading


PROBE = AdjointGapProbe
