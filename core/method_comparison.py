"""The public `core.compare_gradients`: every method on one loss, against a tight reference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import nan
from time import perf_counter
from typing import Any

import numpy as np

from . import catalogue
from .differentiation import Differentiable, about_of, card_of, method_of, solved
from .finite_differences import differences
from .gradient_card import Card
from .gradient_method import GradientMethod, TrajectoryGradient
from .gradient_problem import Loss, Solved
from .language import System
from .layer_problem import tightened
from .nearest_name import suggestion
from .trajectory_problem import solve_trajectory

_MOST_DIFFERENCES = 16
"""Numbers up to which differences, four solves each, check the reference."""
_TIGHT_ORDER = 5
"""Methods of lower order would take too many steps at the tight tolerances."""
_TIGHT = {"float64": (1e-12, 1e-14), "float32": (1e-6, 1e-8)}


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
    most 16 numbers to differentiate by, the last card holds finite differences of the reference's solution. Torch
    callables keep their dtype, and have a reference no better than that.
    methods: "all" that fit what is solved and by which method, or names. options: by method, its fields. Everything
    else as in `gradient`.
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
    if methods == "all":
        chosen = [method for method in chosen if _fits(method, problem)]
    cards = [_compared(card_of(method, problem, loss), reference) for method in chosen]
    if reference.flat().size <= _MOST_DIFFERENCES and tight.repeatable:
        cards.append(_compared(_differences_card(tight, loss, reference), reference))
    return (reference, *cards)


def _fits(method: GradientMethod, problem: Solved[Any]) -> bool:
    """Whether it does not refuse the method that the forward run was made by."""
    return not isinstance(method, TrajectoryGradient) or method.refusal(problem.solve.method) is None


def _tight_run(
    system: Any, wrt: tuple[str, ...], start: Any, params: Any, options: Mapping[str, Any], device: str, dtype: str
) -> Solved[Any]:
    """The trajectory with tight adaptive steps; of a formula in float64 on the processor."""
    where = ("cpu", "float64") if isinstance(system, System) else (device, dtype)
    method = options.get("method", "dopri5")
    chosen = catalogue.integrator(method)
    if not chosen.adaptive or chosen.order < _TIGHT_ORDER:
        method = "radau5" if chosen.stiff else "dopri5"
    rtol, atol = _TIGHT[where[1]]
    tight = {**options, "method": method, "rtol": rtol, "atol": atol, "step": None}
    return solve_trajectory(system, wrt, start, params, tight, *where)


def _differences_card(problem: Solved[Any], loss: Loss, reference: Card) -> Card:
    begun = perf_counter()
    found = differences(problem, loss)
    return replace(
        reference,
        method="finite_differences",
        title="finite differences",
        grads=found,
        backward_residual=nan,
        error_bound=nan,
        seconds=perf_counter() - begun,
        peak_bytes=0,
        backward_evaluations=0,
        products=0,
        exact=False,
        note="a difference quotient: about eight digits where the solution bends little, few near a fold",
    )


def _compared(card: Card, reference: Card) -> Card:
    """The card with its error and cosine."""
    found, wanted = card.flat(), reference.flat()
    size, other = float(np.linalg.norm(wanted)), float(np.linalg.norm(found))
    return replace(
        card,
        relative_error=float(np.linalg.norm(found - wanted)) / size if size else nan,
        cosine=min(max(float(found @ wanted) / (size * other), -1.0), 1.0) if size * other else nan,
    )
