"""Depth against equilibrium for the sample that is looked at."""

from __future__ import annotations

from ..analysis.depth_errors import depth_errors
from ..analysis.jacobian_products import LARGEST_DENSE
from ..probe import SolutionProbe
from ..readings.depth_errors import DepthErrors
from ..readings.iterations import SolverRun
from ..run_context import RunContext


class DepthErrorsProbe(SolutionProbe[DepthErrors]):
    """Networks of 0, 1, 2, ... equal layers from the start, beside the point where the solver ended."""

    reading = DepthErrors
    title = "depth"

    def __init__(self) -> None:
        self._reading: DepthErrors | None = None

    def begin(self, context: RunContext) -> None:
        self._context = context

    def solved(self, run: SolverRun) -> None:
        context, choice = self._context, self._context.experiment.gradient
        if context.map is None or context.map.size > LARGEST_DENSE:
            return
        sample = min(context.focus, len(run.solution) - 1)
        self._reading = depth_errors(
            context.map,
            run.solution[sample],
            context.samples[sample],
            0 if context.rows is None else int(context.rows[sample]),
            choice.loss,
            sample=sample,
            converged=run.outcomes[sample].success,
            wrt=choice.wrt,
        )

    def read(self) -> DepthErrors | None:
        return self._reading


PROBE = DepthErrorsProbe
