"""The problem of A. Prothero and A. Robinson, Math. Comp. 28 (1974) 145: z' = lambda (z - cos t) - sin t, z(0) = 1.

For lambda = -1e6 a method has the order of its stages, not its own: E. Hairer, G. Wanner, Solving Ordinary
Differential Equations II, IV.15, table 15.1.
"""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest

import core
from core import catalogue
from core.implicit_tableau import ImplicitTableau
from core.surd import Surd

SYSTEM = core.parse("x' = lambda (x - cos(t)) - sin(t)\nlambda = -1e6")
END = 2.0
SLOPES = {
    "implicit_euler": 1, "implicit_midpoint": 2, "trapezoid": 2, "tr_bdf2": 2, "sdirk2": 1, "sdirk4": 1,
    "gauss2": 2, "gauss3": 4, "radau3": 2, "radau5": 3, "kvaerno3": 2, "kvaerno4": 2, "kvaerno5": 2,
}  # fmt: skip


def _ended(name: str, count: int) -> float:
    run = core.integrate(SYSTEM, [1.0], (0.0, END), name, step=END / count)
    assert run.outcome.success
    return float(run.z[-1, 0])


def _in_40_digits(number: Any) -> Any:
    if isinstance(number, Surd):
        return _in_40_digits(number.p) + _in_40_digits(number.q) * mpmath.sqrt(number.d)
    return mpmath.mpf(number.numerator) / number.denominator


def _exact_end(method: ImplicitTableau, count: int) -> Any:
    """The method's own end value: its linear equations solved in 40 digits."""
    stages, h, rate = method.stages, mpmath.mpf(END) / count, mpmath.mpf(-1000000)
    a, b, c = (_matrix(rows) for rows in (method.a, [method.b], [method.c]))
    matrix, z = mpmath.eye(stages) - rate * h * a, mpmath.mpf(1)
    for step in range(count):
        times = [(step + c[0, stage]) * h for stage in range(stages)]
        right = mpmath.matrix([rate * (z - mpmath.cos(t)) - mpmath.sin(t) for t in times])
        slopes = mpmath.lu_solve(matrix, right)
        z += h * (b * slopes)[0]
    return z


def _matrix(rows: Any) -> Any:
    return mpmath.matrix([[_in_40_digits(number) for number in row] for row in rows])


def test_every_implicit_method_is_here() -> None:
    methods = catalogue.integrators()
    assert set(SLOPES) == {name for name, method in methods.items() if isinstance(method, ImplicitTableau)}


@pytest.mark.parametrize("name", SLOPES)
def test_the_order_falls_to_the_known_one(name: str) -> None:
    errors = [abs(_ended(name, count) - np.cos(END)) for count in (32, 64)]
    assert np.log2(errors[0] / errors[1]) == pytest.approx(SLOPES[name], abs=0.15)


@pytest.mark.parametrize("name", SLOPES)
def test_end_values_are_those_of_an_exact_computation(name: str) -> None:
    method = catalogue.integrator(name)
    assert isinstance(method, ImplicitTableau)
    with mpmath.workdps(40):
        exact = float(_exact_end(method, 16))
    assert _ended(name, 16) == pytest.approx(exact, rel=1e-9)
    if SLOPES[name] < 3:  # so much larger are its errors than that
        assert abs(exact - np.cos(END)) > 1e-10
