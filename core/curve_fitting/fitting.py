"""The public `core.fit`: parameters that bring a trajectory through data, or its end or a root to a point."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ParamSpec

import numpy as np

from .. import catalogue
from ..budget import Budget
from ..fit_data import FitData
from ..fit_loss import FitLoss
from ..integration import refuse_no_numbers
from ..language import System
from ..nearest_name import suggestion
from ..number_table import read_table
from ..ode_path import choose_controller
from ..start_rows import start_rows
from ..time_span import time_span
from .coordinate import Coordinate
from .fit_end import FitEnd
from .fit_loop import FitState, FitStop, iterate_fit
from .least_squares import LeastSquares
from .question import checked_values, parameter_ranges, root_to_point, trajectory_to_data, trajectory_to_end
from .standard_errors import standard_errors
from .trajectory_model import Route

P = ParamSpec("P")
Table = FitData | Mapping[str, Any] | str | os.PathLike[str]
_INTEGRATE = {"t": None, "method": "dopri5", "rtol": 1e-8, "atol": 1e-10, "step": None, "budget": None}
_SOLVE = {"tol": 1e-12}


@dataclass(frozen=True)
class FitIteration:
    """values: of the parameters, and of the start where that may move, by name. loss; gradient: the length of its
    derivative by positions in the ranges. evaluations, runs of the solver and seconds up to here."""

    number: int
    values: Mapping[str, float]
    loss: float
    gradient: float
    evaluations: int
    runs: int
    seconds: float


@dataclass(frozen=True)
class Fit:
    """What a fit found.

    values: by name; start (n,): where the solution begins. loss, distance |r|. errors: standard errors by name, NaN
    where the data do not tell; empty unless the loss is that of squares and stands at a minimum. method: its title;
    gradient: how the solution was differentiated. outcome: why it ended, a sentence by str(). history: every iteration.
    """

    values: Mapping[str, float]
    start: np.ndarray
    loss: float
    distance: float
    errors: Mapping[str, float]
    outcome: FitEnd
    method: str
    gradient: str
    evaluations: int
    runs: int
    seconds: float
    history: tuple[FitIteration, ...]


def fit_iterations(
    system: System,
    wrt: str | Iterable[str] | None = None,
    *,
    data: Table | None = None,
    target: Any = None,
    start: Any = None,
    params: Mapping[str, float] | None = None,
    ranges: Mapping[str, tuple[float, float]] | None = None,
    free_start: bool = False,
    loss: str = "squares",
    delta: float = 1.0,
    method: str = "levenberg_marquardt",
    integrate: Mapping[str, Any] | None = None,
    solve: Mapping[str, Any] | None = None,
    iterations: int = 200,
    tolerance: float = 1e-10,
    seconds: float = 60.0,
    should_stop: Callable[[], bool] = lambda: False,
    **options: Any,
) -> Generator[FitIteration, None, Fit]:
    """What `fit` does, one `FitIteration` after the other, the first where it begins; returns the `Fit`."""
    chosen = catalogue.fit_method(method, options, _own_names())
    if (data is None) == (target is None):
        raise ValueError("a fit needs either data or a target")
    if not isinstance(system, System):
        raise TypeError(f"a fit needs a parsed formula (core.parse), not {type(system).__name__}")
    refuse_no_numbers(iterations=iterations, tolerance=tolerance, seconds=seconds, delta=delta, **(params or {}))
    values = {**system.defaults(), **(params or {})}
    for name in params or {}:
        if name not in system.defaults():
            raise TypeError(f"the system has no parameter {name!r}{suggestion(name, system.defaults())}")
    names = list(system.defaults()) if wrt is None else [wrt] if isinstance(wrt, str) else list(wrt)
    coordinates = parameter_ranges(system, names, ranges or {})
    checked_values(coordinates, values)
    begin = _start(system, start)
    if free_start and (data is None or not system.flows):
        raise ValueError("free_start is for a differential equation that is to go through data")
    if system.flows:
        if solve is not None:
            raise ValueError("solve= is for an implicit layer, and this is a differential equation: use integrate=")
        problem = _of_trajectory(
            system, values, begin, data, target, coordinates, FitLoss(loss, delta), free_start, integrate, should_stop
        )
    else:
        problem = _of_root(system, values, begin, target, coordinates, integrate, solve)
    stop = FitStop(tolerance=tolerance, iterations=iterations, seconds=seconds, aimed=target is not None)
    u = problem.position_of({**dict(zip(system.components, begin.tolist(), strict=True)), **values})
    return _told(problem, begin, chosen.title, iterate_fit(problem, chosen, u, stop, should_stop))


def _asked_as(other: Callable[P, Any]) -> Callable[[Callable[..., Fit]], Callable[P, Fit]]:
    """Gives a function that passes everything on the parameters of the `other`."""

    def with_parameters(function: Callable[..., Fit]) -> Callable[P, Fit]:
        signature = inspect.signature(other).replace(return_annotation="Fit")
        function.__signature__ = signature  # type: ignore[attr-defined]
        return function

    return with_parameters


@_asked_as(fit_iterations)
def fit(*given: Any, **named: Any) -> Fit:
    """Move parameters until the solution is where it should be.

    system: a parsed formula: a differential equation, z <- f(z) or 0 = g(z). wrt: names of the parameters that may
    move, each within its range, that of the text or of `ranges`; None: all of them.
    data: a table with t and columns of components, or the path of a CSV file: the trajectory is to go through it. Or
    target: n numbers, or some of them by component: where the trajectory's end, or the root, is to be.
    start: where the solution begins, by default at the text's first start; free_start: it may move too, with data.
    loss: "squares", sum r^2, or "huber" with its `delta`. method: "levenberg_marquardt", "gauss_newton",
    "gradient_descent" or "adam"; `options` set its fields.
    integrate: t (by default the span of the text), method, rtol, atol, step and budget of the trajectory; solve:
    options of `core.solve` for a root. iterations, seconds: at most; tolerance: |r| in parts of |target| that will do.
    should_stop: asked every few milliseconds.

    The derivative is exact: through the accepted steps of an explicit Runge-Kutta method, by the sensitivity equations
    of other methods, by the implicit function theorem of a root. Raises ValueError or TypeError, with a sentence, where
    the question makes no sense; a fit that comes to nothing says why in `outcome`.
    """
    loop = fit_iterations(*given, **named)
    while True:
        try:
            next(loop)
        except StopIteration as end:
            found: Fit = end.value
            return found


def _told(
    problem: LeastSquares, begin: np.ndarray, title: str, loop: Generator[FitState, None, FitState]
) -> Generator[FitIteration, None, Fit]:
    history: list[FitIteration] = []
    while True:
        try:
            state = next(loop)
        except StopIteration as ended:
            state = ended.value
            break
        history.append(iteration_of(problem, state))
        yield history[-1]
    assert state.end is not None
    values = problem.values_at(state.at.u)
    start = begin.copy()
    free = [values[one.name] for one in problem.coordinates if not one.bounded]
    start[: len(free)] = free
    return Fit(
        values=values,
        start=start,
        loss=state.at.loss,
        distance=float(np.linalg.norm(state.at.residual)),
        errors=standard_errors(problem, state),
        outcome=state.end,
        method=title,
        gradient=problem.model.gradient,
        evaluations=state.evaluations,
        runs=state.runs,
        seconds=state.seconds,
        history=tuple(history),
    )


def iteration_of(problem: LeastSquares, state: FitState) -> FitIteration:
    """What people read of a state."""
    slope = np.nan if state.at.tangent is None else float(np.linalg.norm(state.at.gradient))
    values = problem.values_at(state.at.u)
    return FitIteration(state.number, values, state.at.loss, slope, state.evaluations, state.runs, state.seconds)


def _own_names() -> list[str]:
    return [name for name in inspect.signature(fit_iterations).parameters if name != "options"]


def _start(system: System, start: Any) -> np.ndarray:
    if start is None:
        if system.flows and not system.starts:
            raise ValueError("the system declares no start: give start=")
        start = system.starts[0] if system.starts else np.zeros(system.size)
    rows, _ = start_rows(start, system.components, "B")
    if len(rows) != 1:
        raise ValueError(f"a fit follows one start, not {len(rows)}")
    return np.array(rows[0])


def _of_trajectory(
    system: System,
    values: Mapping[str, float],
    start: np.ndarray,
    data: Table | None,
    target: Any,
    coordinates: list[Coordinate],
    loss: FitLoss,
    free_start: bool,
    integrate: Mapping[str, Any] | None,
    should_stop: Callable[[], bool],
) -> LeastSquares:
    options = _checked(integrate, _INTEGRATE, "integrate")
    refuse_no_numbers(**{name: options[name] for name in ("rtol", "atol", "step")})
    tableau = catalogue.integrator(options["method"])
    controller = choose_controller(tableau, options["rtol"], options["atol"], options["step"])
    route = Route(tableau, controller, options["budget"] or Budget(), should_stop)
    begin, end = system.span[:2] if options["t"] is None else _span(options["t"])
    if data is None:
        aim = _aim(system, target)
        return trajectory_to_end(system, values, start, (float(begin), float(end)), aim, coordinates, route)
    table = read_table(data) if isinstance(data, str | os.PathLike) else data
    points = table if isinstance(table, FitData) else FitData.of(table, system.components)
    return trajectory_to_data(system, values, start, float(begin), points, coordinates, loss, route, free_start)


def _span(t: Any) -> tuple[float, float]:
    span = time_span(t, 1)
    if not isinstance(span, tuple):
        raise ValueError(f"a fit follows one trajectory: t needs two numbers, not {t!r}")
    return span


def _of_root(
    system: System,
    values: Mapping[str, float],
    start: np.ndarray,
    target: Any,
    coordinates: list[Coordinate],
    integrate: Mapping[str, Any] | None,
    solve: Mapping[str, Any] | None,
) -> LeastSquares:
    if integrate is not None:
        raise ValueError("integrate= is for a differential equation, and this is an implicit layer: use solve=")
    if target is None:
        raise ValueError("data are for a differential equation: an implicit layer needs a target for its root")
    return root_to_point(system, values, start, _aim(system, target), coordinates, {**_SOLVE, **(solve or {})})


def _aim(system: System, target: Any) -> dict[str, float]:
    """The wanted numbers by component."""
    if isinstance(target, Mapping):
        for name in target:
            if name not in system.components:
                raise ValueError(f"the system has no component {name!r}{suggestion(name, system.components)}")
        refuse_no_numbers(**target)
        aim = {name: float(value) for name, value in target.items()}
    else:
        rows, _ = start_rows(target, system.components, "B")
        if len(rows) != 1:
            raise ValueError(f"a target is one point, not {len(rows)}")
        aim = dict(zip(system.components, rows[0].tolist(), strict=True))
    if not aim or not all(map(np.isfinite, aim.values())):
        raise ValueError("a target needs at least one component, and finite numbers")
    return aim


def _checked(given: Mapping[str, Any] | None, known: Mapping[str, Any], name: str) -> dict[str, Any]:
    for option in given or {}:
        if option not in known:
            raise TypeError(f"{name} of a fit has no option {option!r}{suggestion(option, known)}")
    return {**known, **(given or {})}
