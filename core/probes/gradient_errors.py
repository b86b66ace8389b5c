"""How gradients of the trajectory that is looked at depend on the tolerance and on the horizon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import inf
from typing import Any

from ..analysis.differentiated_steps import differentiated_steps
from ..analysis.forward_run import ForwardRun
from ..analysis.gradient_errors import gradient_errors
from ..background import beside
from ..catalogue import chosen_gradient, gradients_about
from ..chosen_controller import chosen_controller
from ..gradient_method import TrajectoryGradient
from ..probe import Slice, SweepProbe
from ..readings.gradient_errors import GradientErrors
from ..run_context import RunContext


class GradientErrorsProbe(SweepProbe[GradientErrors]):
    """Runs when everything else is done, and not while a slider is dragged."""

    reading = GradientErrors
    title = "gradient errors"
    unit = "lines"
    kinds = frozenset({"ode"})

    def __init__(self) -> None:
        self._reading: GradientErrors | None = None

    def begin(self, context: RunContext) -> None:
        self._context = context

    def slices(self) -> Iterator[Slice]:
        context, experiment = self._context, self._context.experiment
        if context.preview or not len(context.starts):
            return
        index = min(context.focus, len(context.starts) - 1)
        known = gradients_about("trajectory")
        methods: Any = [chosen_gradient(experiment.gradient, "trajectory", name) for name in known]
        for errors in self._work(index, methods):
            if errors is not None:
                self._reading = errors
            reading = self._reading
            done, total = (0, 0) if reading is None else (len(reading.lines), reading.total)
            yield Slice(min(done / total, 0.99) if total else 0.0, finer=errors is not None, done=done, total=total)
        yield Slice(1.0, finer=True)

    def _work(self, index: int, methods: Sequence[TrajectoryGradient]) -> Iterator[GradientErrors | None]:
        context, experiment = self._context, self._context.experiment
        method, steps = differentiated_steps(context.field, context.tableau)
        control = chosen_controller(method, experiment.integration)
        place = context.span, context.starts[index], experiment.budget
        run = yield from beside(lambda end: ForwardRun(context.field, method, control, *place, end.check), inf)
        for errors in gradient_errors(run, methods, experiment.gradient.loss, trajectory=index):
            yield errors if errors is None else replace(errors, steps=steps)

    def read(self) -> GradientErrors | None:
        return self._reading


PROBE = GradientErrorsProbe
