"""The public `core.gradient`: one loss of a solution, differentiated by one method."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from math import isfinite, nan
from time import perf_counter
from typing import Any

from . import catalogue
from .event_gradient import event_gradient, meets_events
from .fixed_point_map import FixedPointMap
from .gradient_card import Card
from .gradient_error import error_bound
from .gradient_method import About, FixedPointGradient, GradientMethod, TrajectoryGradient
from .gradient_problem import Loss, Solved
from .language import System
from .layer_problem import solve_layer
from .lost_states import without_lost
from .nearest_name import suggestion
from .saved_memory import measured_memory
from .time_gradients import time_gradients
from .trajectory_problem import solve_trajectory
from .unit_disc import outside_unit_disc
from .vector_field import VectorField

Differentiable = System | VectorField | FixedPointMap

_DEFAULTS: Mapping[About, str] = {"fixed point": "implicit", "trajectory": "discrete"}
_NOUNS: Mapping[About, str] = {"fixed point": "an implicit layer", "trajectory": "a differential equation"}
_INEXACT = 1e-2
"""An exact method whose bound is above it is no longer called exact."""


def gradient(
    system: Differentiable,
    loss: Loss,
    wrt: str | Iterable[str],
    method: str | None = None,
    *,
    start: Any = None,
    params: Mapping[str, float] | None = None,
    solve: Mapping[str, Any] | None = None,
    integrate: Mapping[str, Any] | None = None,
    device: str = "cpu",
    dtype: str = "float64",
    **options: Any,
) -> Card:
    """d loss / d wrt through the fixed point of an implicit layer, or along a trajectory.

    system: a parsed formula, a layer (`core.layer`) or a field (`core.field`). loss: a torch callable that gives one
    number; it sees z (n,) of one start or (S, n) of several, of a trajectory the end state, or with integrate's `at`
    the states (T, n) or (B, T, n). wrt: names of parameters, batch data, stored tensors, or weights of a module,
    "start", and of a trajectory "span", both its ends, and "at", the output times: these are derivatives of the
    equation's solution whatever the method. method: one of `core.catalogue.gradient_methods()` that is about the same
    kind of solution, "implicit" for a fixed point and "discrete" for a trajectory where None; `options` set its fields
    (k=20, ...). solve, integrate: options of `core.solve` or `core.integrate`; a trajectory has the span and the start
    of the text where none are given.

    Trajectories may meet events, of the text or of integrate's `events`: a loss with a second argument sees them too,
    `loss(z, events)` with events by name, and everything moves with the times at which they happen; by "discrete".

    A forward solve that did not end well gives the gradient at its last point, marked as not exact, with the reason;
    a loss that takes states that are no numbers, as where a trajectory did not come, has gradient NaN.
    Raises ValueError or TypeError, with a sentence, where the question makes no sense.
    """
    about = about_of(system)
    chosen = method_of(_DEFAULTS[about] if method is None else method, about, options)
    if about == "trajectory" and meets_events(system, integrate or {}):
        if chosen.name != "discrete":
            raise ValueError(f'{chosen.title} cannot go back through events: take the gradient "discrete"')
        return event_gradient(system, loss, wrt, start, params, integrate or {}, device, dtype)  # type: ignore[arg-type]
    problem = solved(system, wrt, start, params, solve, integrate, device, dtype)
    return card_of(chosen, problem, loss)


def about_of(system: Differentiable) -> About:
    """Whether `system` is an implicit layer or a differential equation; TypeError where it is neither."""
    if isinstance(system, System):
        return "fixed point" if system.kind in ("map", "root") else "trajectory"
    if hasattr(system, "batch"):
        return "fixed point"
    if hasattr(system, "autonomous"):
        return "trajectory"
    raise TypeError(
        f"gradient needs a parsed formula (core.parse), a layer (core.layer) or a field (core.field), "
        f"not {type(system).__name__}"
    )


def method_of(name: str, about: About, options: Mapping[str, Any]) -> GradientMethod:
    """The method `name` with its fields set.

    Raises ValueError for a method that there is not or that is about another kind of solution, naming those that
    are, and TypeError for an option that it does not have, with the nearest.
    """
    known = catalogue.gradient_methods()
    fitting = [other for other, method in known.items() if method.about == about]
    if name not in known:
        raise ValueError(f"there is no gradient method {name!r}{suggestion(name, fitting)}")
    method = known[name]
    if method.about != about:
        raise ValueError(
            f"{name!r} differentiates {_NOUNS[method.about]}, and this is {_NOUNS[about]}: use {_any_of(fitting)}"
        )
    mine = [item.name for item in fields(method)]  # type: ignore[arg-type]
    for option in options:
        if option not in mine:
            raise TypeError(f"{name} has no option {option!r}{suggestion(option, mine)}")
    return method(**options)


def solved(
    system: Differentiable,
    wrt: str | Iterable[str],
    start: Any,
    params: Mapping[str, float] | None,
    solve: Mapping[str, Any] | None,
    integrate: Mapping[str, Any] | None,
    device: str,
    dtype: str,
) -> Solved[Any]:
    """The forward solve. Raises ValueError where options of the other kind are given."""
    about = about_of(system)
    wrong, right = ("integrate", "solve") if about == "fixed point" else ("solve", "integrate")
    if (integrate if about == "fixed point" else solve) is not None:
        raise ValueError(f"{wrong}= is for {_NOUNS[_other(about)]}, and this is {_NOUNS[about]}: use {right}=")
    forward: Any = solve_layer if about == "fixed point" else solve_trajectory
    options = (solve if about == "fixed point" else integrate) or {}
    found: Solved[Any] = forward(system, wrt, start, params, options, device, dtype)
    return found


def card_of(method: GradientMethod, problem: Solved[Any], loss: Loss) -> Card:
    """Differentiate `problem` by `method`, measured."""
    assert isinstance(method, FixedPointGradient | TrajectoryGradient)
    if isinstance(method, TrajectoryGradient) and (refusal := method.refusal(problem.solve.method)) is not None:
        raise ValueError(refusal)

    def cotangent(z: Any) -> Any:
        return problem.cotangent(loss, z)

    begun = perf_counter()
    with measured_memory() as memory:
        found = method.backward(problem.solve, cotangent, problem.inputs)
        found = without_lost(found, cotangent)
        if isinstance(method, TrajectoryGradient) and problem.times:
            times = time_gradients(problem.solve, found, cotangent, problem.inputs)
            found = replace(found, grads={**times, **found.grads}, evaluations=found.evaluations + 1)
    value = problem.value(loss, found.at)  # a number: a device that works on its own has finished by then
    seconds = perf_counter() - begun
    bound, fault = nan, found.note
    if isinstance(method, FixedPointGradient):
        bound = error_bound(problem.solve, cotangent, problem.inputs, found)
        if not method.exact and not fault:
            fault = outside_unit_disc(method, problem.solve, problem.inputs)
    grads = problem.chosen(found.grads)
    notes = [problem.note, fault, method.caveat]
    if method.exact and not found.note and bound > _INEXACT:
        notes.append(
            f"the last point is so far from the fixed point that the gradient may be off by {bound:.2g}: lower tol"
        )
    if not all(isfinite(float(gradient.sum())) for gradient in grads.values()):
        notes.append("the gradient is not a finite number")
    return Card(
        method=method.name,
        title=method.title,
        value=value,
        grads=grads,
        backward_residual=found.residual,
        error_bound=bound,
        gap=found.gap,
        seconds=seconds,
        peak_bytes=memory.peak + found.held_bytes,
        evaluations=problem.evaluations,
        backward_evaluations=found.evaluations,
        products=found.products,
        recomputed=found.recomputed,
        exact=method.exact and not any(notes),
        note="; ".join(note for note in notes if note),
    )


def _any_of(names: list[str]) -> str:
    """Names as in: a, b or c."""
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _other(about: About) -> About:
    return "trajectory" if about == "fixed point" else "fixed point"
