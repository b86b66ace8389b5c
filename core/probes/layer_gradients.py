"""Gradients through the fixed point of the sample that is looked at."""

from __future__ import annotations

from ..analysis.layer_gradients import layer_gradients
from ..catalogue import chosen_gradient, gradients_about
from ..probe import SolutionProbe
from ..readings.iterations import SolverRun
from ..readings.layer_gradients import LayerGradients
from ..run_context import RunContext


class LayerGradientsProbe(SolutionProbe[LayerGradients]):
    """Every method at the same point, and the gradient's way back through unrolled layers."""

    reading = LayerGradients
    title = "gradients"

    def __init__(self) -> None:
        self._reading: LayerGradients | None = None

    def begin(self, context: RunContext) -> None:
        self._context = context

    def solved(self, run: SolverRun) -> None:
        context, choice = self._context, self._context.experiment.gradient
        if context.map is None:
            return
        sample = min(context.focus, len(run.solution) - 1)
        methods = tuple(chosen_gradient(choice, "fixed point", name) for name in gradients_about("fixed point"))
        self._reading = layer_gradients(
            context.map,
            run.solution[sample],
            0 if context.rows is None else int(context.rows[sample]),
            choice.loss,
            choice.unrolled,
            context.samples[sample],
            sample=sample,
            converged=run.outcomes[sample].success,
            wrt=choice.wrt,
            methods=methods,  # type: ignore[arg-type]
            path=run.path(sample),
            quick=context.preview,
        )

    def read(self) -> LayerGradients | None:
        return self._reading


PROBE = LayerGradientsProbe
