"""The states of one trajectory at given times, and their derivatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..budget import Budget
from ..dense_output import AcceptedSteps, DenseOutput
from ..derivative_steps import followed_finely
from ..event_refusal import refuse_events
from ..formula_field import FormulaField
from ..integration_method import IntegrationMethod
from ..kernel_fit import LARGEST_STATE
from ..language import System
from ..language.sensitivity_system import sensitivity_system
from ..ode_path import open_loop, refuse_method
from ..outcome import Outcome
from ..problem import InitialValue
from ..step_controller import StepController
from ..tableau import Tableau
from ..telemetry import host
from .model import FitCancelled, FitModel, Solved
from .step_tangents import step_tangents

if TYPE_CHECKING:
    from jaxtyping import Float, Int

THROUGH_STEPS = "through the solver's steps"
WITH_SENSITIVITIES = "by sensitivity equations"


@dataclass(frozen=True)
class Route:
    """How a trajectory is followed: by which method and steps, at what price, and who may end it."""

    method: IntegrationMethod
    controller: StepController
    budget: Budget = Budget()
    should_stop: Callable[[], bool] = lambda: False


class TrajectoryModel(FitModel):
    """z' = f(t, z; p) followed from `start` at begin to the last of `times` (T,), which ascend from begin on.

    wanted (m, 2): time and component of every state that counts, by their places. names: of the parameters that may
    move; starts: how many of the start's components may, the first ones.
    Explicit Runge-Kutta methods are differentiated through their steps; with others the sensitivity equations are
    followed beside the state. Raises ValueError for a system with noise or events, one that
    the method cannot follow, and times before begin.
    """

    def __init__(
        self,
        system: System,
        values: Mapping[str, float],
        begin: float,
        times: Float[np.ndarray, "T"],
        wanted: Int[np.ndarray, "m 2"],
        names: Sequence[str],
        starts: int,
        route: Route,
    ) -> None:
        refuse_events(FormulaField(system, values), "a fit")
        self._system, self._values, self._route = system, dict(values), route
        if not (times[0] >= begin and times[-1] > begin):
            raise ValueError(
                f"the times of a fit lie after the start of the time span, t = {begin:g}, not at {times[0]:g}"
            )
        self._begin, self._times, self._wanted = begin, times, wanted
        self._names, self._starts = tuple(names), starts
        self._explicit = isinstance(route.method, Tableau)
        self.gradient = THROUGH_STEPS if self._explicit else WITH_SENSITIVITIES
        field = FormulaField(self._followed, self._values)
        refuse_method(InitialValue(field, np.zeros(field.size), self._span), route.method, route.controller)

    @property
    def _followed(self) -> System:
        """The system whose trajectory is computed."""
        return self._system if self._explicit else sensitivity_system(self._system, self._names, self._starts)

    @property
    def _span(self) -> tuple[float, float]:
        return self._begin, float(self._times[-1])

    def solve(self, values: Mapping[str, float], start: Float[np.ndarray, "n"]) -> Solved:
        """Follow the trajectory; raises FitCancelled where the route's `should_stop` says so on the way."""
        bound = {**self._values, **values}
        whole = start if self._explicit else self._with_columns(start)
        dense, outcome, evaluations = self._follow(FormulaField(self._followed, bound), whole)
        rows, columns = self._wanted.T
        if not outcome.success:
            nothing = np.full(len(rows), np.nan)
            return Solved(nothing, lambda: np.zeros((len(rows), 0)), evaluations, f"the trajectory {outcome}")
        states = dense.at(self._times)[0]

        def tangent() -> Float[np.ndarray, "m P"]:
            if self._explicit:
                assert isinstance(self._route.method, Tableau)
                steps, numbers = dense.steps(), tuple(FormulaField(self._system, bound).parameters)
                found = step_tangents(
                    self._system, numbers, self._route.method, steps, self._times, self._names, self._starts
                )
                return np.asarray(found[rows, columns])
            size = self._system.size
            table = states.reshape(len(states), -1, size)[:, 1:]  # (T, P, n)
            return np.asarray(table[rows, :, columns])

        return Solved(states[rows, columns], tangent, evaluations)

    def _with_columns(self, start: Float[np.ndarray, "n"]) -> Float[np.ndarray, "N"]:
        """The start with its derivatives: 0 by the parameters, 1 by itself."""
        columns = np.zeros((len(self._names) + self._starts, self._system.size))
        columns[len(self._names) :] = np.eye(self._system.size)[: self._starts]
        return np.concatenate([start, columns.ravel()])

    def _follow(self, field: FormulaField, start: Float[np.ndarray, "N"]) -> tuple[DenseOutput, Outcome, int]:
        """By steps that are short enough for derivatives that go through them."""
        route = self._route
        spent = 0

        def follow(controller: StepController) -> tuple[tuple[DenseOutput, Outcome], DenseOutput]:
            nonlocal spent
            dense, outcome, evaluations = self._followed_by(controller, field, start)
            spent += evaluations
            return (dense, outcome), dense

        jacobian = field.jacobian() if self._explicit else None
        (dense, outcome), _, _ = followed_finely(follow, route.method, route.controller, jacobian)
        return dense, outcome, spent

    def _followed_by(
        self, controller: StepController, field: FormulaField, start: Float[np.ndarray, "N"]
    ) -> tuple[DenseOutput, Outcome, int]:
        route = self._route
        problem = InitialValue(field, start, self._span)
        small = isinstance(route.method, Tableau) and field.size <= LARGEST_STATE
        loop = open_loop(problem, route.method, controller, route.budget, "python" if small else "numpy")
        dense, evaluations = DenseOutput(route.method, problem.start, problem.span), 0
        while True:
            try:
                steps = next(loop)
            except StopIteration as end:
                return dense, end.value[0], evaluations
            evaluations = max(evaluations, int(host(steps.evaluations).max(initial=0)))
            dense.add(AcceptedSteps.of(steps))
            if route.should_stop():
                loop.close()
                raise FitCancelled
