"""The solution inside a step as a polynomial of the place in it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache

from ..integration_method import Row
from ..tableau import Tableau
from .lanes import convert
from .runge_kutta import Step, Vector, weighted
from .value import Value


class Continuation:
    """z(t + theta h) = z + sum_p c_p theta^p inside the step of size h, in float64, from z.

    The c_p are computed once: h sum_i d_ip k_i from the tableau's dense output. Where that begins and ends with the
    first and the last slope, as a cubic Hermite polynomial does, only c_4, c_5, ... come from the stages; c_2 and c_3
    follow from z(t + h) = z1 and z'(t + h) = k_s.
    """

    def __init__(self, tableau: Tableau, h: Value, z: Vector, step: Step) -> None:
        self._start = z
        size = convert(h, z[0].type.element)
        slopes = [[stage[index] for stage in step.slopes] for index in range(len(z))]
        if _is_smooth(tableau):
            higher = [(power, row) for power, row in enumerate(_columns(tableau), start=1) if power > 3]
            parts = zip(z, step.ends, slopes, strict=True)
            end = _last(tableau)
            self._coefficients = [
                _between(size, before, after, known, known[end], higher) for before, after, known in parts
            ]
        else:
            self._coefficients = [[size * weighted(row, known) for row in _columns(tableau)] for known in slopes]

    def at(self, theta: Value) -> Vector:
        """The state at t + theta h."""
        place = convert(theta, self._start[0].type.element)
        states = []
        for before, coefficients in zip(self._start, self._coefficients, strict=True):
            total = coefficients[-1]
            for coefficient in reversed([before, *coefficients[:-1]]):
                total = total * place + coefficient
            states.append(total)
        return tuple(states)


def _between(
    h: Value,
    before: Value,
    after: Value,
    slopes: Sequence[Value],
    last: Value,
    higher: Sequence[tuple[int, Row]],
) -> list[Value]:
    """c_1, c_2, ... of one component from its ends, the slopes there, and the c_p of `higher` powers p."""
    first, rest = h * slopes[0], [(power, h * weighted(row, slopes)) for power, row in higher]
    rise, bend = (after - before) - first, h * last - first  # what is left of c_2 + c_3 and of 2 c_2 + 3 c_3
    for power, coefficient in rest:
        rise, bend = rise - coefficient, bend - float(power) * coefficient
    third = bend - 2.0 * rise
    return [first, rise - third, third, *(coefficient for _, coefficient in rest)]


@cache
def _columns(tableau: Tableau) -> tuple[Row, ...]:
    """The factors of every stage in c_1, c_2, ...; of a tableau without dense output there are none."""
    rows = tableau.dense or ()
    degree = max(map(len, rows), default=0)
    return tuple(tuple(row[power] if power < len(row) else Fraction(0) for row in rows) for power in range(degree))


@cache
def _is_smooth(tableau: Tableau) -> bool:
    """Whether the polynomial begins with the slope k_1 and ends with the slope k_s."""
    if tableau.dense is None:
        return True
    first, last = ([Fraction(stage == place) for stage in range(tableau.stages)] for place in (0, _last(tableau)))
    begins = [row[0] for row in tableau.dense]
    ends = [sum(power * factor for power, factor in enumerate(row, start=1)) for row in tableau.dense]
    return len(_columns(tableau)) > 2 and (begins, ends) == (first, last)


def _last(tableau: Tableau) -> int:
    """The last stage but those for the dense output: where one is, it is the slope at the end of the step."""
    return tableau.stages - 1 - tableau.extra_stages
