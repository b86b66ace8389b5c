"""One explicit Runge-Kutta step on values: its stages, its end and its error ratio."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple, TypeVar

from ..step_rules import COARSE_SHARE, NO_ERROR
from ..tableau import Tableau
from .lanes import convert, joined, select
from .value import Value

Vector = tuple[Value, ...]
Field = Callable[[Value, Vector], Vector]
"""f(t, z): t in float64, z one value per component."""
M = TypeVar("M")


class Step(NamedTuple):
    """ends: the n proposed states; slopes: the s stages, n values each."""

    ends: Vector
    slopes: tuple[Vector, ...]


def moments(tableau: Tableau, t: Value, h: Value) -> list[Value]:
    """The times t + c_i h of the stages."""
    return [t + float(node) * h if node else t for node in tableau.c]


def runge_kutta_step(
    tableau: Tableau,
    field: Callable[[M, Vector], Vector],
    at: Sequence[M],
    h: Value,
    z: Vector,
    first: Vector,
    *,
    equal: bool = False,
) -> Step:
    """The step of size h, in float64, from z, whose slope is `first`.

    at: what the field takes as the time, for every stage. equal: whether all trajectories take this step; h then goes
    into the weights, one operation less per state where it has one lane.
    k_i = f(t_i, z + h sum_{j<i} a_ij k_j),  z1 = z + h sum_i b_i k_i.
    """
    size = convert(h, z[0].type.element)
    moved = _moved_equally if equal else _moved
    slopes, inner = [first], [z]
    for row, moment in zip(tableau.a[1:], at[1:], strict=True):
        inner.append(moved(z, size, row, slopes))
        slopes.append(field(moment, inner[-1]))
    ends = moved(z, size, tableau.b, slopes) if tableau.end_stage is None else inner[tableau.end_stage]
    return Step(ends, tuple(slopes))


def squared_error_ratio(tableau: Tableau, h: Value, z: Vector, step: Step, rtol: Value, atol: Value) -> Value:
    """mean_i (e_i / (atol + rtol max(|z_i|, |z1_i|)))^2 in the type of z.

    Of two estimates r^2 / (r + 0.01 r_c) with the means r and r_c.
    """
    size = convert(h, z[0].type.element)
    inverses = [  # they do not wait for the last slope
        1.0 / (atol + rtol * _larger(abs(before), abs(after))) for before, after in zip(z, step.ends, strict=True)
    ]
    square = _mean_square(size, tableau.error_weights or (), step, inverses)
    if tableau.coarse_error_weights is None:
        return square
    coarse = _mean_square(size, tableau.coarse_error_weights, step, inverses)
    joint = square * (square / (square + COARSE_SHARE * coarse + NO_ERROR))
    return select(square < float("inf"), joint, square)


def _mean_square(size: Value, weights: Sequence[Fraction], step: Step, inverses: Sequence[Value]) -> Value:
    """mean_i (h sum_j w_j k_ji / scale_i)^2."""
    total: Value | None = None
    for index, inverse in enumerate(inverses):
        ratio = size * weighted(weights, [stage[index] for stage in step.slopes]) * inverse
        total = ratio * ratio if total is None else joined(ratio, ratio, total)
    if total is None:
        raise ValueError("a step needs a component")
    return total * (1.0 / len(inverses))


def unseen_stages(tableau: Tableau, *, adaptive: bool) -> tuple[int, ...]:
    """Stages without a weight in the end and, where it is estimated, in the error: neither shows what they are."""
    estimates = (tableau.error_weights, tableau.coarse_error_weights) if adaptive else ()
    seen = [tableau.b, *filter(None, estimates)]
    return tuple(stage for stage in range(tableau.stages) if not any(weights[stage] for weights in seen))


def _moved(z: Vector, h: Value, weights: Sequence[Fraction], slopes: Sequence[Vector]) -> Vector:
    """z + h sum_j weights_j k_j; what needs the newest slope comes last, in one operation."""
    *known, last = [place for place, weight in enumerate(weights[: len(slopes)]) if weight]
    newest, moved = h * float(weights[last]), []
    for index, before in enumerate(z):
        base = before
        if known:
            sum_known = weighted([weights[place] for place in known], [slopes[place][index] for place in known])
            base = joined(h, sum_known, before)
        moved.append(joined(slopes[last][index], newest, base))
    return tuple(moved)


def _moved_equally(z: Vector, h: Value, weights: Sequence[Fraction], slopes: Sequence[Vector]) -> Vector:
    """z + sum_j (h weights_j) k_j."""
    sizes = [h * float(weight) for weight in weights]
    moved = []
    for index, before in enumerate(z):
        total = before
        for size, weight, stage in zip(sizes, weights, slopes, strict=False):
            if weight:
                total = joined(stage[index], size, total)
        moved.append(total)
    return tuple(moved)


def weighted(weights: Sequence[Fraction], values: Sequence[Value]) -> Value:
    """sum_i weights_i values_i without the zeros."""
    total: Value | None = None
    for weight, value in zip(weights, values, strict=False):
        if weight:
            total = value * float(weight) if total is None else joined(value, float(weight), total)
    return values[0].function.constant(values[0].type, 0.0) if total is None else total


def _larger(a: Value, b: Value) -> Value:
    return select(a > b, a, b)
