"""A fit under way: some of its iterations in every request."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import numpy as np

from .. import catalogue
from ..chosen_controller import chosen_controller
from ..curve_fitting.coordinate import Coordinate
from ..curve_fitting.fit_loop import FitState, FitStop, next_iteration, open_fit
from ..curve_fitting.least_squares import LeastSquares
from ..curve_fitting.model import FitCancelled
from ..curve_fitting.question import trajectory_to_data, trajectory_to_end
from ..curve_fitting.standard_errors import standard_errors
from ..curve_fitting.trajectory_model import Route
from ..experiment import Experiment, SliderRange
from ..fit_data import FitData
from ..fit_loss import FitLoss
from ..fit_task import FitTask
from ..language import System
from ..probe import Slice, SweepProbe
from ..reading_error import ReadingError
from ..readings.fit_progress import FitProgress
from ..run_context import RunContext

_AIM = 1e-6
"""Of the size of what is dragged: nearer is there."""
_FOR_EVER = 10**9


class FitProgressProbe(SweepProbe[FitProgress]):
    """Takes up the fit of the request's task where that left it."""

    reading = FitProgress
    title = "a fit"
    kinds = frozenset({"ode", "minimise"})

    def __init__(self) -> None:
        self._reading: FitProgress | None = None
        self._question: tuple[FitTask, LeastSquares, np.ndarray, FitStop] | None = None

    def begin(self, context: RunContext) -> None:
        task = context.fit
        if task is None:
            return
        try:
            problem = _problem(context, task)
        except ValueError as reason:
            raise ReadingError(str(reason)) from reason
        experiment, system = context.experiment, context.field.system
        assert system is not None
        start = context.starts[min(context.focus, len(context.starts) - 1)]
        values = {**system.defaults(), **experiment.values, **dict(zip(system.components, start.tolist(), strict=True))}
        u = np.clip(problem.position_of(values), problem.lower, problem.upper)
        choice = experiment.fit
        self._method = catalogue.fit_method(choice.method, choice.options.get(choice.method, {}))
        if task.aim is None:
            stop = FitStop(iterations=choice.iterations, seconds=experiment.budget.seconds)
        else:
            self._method = catalogue.fit_method("levenberg_marquardt", {})
            stop = FitStop(tolerance=_AIM, iterations=_FOR_EVER, seconds=float(_FOR_EVER), aimed=True)
        self._question = task, problem, u, stop

    def slices(self) -> Iterator[Slice]:
        if self._question is None:
            return
        task, problem, u, stop = self._question
        begun = perf_counter()
        try:
            first = state = task.state or open_fit(problem, self._method, u, stop, task.memory)
            losses = [(state.number, state.at.loss)]
            while (
                state.end is None
                and state.number - first.number < task.iterations
                and (state.number == first.number or perf_counter() - begun < task.seconds)
            ):
                state = next_iteration(problem, self._method, state, stop)
                losses.append((state.number, state.at.loss))
        except FitCancelled:
            return
        self._reading = FitProgress(
            serial=task.serial,
            begun=problem.values_at(u),
            values=problem.values_at(state.at.u),
            state=state,
            losses=tuple(losses),
            method=self._method.title,
            gradient=problem.model.gradient,
            errors=_errors(problem, state),
        )
        yield Slice(1.0, finer=True)

    def read(self) -> FitProgress | None:
        return self._reading


def _errors(problem: LeastSquares, state: FitState) -> dict[str, float]:
    return {} if state.at.tangent is None else standard_errors(problem, state)


def _problem(context: RunContext, task: FitTask) -> LeastSquares:
    """Raises ValueError where there is nothing to fit."""
    experiment, system = context.experiment, context.field.system
    if system is None:
        raise ValueError("a Python file has no parameters to fit: write the equations as a formula")
    if not len(context.starts):
        raise ValueError("there is no trajectory to fit: click the phase plane for one")
    start = context.starts[min(context.focus, len(context.starts) - 1)]
    controller = chosen_controller(context.tableau, experiment.integration)
    route = Route(context.tableau, controller, experiment.budget, context.should_stop)
    values = {**system.defaults(), **experiment.values}
    ranges = movable_ranges(experiment, system)
    if task.aim is not None:
        return trajectory_to_end(system, values, start, context.span, task.aim, ranges, route)
    choice = experiment.fit
    if not choice.data:
        raise ValueError("there are no data to fit: load a table of points")
    data = FitData.of(choice.data, system.components)
    loss = FitLoss(choice.loss, choice.delta)
    return trajectory_to_data(system, values, start, context.span[0], data, ranges, loss, route, choice.free_start)


def movable_ranges(experiment: Experiment, system: System) -> list[Coordinate]:
    """Of the parameters that are not held, as their sliders have them."""
    found = []
    for one in system.parameters:
        slider = experiment.ranges.get(one.name, SliderRange(one.lo, one.hi, one.log))
        if one.name not in experiment.fit.held:
            found.append(Coordinate(one.name, slider.lo, slider.hi, slider.log))
    return found


PROBE = FitProgressProbe
