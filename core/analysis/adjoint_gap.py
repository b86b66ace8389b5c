"""One trajectory differentiated through its solver and by the continuous adjoint, and the state solved backward."""

from __future__ import annotations

from collections.abc import Mapping
from math import nan
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from ..adjoint_flow import adjoint_flow, field_function, parameter_values
from ..budget import Budget
from ..deferred import deferred
from ..dense_output import AcceptedSteps, DenseOutput
from ..discrete_adjoint import discrete_adjoint
from ..gradient_method import Backward, SolvedTrajectory
from ..gradient_methods.backsolve import Backsolve
from ..gradient_methods.discrete import Discrete
from ..ode_path import choose_controller, choose_path, open_loop
from ..problem import InitialValue
from ..readings.adjoint_gap import AdjointGap
from ..step_controller import StepController
from ..tableau import Tableau
from ..tableaus.dopri5 import TABLEAU as DOPRI5
from ..vector_field import VectorField
from ..vector_jacobian import gradients
from .gradient_comparison import LOSSES, Comparison, LossChoice

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
else:
    torch = deferred("torch")

_TIGHTER = 1e-3
"""The reference is computed with this share of the tolerances."""
_TIGHTEST = 1e-13
_TRUSTED = 1e-2
"""The continuous gradient is trusted where it agrees with the discrete one to this share, and its state came back."""
_MOST_POINTS = 2_000


def adjoint_gap(
    field: VectorField,
    start: Float[np.ndarray, "n"],
    span: tuple[float, float],
    tableau: Tableau,
    controller: StepController,
    loss: str = "half_square",
    *,
    trajectory: int = 0,
    budget: Budget | None = None,
    evaluations: int = 20_000,
) -> AdjointGap:
    """Differentiate a loss of the end state by the formula's parameters and the start, both ways.

    loss: "sum" or "half_square". evaluations: of the augmented field at most, on the way back. The reference is the
    discrete gradient with a thousandth of the tolerances; of a run with fixed steps, of an adaptive one.
    """
    budget = budget or Budget()
    choice, values = LOSSES[loss], parameter_values(field)
    run = _Forward(field, tableau, controller, span, start, budget)
    names = (*values, *(f"{component}({span[0]:g})" for component in field.components))
    if not run.outcome.success:
        return _unreached(run, field.components, trajectory, names, choice.text)
    v = choice.cotangent(torch.as_tensor(run.end)[None])[0].numpy()
    begun = perf_counter()
    discrete = _discrete(run, values, v)
    discrete_seconds = perf_counter() - begun
    begun = perf_counter()
    back = _backsolve(run, values, v, evaluations)
    seconds = perf_counter() - begun
    reference = _reference(run, values, choice)
    continuous = np.concatenate([[float(back.grads[name]) for name in values], back.grads["start"][0].numpy()])
    compared = Comparison(reference)
    agreed = Comparison(discrete).error(continuous)
    if agreed <= _TRUSTED:
        note = f"the state solved backward misses the start by {back.gap:.3g}, {_YET}" if back.note else ""
    else:
        note = back.note or _DISAGREED
    t, backward, adjoint = _solved_back(run, back)
    forward = run.at(t)
    calls = len(run.steps.t0) * tableau.stages
    return AdjointGap(
        components=field.components,
        trajectory=trajectory,
        t=t,
        forward=forward,
        backward=backward,
        adjoint=adjoint,
        gap=np.linalg.norm(backward - forward, axis=1),
        names=names,
        reference=reference,
        discrete=compared.method(Discrete, discrete, nan, calls, discrete_seconds),
        continuous=compared.method(Backsolve, continuous, nan, back.products, seconds),
        loss=choice.value(torch.as_tensor(run.end)[None]),
        loss_text=f"{choice.text} at the end",
        trusted=agreed <= _TRUSTED and not back.note,
        note=note,
    )


_DISAGREED = "the continuous adjoint and the gradient through the solver disagree: tighten the tolerances"
_YET = "so its gradient agrees with the other by luck"


class _Forward:
    """A trajectory with all its accepted steps."""

    def __init__(
        self,
        field: VectorField,
        tableau: Tableau,
        controller: StepController,
        span: tuple[float, float],
        start: Float[np.ndarray, "n"],
        budget: Budget,
    ) -> None:
        self.field, self.tableau, self.controller, self.span, self.budget = field, tableau, controller, span, budget
        problem = InitialValue(field, start, span)
        self.start = problem.start[0]
        kept = DenseOutput(tableau, problem.start, span)
        loop = open_loop(problem, tableau, controller, budget, choose_path(field, 1))
        while True:
            try:
                kept.add(AcceptedSteps.of(next(loop)))
            except StopIteration as ended:
                (self.outcome,) = ended.value
                break
        self.steps, self._dense = kept.steps(), kept
        self.end = self.steps.z1[-1] if len(self.steps.t1) else self.start

    @property
    def times(self) -> Float[np.ndarray, "N1"]:
        """The start and the ends of the accepted steps."""
        return np.append(self.span[0], self.steps.t1)

    def at(self, t: Float[np.ndarray, "N"]) -> Float[np.ndarray, "N n"]:
        """The solution at the times t."""
        (states,) = self._dense.at(t)
        return np.asarray(states)


def _discrete(run: _Forward, values: Mapping[str, float], v: Float[np.ndarray, "n"]) -> Float[np.ndarray, "P"]:
    """The derivatives by the parameters, then by the start, from the stages of the run."""
    found = discrete_adjoint(run.field.jacobian(), run.tableau, run.steps, v)
    by_start: np.ndarray = found.a[0]
    if not values:
        return by_start
    inputs = {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in values.items()}
    function = field_function(run.field, values, "cpu", "float64")
    with torch.enable_grad():
        slopes = function(torch.as_tensor(found.t), torch.as_tensor(found.z), inputs)
    by_parameters = gradients(slopes, torch.as_tensor(found.slopes), list(inputs.values()))
    return np.concatenate([[float(gradient) for gradient in by_parameters], by_start])


def _backsolve(run: _Forward, values: Mapping[str, float], v: Float[np.ndarray, "n"], evaluations: int) -> Backward:
    function = field_function(run.field, values, "cpu", "float64")
    solve = SolvedTrajectory(
        f=function,
        start=torch.as_tensor(run.start)[None],
        span=run.span,
        at=None,
        times=run.times[None],
        z=torch.as_tensor(run.end)[None],
        method=run.tableau,
        controller=run.controller,
        adjoint=adjoint_flow(run.field, function, "cpu", "float64"),
        budget=run.budget,
    )
    inputs = {name: torch.tensor(value, dtype=torch.float64) for name, value in values.items()}
    return Backsolve(evaluations=evaluations).backward(solve, lambda _z: torch.as_tensor(v)[None], inputs)


def _reference(run: _Forward, values: Mapping[str, float], choice: LossChoice) -> Float[np.ndarray, "P"]:
    """The discrete gradient of a finer run; of the run itself where the finer one does not arrive."""
    if run.controller.tolerances is not None:
        factor = max(_TIGHTER, min(1.0, _TIGHTEST / run.controller.tolerances[0]))
        method, controller = run.tableau, run.controller.tightened(factor)
    else:
        method, controller = DOPRI5, choose_controller(DOPRI5, 1e-9, 1e-12, None)
    finer = _Forward(run.field, method, controller, run.span, run.start, run.budget)
    finer = finer if finer.outcome.success else run
    return _discrete(finer, values, choice.cotangent(torch.as_tensor(finer.end)[None])[0].numpy())


def _solved_back(run: _Forward, back: Backward) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """t, state and adjoint from the start of the span on; NaN at the forward run's times that were not reached."""
    (solved,) = back.solved_back
    sign = np.sign(run.span[1] - run.span[0])
    missing = run.times[sign * run.times < sign * solved.t[-1]]
    nothing = np.full((len(missing), len(run.start)), np.nan)
    columns = [
        np.concatenate([first, last[::-1]])
        for first, last in ((missing, solved.t), (nothing, solved.z), (nothing, solved.a))
    ]
    step = -(-len(columns[0]) // _MOST_POINTS)
    # every step-th point, counted from the end, and the first
    keep = np.unique(np.append(0, np.arange(len(columns[0]) - 1, -1, -step)))
    t, z, a = (column[keep] for column in columns)
    return t, z, a


def _unreached(
    run: _Forward, components: tuple[str, ...], trajectory: int, names: tuple[str, ...], loss_text: str
) -> AdjointGap:
    """The forward run did not arrive: there is no loss to differentiate."""
    t = run.times
    nothing, unknown = np.full((len(t), len(components)), np.nan), np.full(len(names), np.nan)
    compared = Comparison(unknown)
    return AdjointGap(
        components=components,
        trajectory=trajectory,
        t=t,
        forward=np.concatenate([run.start[None], run.steps.z1]),
        backward=nothing,
        adjoint=nothing,
        gap=nothing[:, 0],
        names=names,
        reference=unknown,
        discrete=compared.method(Discrete, unknown, nan, 0, 0.0),
        continuous=compared.method(Backsolve, unknown, nan, 0, 0.0),
        loss=nan,
        loss_text=f"{loss_text} at the end",
        trusted=False,
        note=f"the trajectory {run.outcome}",
    )
