"""The trajectory that is looked at, differentiated through its solver and by the continuous adjoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..analysis.adjoint_gap import adjoint_gap
from ..catalogue import tableau
from ..chosen_controller import chosen_controller
from ..probe import StepsProbe
from ..readings.adjoint_gap import AdjointGap
from ..run_context import RunContext
from ..tableau import Tableau

if TYPE_CHECKING:
    from ..outcome import Outcome

_EVALUATIONS = {"preview": 2_000, "full": 20_000}
"""Of the augmented field on the way back: where it explodes, it would use any number."""


class AdjointGapProbe(StepsProbe[AdjointGap]):
    """Solves once more for the one trajectory, keeping what differentiation needs, when the run has ended; by an
    explicit method, which is Dormand and Prince's where the run's own one is implicit."""

    reading = AdjointGap
    title = "adjoint"
    kinds = frozenset({"ode"})

    def __init__(self) -> None:
        self._reading: AdjointGap | None = None

    def begin(self, context: RunContext) -> None:
        self._context = context

    def end(self, outcomes: tuple[Outcome, ...], forward: bool) -> None:
        if not forward or not outcomes:
            return
        context, choice = self._context, self._context.experiment.integration
        index = min(context.focus, len(outcomes) - 1)
        method = context.tableau if isinstance(context.tableau, Tableau) else tableau("dopri5")
        self._reading = adjoint_gap(
            context.field,
            context.starts[index],
            context.span,
            method,
            chosen_controller(method, choice),
            context.experiment.gradient.loss,
            trajectory=index,
            budget=context.experiment.budget,
            evaluations=_EVALUATIONS[context.quality],
        )

    def read(self) -> AdjointGap | None:
        return self._reading


PROBE = AdjointGapProbe
