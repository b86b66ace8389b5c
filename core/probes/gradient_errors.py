"""How gradients of the trajectory that is looked at depend on the tolerance and on the horizon."""

from __future__ import annotations

from collections.abc import Iterator

from ..analysis.forward_run import ForwardRun
from ..analysis.gradient_errors import gradient_errors
from ..catalogue import chosen_gradient, gradients_about, tableau
from ..chosen_controller import chosen_controller
from ..probe import Slice, SweepProbe
from ..readings.gradient_errors import GradientErrors
from ..run_context import RunContext
from ..tableau import Tableau


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
        method = context.tableau if isinstance(context.tableau, Tableau) else tableau("dopri5")
        control = chosen_controller(method, experiment.integration)
        run = ForwardRun(context.field, method, control, context.span, context.starts[index], experiment.budget)
        methods = [chosen_gradient(experiment.gradient, "trajectory", name) for name in gradients_about("trajectory")]
        work = gradient_errors(run, methods, experiment.gradient.loss, trajectory=index)  # type: ignore[arg-type]
        for errors in work:
            if errors is not None:
                self._reading = errors
            known = self._reading
            done, total = (0, 0) if known is None else (len(known.lines), known.total)
            yield Slice(min(done / total, 0.99) if total else 0.0, finer=errors is not None, done=done, total=total)
        yield Slice(1.0, finer=True)

    def read(self) -> GradientErrors | None:
        return self._reading


PROBE = GradientErrorsProbe
