"""What the gradient of the loss costs by every method of the catalogue that fits."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Any

from ..analysis.differentiated_steps import differentiated_steps
from ..analysis.forward_run import ForwardRun
from ..analysis.layer_costs import LayerQuestion, layer_costs
from ..analysis.trajectory_costs import trajectory_costs
from ..background import beside
from ..catalogue import chosen_gradient, gradients_about
from ..chosen_controller import chosen_controller
from ..gradient_method import About
from ..probe import Slice, SolutionProbe, SweepProbe
from ..readings.gradient_costs import GradientCosts
from ..readings.iterations import SolverRun
from ..run_context import RunContext


class GradientCostsProbe(SolutionProbe[GradientCosts], SweepProbe[GradientCosts]):
    """Runs when everything else is done, and not while a slider is dragged."""

    reading = GradientCosts
    title = "gradient costs"
    unit = "methods"
    kinds = frozenset({"ode", "map", "root"})

    def __init__(self) -> None:
        self._reading: GradientCosts | None = None
        self._question: LayerQuestion | None = None

    def begin(self, context: RunContext) -> None:
        self._context = context

    def solved(self, run: SolverRun) -> None:
        context, choice = self._context, self._context.experiment.gradient
        if context.map is None or context.preview:
            return
        sample = min(context.focus, len(run.solution) - 1)
        self._question = LayerQuestion(
            context.map,
            run.solution[sample],
            context.samples[sample],
            run.path(sample),
            0 if context.rows is None else int(context.rows[sample]),
            choice.loss,
            choice.wrt,
            sample,
            int(run.evaluations[:, sample].max(initial=0)),
        )

    def slices(self) -> Iterator[Slice]:
        work = self._work()
        if work is None:
            return
        for costs in work:
            if costs is not None:
                self._reading = costs
            known = self._reading
            done, total = (0, 0) if known is None else (len(known.methods), known.total)
            yield Slice(done / total if total else 0.0, finer=costs is not None, done=done, total=total)
        yield Slice(1.0, finer=True)

    def _work(self) -> Iterator[GradientCosts | None] | None:
        context = self._context
        if context.preview:
            return None
        if context.map is not None:
            return None if self._question is None else layer_costs(self._question, self._methods("fixed point"))
        if not len(context.starts):
            return None
        return self._of_trajectory()

    def _of_trajectory(self) -> Iterator[GradientCosts | None]:
        context, choice = self._context, self._context.experiment
        index = min(context.focus, len(context.starts) - 1)
        method, steps = differentiated_steps(context.field, context.tableau)
        control = chosen_controller(method, choice.integration)
        place = context.span, context.starts[index], choice.budget
        run = yield from beside(lambda end: ForwardRun(context.field, method, control, *place, end.check), inf)
        methods, loss = self._methods("trajectory"), choice.gradient.loss
        yield from trajectory_costs(run, methods, loss, trajectory=index, steps=steps)

    def _methods(self, about: About) -> Any:
        """Those of a kind, exact ones first."""
        choice = self._context.experiment.gradient
        known = gradients_about(about).values()
        ordered = sorted(known, key=lambda method: (not method.exact, method.name))
        return tuple(chosen_gradient(choice, about, method.name) for method in ordered)

    def read(self) -> GradientCosts | None:
        return self._reading


PROBE = GradientCostsProbe
