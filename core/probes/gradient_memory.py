"""How many bytes every gradient method of the catalogue keeps, over the depth of the solve."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, nan

from ..analysis.differentiated_steps import differentiated_steps
from ..analysis.forward_run import ForwardRun
from ..analysis.gradient_comparison import LOSSES, NO_INPUTS
from ..analysis.gradient_inputs import batch_inputs, parameter_inputs
from ..analysis.gradient_memory import gradient_memory
from ..analysis.solves_of_depth import ITERATIONS, STEPS, layer_solves, trajectory_solves
from ..background import beside
from ..catalogue import chosen_gradient, gradients_about, tableau
from ..chosen_controller import chosen_controller
from ..gradient_method import About, GradientMethod
from ..probe import Slice, SolutionProbe, SweepProbe
from ..readings.gradient_memory import GradientMemory
from ..readings.iterations import SolverRun
from ..run_context import RunContext

_MOST_SAMPLES = 1000
_MOST_NUMBERS = 20_000_000
"""Of the dense Jacobians of all samples."""


class GradientMemoryProbe(SolutionProbe[GradientMemory], SweepProbe[GradientMemory]):
    """Runs when everything else is done, and not while a slider is dragged."""

    reading = GradientMemory
    title = "memory of gradients"
    unit = "measurements"
    kinds = frozenset({"ode", "map", "root"})

    def __init__(self) -> None:
        self._reading: GradientMemory | None = None
        self._iterations = nan

    def begin(self, context: RunContext) -> None:
        self._context = context

    def solved(self, run: SolverRun) -> None:
        self._iterations = float(run.iterations.max(initial=0))

    def slices(self) -> Iterator[Slice]:
        context = self._context
        if context.preview:
            return
        work = self._trajectory() if context.map is None else self._layer()
        for memory in work:
            if memory is not None:
                self._reading = memory
            known = self._reading
            done, total = (0, 0) if known is None else (known.done, known.total)
            yield Slice(min(done / total, 0.99) if total else 0.0, finer=memory is not None, done=done, total=total)
        yield Slice(1.0, finer=True)

    def _layer(self) -> Iterator[GradientMemory | None]:
        context, experiment = self._context, self._context.experiment
        assert context.map is not None
        size = context.map.size
        count = max(1, min(len(context.samples), _MOST_SAMPLES, _MOST_NUMBERS // size**2))
        rows = None if context.rows is None else context.rows[:count]
        inputs = batch_inputs(context.map, rows, experiment.gradient.wrt, experiment.dtype)
        methods = self._methods("fixed point")
        blank = GradientMemory(
            about="fixed point",
            solver="plain iteration",
            rows=count,
            size=size,
            dtype=experiment.dtype,
            by=tuple(inputs),
            total=len(ITERATIONS) * len(methods),
            now=self._iterations,
            note="" if inputs else NO_INPUTS,
        )
        depths = layer_solves(context.map, context.samples[:count], rows, experiment.dtype) if inputs else ()
        return gradient_memory(blank, depths, methods, LOSSES[experiment.gradient.loss].cotangent, inputs)

    def _trajectory(self) -> Iterator[GradientMemory | None]:
        context, experiment = self._context, self._context.experiment
        if not len(context.starts):
            return
        start = context.starts[min(context.focus, len(context.starts) - 1)]
        method, now, note = differentiated_steps(context.field, context.tableau)[0], nan, ""
        if method is not context.tableau:
            method = tableau("rk4")
        else:
            place = chosen_controller(method, experiment.integration), context.span, start, experiment.budget
            run = yield from beside(lambda end: ForwardRun(context.field, method, *place, end.check), inf)
            now, note = float(len(run.steps.t1)), "" if run.outcome.success else f"the trajectory {run.outcome}"
        methods, inputs = self._methods("trajectory"), parameter_inputs(context.field)
        blank = GradientMemory(
            about="trajectory",
            solver=method.title,
            rows=1,
            size=context.field.size,
            dtype="float64",
            by=(*inputs, "start"),
            total=len(STEPS) * len(methods),
            now=now,
            note=note,
        )
        depths = () if note else trajectory_solves(context.field, method, context.span, start, experiment.budget)
        yield from gradient_memory(blank, depths, methods, LOSSES[experiment.gradient.loss].cotangent, inputs)

    def _methods(self, about: About) -> tuple[GradientMethod, ...]:
        """Those of a kind, exact ones first."""
        known = sorted(gradients_about(about).values(), key=lambda method: (not method.exact, method.name))
        return tuple(chosen_gradient(self._context.experiment.gradient, about, method.name) for method in known)

    def read(self) -> GradientMemory | None:
        return self._reading


PROBE = GradientMemoryProbe
