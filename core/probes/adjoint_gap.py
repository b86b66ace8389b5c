"""The trajectory that is looked at, differentiated through its solver and by the chosen gradient method."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ..analysis.adjoint_gap import adjoint_gap
from ..analysis.forward_run import ForwardRun
from ..background import Deadline, beside
from ..catalogue import chosen_gradient, gradients_about, tableau
from ..chosen_controller import chosen_controller
from ..gradient_method import TrajectoryGradient
from ..probe import Slice, StepsProbe, SweepProbe
from ..readings.adjoint_gap import AdjointGap
from ..run_context import RunContext
from ..tableau import Tableau

if TYPE_CHECKING:
    from ..outcome import Outcome

_EVALUATIONS = 2_000
"""On the way back while a slider is dragged: where it explodes, it would use any number."""
_DRAGGED, _SECONDS = 0.2, 15.0
"""Seconds that a method may take in a preview, and otherwise."""

_REMEDIES = ("checkpointed", "discrete")
"""What to take in place of a method that cannot be trusted: the first that there is; exact, and with little memory."""


class AdjointGapProbe(StepsProbe[AdjointGap], SweepProbe[AdjointGap]):
    """Solves once more for the one trajectory, keeping what differentiation needs, when the run has ended; by an
    explicit method, which is Dormand and Prince's where the run's own one is implicit. A method that promises the exact
    derivative of the steps is known by its numbers at once, and runs later."""

    reading = AdjointGap
    title = "adjoint"
    kinds = frozenset({"ode"})

    def __init__(self) -> None:
        self._reading: AdjointGap | None = None
        self._run: ForwardRun | None = None

    def begin(self, context: RunContext) -> None:
        self._context = context
        method = chosen_gradient(context.experiment.gradient, "trajectory")
        assert isinstance(method, TrajectoryGradient)
        self._method = method

    def end(self, outcomes: tuple[Outcome, ...], forward: bool) -> None:
        if not forward or not outcomes:
            return
        context, choice = self._context, self._context.experiment
        self._index = min(context.focus, len(outcomes) - 1)
        method = context.tableau if isinstance(context.tableau, Tableau) else tableau("dopri5")
        most = min(choice.budget.evaluations, _EVALUATIONS) if context.preview else choice.budget.evaluations
        start, control = context.starts[self._index], chosen_controller(method, choice.integration)
        run = ForwardRun(context.field, method, control, context.span, start, choice.budget)
        run.budget = replace(choice.budget, evaluations=most)
        if self._method.exact or context.preview or not run.outcome.success:
            self._reading = self._differentiated(run, Deadline(_DRAGGED), quick=True)
        if not context.preview and run.outcome.success:
            self._run = run

    def slices(self) -> Iterator[Slice]:
        run = self._run
        if run is None:
            return
        run.prepare()
        work = beside(partial(self._differentiated, run, quick=False), _SECONDS)
        while True:
            try:
                next(work)
            except StopIteration as end:
                self._reading = end.value
                yield Slice(1.0, finer=True)
                return
            yield Slice(0.5)

    def _differentiated(self, run: ForwardRun, deadline: Deadline, *, quick: bool) -> AdjointGap:
        loss = self._context.experiment.gradient.loss
        found = adjoint_gap(run, self._method, loss, trajectory=self._index, quick=quick, deadline=deadline)
        known = gradients_about("trajectory")
        remedy = next((name for name in _REMEDIES if name in known and known[name].exact), "")
        if found.trusted or self._method.exact or not run.outcome.success or not remedy:
            return found
        return replace(found, remedy=remedy, remedy_title=known[remedy].title)

    def read(self) -> AdjointGap | None:
        return self._reading


PROBE = AdjointGapProbe
