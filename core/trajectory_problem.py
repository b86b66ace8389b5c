"""The forward run of a differential equation whose loss is differentiated."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from math import isinf
from typing import TYPE_CHECKING, Any

import numpy as np

from .adjoint_flow import adjoint_flow, field_function, parameter_values, quick_products
from .budget import Budget
from .catalogue import integrator
from .deferred import deferred
from .dense_output import DenseOutput
from .derivative_steps import followed_finely
from .event_refusal import refuse_events
from .formula_adjoint import formula_by_hand
from .formula_field import FormulaField
from .formula_replay import formula_one_by_one
from .formula_tangents import formula_tangents
from .gradient_method import SolvedTrajectory
from .gradient_problem import Solved, input_tensor, names_of, refuse_own
from .integration import integrate, step_control
from .integration_method import IntegrationMethod
from .language import System
from .network_adjoint import network_by_hand
from .outcome import Outcome
from .run import Run
from .step_controller import StepController
from .step_replay import unrepeatable
from .time_span import declared_span, output_times
from .vector_field import VectorField
from .vector_jacobian import Inputs

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")

_OURS = ("system", "start", "params", "device", "dtype", "events")
"""What `gradient` itself takes, or does not differentiate."""


def solve_trajectory(
    system: System | VectorField,
    wrt: str | Iterable[str],
    start: Any,
    params: Mapping[str, float] | None,
    options: Mapping[str, Any],
    device: str,
    dtype: str,
) -> Solved[SolvedTrajectory]:
    """Integrate as `core.integrate` does with `options`; `at` among them are the times whose states the loss takes.

    Raises ValueError where `wrt` names nothing that the system has, TypeError for an unknown option.
    """
    refuse_own("integrate", options, _OURS)
    refuse_own_times(options)
    field = FormulaField(system, params) if isinstance(system, System) else system
    refuse_events(field, "a gradient")
    method = integrator(options.get("method", DEFAULTS["method"]))
    if method.knows_noise:
        raise ValueError(unrepeatable(method))
    unbound = None if isinstance(system, System) else params  # a field that has no parameters says so itself
    values, weights = parameter_values(field), weights_of(field)
    given = options.get("at") is not None
    names = names_of(wrt, (*values, *weights, "start", "span", *(["at"] if given else [])))
    begin = start_of(system, start)
    choices = choices_of(field, options)
    forward = {name: value for name, value in options.items() if name != "at"}
    where: dict[str, Any] = {"device": device, "dtype": dtype}

    def follow(controller: StepController) -> tuple[Run, DenseOutput | None]:
        found = integrate(field, begin, params=unbound, **no_longer(forward, controller), **where)
        return found, found.dense

    run, controller, unfit = followed_finely(follow, method, controller_of(method, choices), field.jacobian())
    forward = no_longer(forward, controller)
    span = (float(choices["t"][0]), float(choices["t"][1]))
    at = output_times(options["at"], span) if given else None
    wanted = {"span": span, **({} if at is None else {"at": at})}
    times = {name: torch.tensor(np.array(wanted[name])) for name in names if name in wanted and name not in values}
    kind = {"dtype": getattr(torch, dtype), "device": device}

    def again(inputs: Inputs, changed: Tensor) -> Tensor:
        known = {name: float(inputs[name]) for name in values if name in inputs}
        other = FormulaField(field.system, {**values, **known}) if field.system is not None else field
        ends, places = _moved(inputs if times else {}, span, at)
        moved = {**forward, "t": ends}
        found = integrate(other, changed.double().cpu().numpy(), **moved, device=device, dtype=dtype)
        return torch.as_tensor(_states(found, places), **kind)

    budget = choices["budget"] or Budget()
    solve = solved_run(field, run, span, at, method, controller, budget, device, dtype)
    return Solved(
        solve=solve,
        inputs={
            name: input_tensor({**weights, **values}[name], device, dtype)
            for name in names
            if name in values or name in weights
        },
        wrt=names,
        single=run.z.ndim == 2,
        evaluations=int(np.max(run.stats.evaluations)),
        note=next((f"the forward run {outcome}" for outcome in outcomes_of(run) if not outcome.success), unfit),
        again=again,
        repeatable=weights.keys().isdisjoint(names) and not (times and at is not None and at[0] == span[0]),
        times=times,
    )


def solved_run(
    field: VectorField,
    run: Run,
    span: tuple[float, float],
    at: Float[np.ndarray, "T"] | None,
    method: IntegrationMethod,
    controller: StepController,
    budget: Budget,
    device: str,
    dtype: str,
) -> SolvedTrajectory:
    """A run that kept its accepted steps, as gradient methods are given it."""
    kind = {"dtype": getattr(torch, dtype), "device": device}
    function = field_function(field, parameter_values(field), device, dtype)
    return SolvedTrajectory(
        f=function,
        start=torch.as_tensor(run.z[:, 0] if run.z.ndim == 3 else run.z[:1], **kind),
        span=span,
        at=at,
        times=_times(run),
        z=torch.as_tensor(_states(run, at), **kind),
        method=method,
        controller=controller,
        adjoint=adjoint_flow(field, function, device, dtype),
        budget=budget,
        dense=run.dense,
        products=quick_products(field, device, dtype),
        by_hand=network_by_hand(field, device, dtype) or formula_by_hand(field, device, dtype),
        one_by_one=formula_one_by_one(field, device, dtype),
        tangents=formula_tangents(field, device, dtype),
        system=field.system,
        autonomous=field.autonomous,
    )


DEFAULTS: Mapping[str, Any] = {
    name: inspect.signature(integrate).parameters[name].default
    for name in ("t", "method", "rtol", "atol", "step", "controller", "control", "budget")
}


def choices_of(field: VectorField, options: Mapping[str, Any]) -> dict[str, Any]:
    """What `core.integrate` does with `options`: every choice, t by default the span that the text declares."""
    choices = {name: options.get(name, default) for name, default in DEFAULTS.items()}
    return {**choices, "t": declared_span(field) if choices["t"] is None else choices["t"]}


def refuse_own_times(options: Mapping[str, Any]) -> None:
    """ValueError where each trajectory is given a time span or output times of its own."""
    for name, what in (("t", "time span"), ("at", "output times")):
        given: Any = options.get(name)
        if hasattr(given, "__iter__") and any(np.ndim(one) for one in given):
            raise ValueError(
                f"a gradient is of trajectories that share their {what}: {name} cannot differ from one to the next; "
                "take a gradient of each"
            )


def controller_of(method: IntegrationMethod, choices: Mapping[str, Any]) -> StepController:
    """What chose the steps of a run by `method`, from the options of `core.integrate`."""
    tolerances = choices["rtol"], choices["atol"]
    return step_control(method, *tolerances, choices["step"], choices["controller"], choices["control"] or {})


def no_longer(options: Mapping[str, Any], controller: StepController) -> dict[str, Any]:
    """The options of `core.integrate` with steps no longer than those of the controller."""
    if isinf(controller.longest):
        return dict(options)
    return {**options, "control": {**(options.get("control") or {}), "longest": controller.longest}}


def _moved(
    inputs: Inputs, span: tuple[float, float], at: Float[np.ndarray, "T"] | None
) -> tuple[tuple[float, float], Float[np.ndarray, "T"] | None]:
    """The span and the output times, with those of `inputs` in their place; the span goes as far as the times do."""
    begin, end = inputs["span"].tolist() if "span" in inputs else span
    if at is None:
        return (begin, end), None
    places = inputs["at"].numpy() if "at" in inputs else at
    return (begin, max(end, *places.tolist()) if end > begin else min(end, *places.tolist())), places


def weights_of(field: VectorField) -> dict[str, Any]:
    """The tensors of a formula's document, or those of a module, by name."""
    if field.system is not None:
        return {item.name: item.tensor.array() for item in field.system.data if not item.batch}
    return dict(getattr(field, "weights", {}))


def start_of(system: System | VectorField, start: Any) -> Any:
    """The start that is given, else the first that the system declares. Raises ValueError where there is none."""
    if start is not None:
        return start.detach().cpu().numpy() if hasattr(start, "detach") else start
    starts = getattr(system.system if not isinstance(system, System) else system, "starts", ())
    if not starts:
        raise ValueError("the system declares no start: give start=")
    return starts[0]


def outcomes_of(run: Run) -> tuple[Outcome, ...]:
    """How every trajectory ended."""
    return (run.outcome,) if isinstance(run.outcome, Outcome) else run.outcome


def _times(run: Run) -> Float[np.ndarray, "B N1"]:
    """Ends of the accepted steps, the last repeated where a trajectory has fewer."""
    times, mask = np.atleast_2d(run.t), np.atleast_2d(run.mask)
    last = np.maximum.accumulate(np.where(mask, np.arange(times.shape[1]), 0), axis=1)
    return np.asarray(np.take_along_axis(times, last, axis=1))


def _states(run: Run, at: Float[np.ndarray, "T"] | None) -> np.ndarray:
    """The end states (B, n), NaN where a run failed; or the dense output at `at` (B, T, n)."""
    if at is not None:
        states = np.asarray(run(at))
        return states[None] if run.z.ndim == 2 else states
    z: np.ndarray = run.z[None] if run.z.ndim == 2 else run.z
    count = np.atleast_2d(run.mask).sum(axis=1)
    ends: np.ndarray = z[np.arange(len(z)), count - 1].copy()
    ends[[not outcome.success for outcome in outcomes_of(run)]] = np.nan
    return ends
