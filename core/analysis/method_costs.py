"""Gradient methods one after the other, each measured, and none for longer than it may take."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import isfinite, nan
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ..background import Deadline, OutOfTimeError, beside
from ..gradient_method import GradientMethod
from ..readings.gradient_costs import GradientCosts, MethodCost
from .gradient_comparison import Comparison
from .measured_gradient import Measured

if TYPE_CHECKING:
    from jaxtyping import Float

M = TypeVar("M", bound=GradientMethod)

DOUBTFUL = 1e-2
"""Relative error from which on a gradient is not to be trusted."""
_EACH, _ALL = 6.0, 40.0
"""Seconds that a method, and all of them together, may take."""
_SHORTEST = 0.1


@dataclass(frozen=True)
class Answered:
    """A method's answer; gradient (P,); bound of its relative error, NaN where none is known."""

    measured: Measured
    gradient: Float[np.ndarray, "P"]
    bound: float = nan


def measured_in_turn(
    costs: GradientCosts, methods: Sequence[M], ask: Callable[[M, Deadline], Answered], compared: Comparison
) -> Iterator[GradientCosts | None]:
    """`costs` with one method more after each, and None every 20 ms between.

    ask runs on another thread; its ValueError is a method's refusal, and so is the end of its time.
    """
    left, unknown = _ALL, np.full(len(costs.names), nan)
    for method in methods:
        most = max(min(_EACH, left), _SHORTEST)
        try:
            answer = yield from beside(partial(ask, method), most)
        except (ValueError, NotImplementedError) as refusal:
            line = _refused(method, unknown, str(refusal))
        except OutOfTimeError:
            left -= most
            late = _refused(method, unknown, f"it takes longer than {most:.2g} s here, and was left")
            line = replace(late, late=True)
        else:
            left -= answer.measured.seconds
            line = _line(method, answer, compared)
        costs = replace(costs, methods=(*costs.methods, line))
        yield costs


def _refused(method: GradientMethod, nothing: np.ndarray, why: str) -> MethodCost:
    """The line of a method that has no gradient here."""
    return MethodCost(method.name, method.title, nothing, nan, nan, exact=method.exact, note=why)


def _line(method: GradientMethod, answer: Answered, compared: Comparison) -> MethodCost:
    found, error = answer.measured.found, compared.error(answer.gradient)
    far = not compared.is_rounding and not (isfinite(error) and error <= DOUBTFUL)
    return MethodCost(
        method=method.name,
        title=method.title,
        gradient=answer.gradient,
        relative_error=error,
        cosine=compared.cosine(answer.gradient),
        gap=found.gap,
        residual=found.residual,
        bound=answer.bound,
        kept=answer.measured.kept,
        evaluations=found.evaluations,
        products=found.products,
        recomputed=getattr(found, "recomputed", 0) or None,
        seconds=answer.measured.seconds,
        exact=method.exact,
        doubtful=far or bool(found.note),
        note=found.note or method.caveat,
    )
