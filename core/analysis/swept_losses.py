"""The loss of a solution for many values of its parameters at once."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from math import sqrt
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ..batch_run import follow_batch
from ..formula_field import FormulaField
from ..integration_method import IntegrationMethod
from ..language import System
from ..language.swept_system import swept_flow
from ..ode_path import choose_path
from ..parameter_rows import ParameterRows
from ..problem import InitialValue
from ..root_loop import iterate
from ..root_path import choose_root_path
from ..root_problem import FixedPoint
from ..run_context import RunContext
from ..step_controller import StepController
from ..step_rules import ENDINGS
from ..stop_rule import StopRule
from ..telemetry import host
from .gradient_comparison import LossChoice

if TYPE_CHECKING:
    from jaxtyping import Float


class SweptLosses(Protocol):
    """values (S, k) of k parameters -> losses (S,), NaN where the solve does not succeed.

    Yields every few milliseconds how many of them are done.
    """

    def __call__(self, values: Float[np.ndarray, "S k"]) -> Generator[int, None, Float[np.ndarray, "S"]]:
        """Solve for every row."""


class LayerLosses:
    """Of the roots that the run's own solver finds from the start of the sample that is looked at, in float64."""

    def __init__(self, context: RunContext, names: tuple[str, ...], loss: LossChoice) -> None:
        self._context, self._names, self._loss = context, names, loss
        self._sample = min(context.focus, len(context.samples) - 1)

    def __call__(self, values: Float[np.ndarray, "S k"]) -> Generator[int, None, Float[np.ndarray, "S"]]:
        """Solve all of them together, each until it has converged or a reason says that it will not."""
        context, choice = self._context, self._context.experiment.root
        row = 0 if context.rows is None else int(context.rows[self._sample])
        columns = dict(zip(self._names, values.T, strict=True))
        layer = ParameterRows(_formula(context), columns, context.experiment.values, row)
        start = np.repeat(context.samples[[self._sample]], len(values), axis=0)
        budget = replace(context.experiment.budget, steps=choice.iterations)
        stop = StopRule(choice.tolerance, choice.criterion)
        assert context.solver is not None
        problem = FixedPoint(layer, start, np.arange(len(values)))
        loop = iterate(problem, context.solver, stop, budget, choose_root_path(layer), longest=None)
        solution = start.copy()
        while True:
            try:
                block = next(loop)
            except StopIteration as end:
                good = np.array([outcome.success for outcome in end.value])
                return _numbers(self._loss, solution, good)
            for z, active in zip(host(block.z), block.active, strict=True):
                solution[active] = z[active]
            yield len(values) - int(block.active[-1].sum())


class FlowLosses:
    """Of the ends of the trajectories from the start that is looked at, by `method` with the steps of `controller`."""

    def __init__(
        self,
        context: RunContext,
        names: tuple[str, ...],
        loss: LossChoice,
        method: IntegrationMethod,
        controller: StepController,
    ) -> None:
        self._context, self._loss, self._method = context, loss, method
        system, experiment = _formula(context), context.experiment
        self._start = context.starts[min(context.focus, len(context.starts) - 1)]
        others = {name: value for name, value in experiment.values.items() if name not in names}
        self._field = FormulaField(swept_flow(system, names), others)
        # the parameters have no error, and count in the mean over the components: this is what all others allow then
        share = sqrt(system.size / self._field.size)
        self._controller = controller.tightened(share)

    def __call__(self, values: Float[np.ndarray, "S k"]) -> Generator[int, None, Float[np.ndarray, "S"]]:
        """Follow all of them together, each with steps of its own."""
        span = self._context.span
        starts = np.concatenate([np.repeat(self._start[None], len(values), axis=0), values], axis=1)
        problem = InitialValue(self._field, starts, span)
        path = choose_path(self._field, len(values), method=self._method)
        end, budget = np.array([span[1]]), self._context.experiment.budget
        running = follow_batch(problem, self._method, self._controller, budget, end, path)
        try:
            while True:
                yield next(running)
        except StopIteration as ended:
            batch = ended.value
        finally:
            running.close()
        return _numbers(self._loss, batch.z[:, 0, : len(self._start)], batch.ending == ENDINGS.index("success"))


def _formula(context: RunContext) -> System:
    assert context.field.system is not None
    return context.field.system


def _numbers(loss: LossChoice, z: Float[np.ndarray, "S n"], good: np.ndarray) -> Float[np.ndarray, "S"]:
    """The losses of what was found, NaN elsewhere."""
    with np.errstate(all="ignore"):
        found = loss.each(z)
    return np.where(good & np.isfinite(found), found, np.nan)
