"""The same run once more in float64 on the processor, and how far the two are apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..chosen_controller import chosen_controller
from ..found_points import solved_points
from ..ode_path import choose_path, open_loop
from ..probe import SolutionProbe, StepsProbe
from ..problem import InitialValue
from ..readings.agreement import Agreement
from ..readings.iterations import SolverRun
from ..root_path import choose_root_path
from ..root_problem import FixedPoint
from ..run_context import RunContext
from ..stop_rule import StopRule
from ..telemetry import Steps, host

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float

    from ..ode_path import Loop
    from ..outcome import Outcome


class AgreementProbe(StepsProbe[Agreement], SolutionProbe[Agreement]):
    """Compares the ends of trajectories, or the points that the chosen solver found."""

    reading = Agreement
    title = "agreement"
    kinds = frozenset({"ode", "map", "root", "minimise"})

    def __init__(self) -> None:
        self._reading: Agreement | None = None

    def begin(self, context: RunContext) -> None:
        self._context = context
        self._ends = context.starts.copy()

    def feed(self, steps: Steps) -> None:
        _take_ends(self._ends, steps)

    def end(self, outcomes: tuple[Outcome, ...], forward: bool) -> None:
        context = self._context
        if forward and not context.preview:
            ends, reference = _integrated(context)
            self._reading = _compared(self._ends, outcomes, ends, reference)

    def solved(self, run: SolverRun) -> None:
        context, choice = self._context, self._context.experiment.root
        if context.map is None or context.preview:
            return
        problem = FixedPoint(context.map, context.samples, context.rows)
        stop = StopRule(choice.tolerance, choice.criterion, choice.whole_batch)
        path = choose_root_path(context.map)
        points, reference = solved_points(problem, choice, stop, context.experiment.budget, path)
        self._reading = _compared(run.solution, run.outcomes, points, reference)

    def read(self) -> Agreement | None:
        return self._reading


def _integrated(context: RunContext) -> tuple[Float[np.ndarray, "m n"], tuple[Outcome, ...]]:
    choice = context.experiment.integration
    controller = chosen_controller(context.tableau, choice)
    problem = InitialValue(context.field, context.starts, context.span)
    path = choose_path(context.field, len(context.starts), method=context.tableau)
    loop: Loop = open_loop(problem, context.tableau, controller, context.experiment.budget, path)
    ends = context.starts.copy()
    while True:
        try:
            _take_ends(ends, next(loop))
        except StopIteration as finish:
            return ends, finish.value


def _take_ends(ends: Float[np.ndarray, "m n"], steps: Steps) -> None:
    """Where trajectories are after a block of forward steps."""
    good = host(steps.accepted).astype(bool) & (host(steps.t1) > host(steps.t0))
    ends[host(steps.sample)[good]] = host(steps.z1)[good]  # of several, the last one stays


def _compared(
    found: Float[np.ndarray, "S n"],
    outcomes: Sequence[Outcome],
    expected: Float[np.ndarray, "S n"],
    reference: Sequence[Outcome],
) -> Agreement:
    mine, theirs = (np.array([outcome.success for outcome in side], dtype=bool) for side in (outcomes, reference))
    both = mine & theirs
    share = np.abs(found - expected) / (1.0 + np.abs(expected))
    return Agreement(float(share[both].max(initial=0.0)), int(both.sum()), int((mine != theirs).sum()))


PROBE = AgreementProbe
