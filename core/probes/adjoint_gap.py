"""The trajectory that is looked at, differentiated through its solver and by the continuous adjoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..analysis.adjoint_gap import adjoint_gap
from ..ode_path import choose_controller
from ..probe import StepsProbe
from ..readings.adjoint_gap import AdjointGap
from ..run_context import RunContext

if TYPE_CHECKING:
    from ..outcome import Outcome

_EVALUATIONS = {"preview": 2_000, "full": 20_000}
"""Of the augmented field on the way back: where it explodes, it would use any number."""


class AdjointGapProbe(StepsProbe[AdjointGap]):
    """Solves once more for the one trajectory, keeping what differentiation needs, when the run has ended."""

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
        step = choice.step if choice.fixed or context.tableau.embedded is None else None
        self._reading = adjoint_gap(
            context.field,
            context.starts[index],
            context.span,
            context.tableau,
            choose_controller(context.tableau, choice.rtol, choice.atol, step),
            context.experiment.gradient.loss,
            trajectory=index,
            budget=context.experiment.budget,
            evaluations=_EVALUATIONS[context.quality],
        )

    def read(self) -> AdjointGap | None:
        return self._reading


PROBE = AdjointGapProbe
