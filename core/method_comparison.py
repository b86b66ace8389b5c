"""The public `core.compare_gradients`: every method on one loss, against a tight reference."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from math import inf, isnan, nan
from time import perf_counter
from typing import Any

import numpy as np

from . import catalogue
from .allocated_memory import measured_allocations
from .complex_step import complex_step
from .differentiation import Differentiable, about_of, card_of, method_of, solved
from .finite_differences import differences
from .gradient_card import Card
from .gradient_method import About, FixedPointGradient, GradientMethod, TrajectoryGradient
from .gradient_problem import Loss, Solved
from .integration import integrate as follow
from .language import System
from .layer_problem import tightened
from .nearest_name import suggestion
from .trajectory_problem import solve_trajectory

_MOST_DIFFERENCES = 16
"""Numbers up to which differences, four solves each, and complex steps check the reference."""
_TIGHT = {"float64": (1e-12, 1e-14), "float32": (1e-6, 1e-8)}
_TIGHT_METHOD = "dop853"
"""Of an order that suits such tolerances: a sixth of the steps that one of order 5 takes."""
_FINER, _MARGIN = 0.1, 3.0
"""A finer run has this share of the tolerances, or half the steps; the change, this many times, estimates the error: a
first-order method keeps half of its error."""
_LEAST_ROUNDINGS = 10.0
"""Relative tolerances below so many roundings of the dtype change nothing."""
_WRONG = 1e-2
"""From this relative error on a gradient is flagged, whatever its method promises."""


def compare_gradients(
    system: Differentiable,
    loss: Loss,
    wrt: str | Iterable[str],
    methods: str | Iterable[str] = "all",
    *,
    start: Any = None,
    params: Mapping[str, float] | None = None,
    solve: Mapping[str, Any] | None = None,
    integrate: Mapping[str, Any] | None = None,
    device: str = "cpu",
    dtype: str = "float64",
    options: Mapping[str, Mapping[str, Any]] | None = None,
) -> tuple[Card, ...]:
    """One card per method, each with its relative error and cosine against the reference.

    The first card is the reference: of a fixed point the implicit gradient in float64 at the point that Newton's
    method makes of the solver's last one; of a trajectory the discrete gradient at rtol 1e-12. Where there are at
    most 16 numbers to differentiate by, the last cards hold finite differences of the reference's solution and, of
    an analytic formula, a complex step. Torch callables keep their dtype, and have a reference no better than that.
    A gradient that is off by more than a hundredth is marked as not exact, and its note says so.
    methods: "all" that fit and do not refuse this solve, or names. options: by method, its fields. Everything else as
    in `gradient`.
    """
    about = about_of(system)
    fitting = [name for name, method in catalogue.gradient_methods().items() if method.about == about]
    names = fitting if methods == "all" else [methods] if isinstance(methods, str) else list(methods)
    for name in options or {}:
        if name not in names:
            raise ValueError(f"options are given for {name!r}, which is not compared{suggestion(name, names)}")
    chosen = [method_of(name, about, (options or {}).get(name, {})) for name in names]
    wrt = (wrt,) if isinstance(wrt, str) else tuple(wrt)
    problem = solved(system, wrt, start, params, solve, integrate, device, dtype)
    if about == "fixed point":
        tight: Solved[Any] = tightened(problem, system, params, (solve or {}).get("rows"))  # type: ignore[arg-type]
    else:
        tight = _tight_run(system, wrt, start, params, integrate or {}, device, dtype)
    best = card_of(method_of("implicit" if about == "fixed point" else "discrete", about, {}), tight, loss)
    reference = replace(best, method="reference", title="reference", relative_error=0.0, cosine=1.0)
    finer = None if about == "fixed point" else _finer_run(system, wrt, start, params, integrate or {}, device, dtype)
    cards = []
    for method in chosen:
        try:
            card = _measured(method, problem, finer, loss, device)
        except ValueError:
            if methods == "all":
                continue
            raise
        cards.append(_flagged(_known(_compared(card, reference), about)))
    if reference.flat().size <= _MOST_DIFFERENCES and tight.repeatable:
        cards.extend(_compared(card, reference) for card in _checks(system, tight, loss, reference))
    return (reference, *cards)


def _tight_run(
    system: Any, wrt: tuple[str, ...], start: Any, params: Any, options: Mapping[str, Any], device: str, dtype: str
) -> Solved[Any]:
    """The trajectory with tight adaptive steps; of a formula in float64 on the processor."""
    where = ("cpu", "float64") if isinstance(system, System) else (device, dtype)
    method = "radau5" if catalogue.integrator(options.get("method", _TIGHT_METHOD)).stiff else _TIGHT_METHOD
    rtol, atol = _TIGHT[where[1]]
    tight = {**options, "method": method, "rtol": rtol, "atol": atol, "step": None, "budget": None}
    found = solve_trajectory(system, wrt, start, params, tight, *where)
    if found.note and method != "radau5":  # explicit steps do not come through, or no derivative through them
        found = solve_trajectory(system, wrt, start, params, {**tight, "method": "radau5"}, *where)
    return found


def _finer_run(
    system: Any, wrt: tuple[str, ...], start: Any, params: Any, options: Mapping[str, Any], device: str, dtype: str
) -> Solved[Any] | None:
    """The trajectory once more with smaller steps, by the same method; None where tolerances cannot be smaller."""
    finer: dict[str, Any] = {"budget": None}
    if options.get("step") is not None:
        finer["step"] = 0.5 * options["step"]
    else:
        defaults = inspect.signature(follow).parameters
        finer |= {name: _FINER * options.get(name, defaults[name].default) for name in ("rtol", "atol")}
        if finer["rtol"] < _LEAST_ROUNDINGS * np.finfo(dtype).eps:
            return None
    return solve_trajectory(system, wrt, start, params, {**options, **finer}, device, dtype)


def _measured(method: GradientMethod, problem: Solved[Any], finer: Solved[Any] | None, loss: Loss, device: str) -> Card:
    """The card, with what only a comparison takes the time for: the peak of all tensors, an estimate from `finer`."""
    card = card_of(method, problem, loss)
    assert isinstance(method, FixedPointGradient | TrajectoryGradient)
    with measured_allocations(device) as peak:
        method.backward(problem.solve, lambda z: problem.cotangent(loss, z), problem.inputs)
    bound = card.error_bound
    if finer is not None:
        bound = _change(card, card_of(method, finer, loss)) if np.isfinite(card.flat()).all() else inf
    return replace(card, allocated_bytes=float(peak()), error_bound=bound)


def _change(card: Card, finer: Card) -> float:
    """What a finer run says of the relative error; infinite where its gradient is no number."""
    found, better = card.flat(), finer.flat()
    with np.errstate(over="ignore", invalid="ignore"):
        size, change = float(np.linalg.norm(better)), float(np.linalg.norm(found - better))
    if not np.isfinite(change):
        return inf
    return _MARGIN * change / size if size else nan


def _known(card: Card, about: About) -> Card:
    """With an estimate of a trajectory's error that is no less than the error that is known: what a method leaves out
    at every tolerance, such as the way to a steady state, no finer run tells."""
    if about == "fixed point" or not card.relative_error > card.error_bound:
        return card
    return replace(card, error_bound=card.relative_error)


def _flagged(card: Card) -> Card:
    """With a note where the gradient is wrong, and nothing has said so."""
    nothing_there = isnan(card.relative_error) and bool(np.isfinite(card.flat()).all())
    if card.relative_error < _WRONG or card.note or nothing_there:
        return card
    away = f"is {card.relative_error:.2g} times the reference's length away from the reference"
    return replace(card, exact=False, note=f"this gradient {away}")


def _checks(system: Any, problem: Solved[Any], loss: Loss, reference: Card) -> Iterator[Card]:
    """The reference by differences and, where that can be, by a complex step."""
    begun = perf_counter()
    found = differences(problem, loss)
    note = "a difference quotient: about eight digits where the solution bends little, few near a fold"
    yield _check_card(reference, "finite differences", found, perf_counter() - begun, note)
    begun = perf_counter()
    imaginary = complex_step(system, problem, loss)
    if imaginary is not None:
        note = "the imaginary part after a step off the real axis: every digit, one solve for every number"
        yield _check_card(reference, "complex step", imaginary, perf_counter() - begun, note)


def _check_card(reference: Card, title: str, grads: Mapping[str, Any], seconds: float, note: str) -> Card:
    return replace(
        reference,
        method=title.replace(" ", "_"),
        title=title,
        grads=grads,
        backward_residual=nan,
        error_bound=nan,
        seconds=seconds,
        peak_bytes=0,
        backward_evaluations=0,
        products=0,
        exact=False,
        note=note,
    )


def _compared(card: Card, reference: Card) -> Card:
    """The card with its error and cosine."""
    found, wanted = card.flat(), reference.flat()
    with np.errstate(over="ignore", invalid="ignore"):  # a gradient may be off by any factor
        size, other, missed = (float(np.linalg.norm(one)) for one in (wanted, found, found - wanted))
        along = float(found @ wanted)
    return replace(
        card,
        relative_error=missed / size if size else nan,
        cosine=min(max(along / (size * other), -1.0), 1.0) if 0.0 < size * other < inf else nan,
    )
