"""Stability functions: their limits on the axes, rational ones, and the steps of stiff and smooth problems."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

import core
from core import catalogue
from core.amplification import Amplification, amplification_of
from core.experiment import Experiment, Integration
from core.readings import StabilitySteps
from core.request import Request
from core.runner import frames

STIFF = "x' = -1000*(x - cos(t))\nstart (1)\nt in [0, 2]\n"
SMOOTH = "x' = y\ny' = -x\nstart (1, 0)\nt in [0, 10]\n"
REAL = {"euler": 2.0, "rk4": 2.78529356340528, "dopri5": 3.3065678926349465}
"""Of dopri5 the root of R(-x) = 1, bisected in exact fractions: 3.30656789263494650372..."""
IMAGINARY = {"euler": 0.0, "rk4": 2.0 * math.sqrt(2.0), "dopri5": 0.9972}
IMPLICIT_EULER = Amplification((Fraction(1),), (Fraction(1), Fraction(-1)))
TRAPEZOID = Amplification((Fraction(1), Fraction(1, 2)), (Fraction(1), Fraction(-1, 2)))


def truncated(order: int) -> Amplification:
    return Amplification(tuple(Fraction(1, math.factorial(power)) for power in range(order + 1)))


def reading(text: str, **options: object) -> StabilitySteps:
    experiment = Experiment(text, integration=Integration(**options))  # type: ignore[arg-type]
    *_, last = frames(Request(experiment, frozenset({StabilitySteps})))
    assert last.error is None
    found: StabilitySteps = last.readings[StabilitySteps]
    return found


@pytest.mark.parametrize("name", sorted(REAL))
def test_the_limit_on_the_negative_real_axis(name: str) -> None:
    assert amplification_of(catalogue.tableau(name)).real_limit() == pytest.approx(REAL[name], abs=3e-15)


@pytest.mark.parametrize("name", sorted(IMAGINARY))
def test_the_limit_on_the_imaginary_axis(name: str) -> None:
    assert amplification_of(catalogue.tableau(name)).imaginary_limit() == pytest.approx(IMAGINARY[name], abs=5e-5)


def test_third_order_and_tsit5_have_their_known_limits() -> None:
    assert truncated(3).real_limit() == pytest.approx(2.512745326618330, abs=1e-14)
    assert truncated(3).imaginary_limit() == pytest.approx(math.sqrt(3.0), abs=1e-14)
    assert truncated(2).imaginary_limit() == 0.0


def test_rational_functions_may_have_no_limit() -> None:
    assert amplification_of(catalogue.integrator("implicit_euler")) == IMPLICIT_EULER
    assert amplification_of(catalogue.integrator("trapezoid")) == TRAPEZOID
    for one in (IMPLICIT_EULER, TRAPEZOID):
        assert one.real_limit() == math.inf
        assert one.imaginary_limit() == math.inf
        assert np.isinf(one.edge(np.linspace(0.6 * np.pi, np.pi, 5))).all()
    z = np.array([-3.0 + 1j, 0.5j, -1e6])
    assert IMPLICIT_EULER(z) == pytest.approx(1.0 / (1.0 - z))
    assert TRAPEZOID(z) == pytest.approx((1.0 + z / 2.0) / (1.0 - z / 2.0))
    assert np.isinf(IMPLICIT_EULER(np.array([1.0 + 0j]))[0])


@pytest.mark.parametrize(
    "name",
    [
        "sdirk2",
        "sdirk4",
        "radau3",
        "radau5",
        "tr_bdf2",
        "gauss2",
        "gauss3",
        "rosenbrock23",
        "rodas4",
        "rodas5p",
        "kvaerno3",
        "kvaerno4",
        "kvaerno5",
    ],
)
def test_implicit_methods_have_no_limit(name: str) -> None:
    """They are A-stable, and all but Gauss's forget what is infinitely stiff."""
    one = amplification_of(catalogue.integrator(name))
    assert one is not None
    assert one.real_limit() == one.imaginary_limit() == math.inf
    assert abs(one(np.array(-1e9))) == pytest.approx(float(name.startswith("gauss")), abs=1e-6)


def test_a_method_of_changing_order_has_none() -> None:
    assert amplification_of(catalogue.integrator("bdf")) is None


@pytest.mark.parametrize("name", sorted(name for name, one in catalogue.integrators().items() if amplification_of(one)))
def test_one_step_on_the_linear_equation_multiplies_by_it(name: str) -> None:
    rate = -1.3
    run = core.integrate(core.parse(f"x' = {rate}*x"), [1.0], (0.0, 0.7), name, step=0.7)
    assert run.z[-1, 0] == pytest.approx(amplification_of(catalogue.integrator(name))(np.array(0.7 * rate + 0j)).real)


def test_the_edge_is_where_the_modulus_is_one() -> None:
    one = amplification_of(catalogue.tableau("rk4"))
    angle = np.linspace(0.55 * np.pi, np.pi, 20)
    at = one.edge(angle) * np.exp(1j * angle)
    assert np.abs(one(at)) == pytest.approx(1.0, abs=0.02)
    assert one.edge(np.array([np.pi]))[0] == pytest.approx(one.real_limit(), abs=0.005)


def test_on_a_stiff_problem_stability_sets_the_step() -> None:
    found = reading(STIFF)
    assert found.eigenvalues == pytest.approx(-1000.0)
    assert found.real_limit == pytest.approx(REAL["dopri5"], abs=1e-14)
    assert found.held_back > 0.8
    late = found.accepted & (found.t > 0.5)
    assert 0.7 < np.median(found.h[late]) * 1000.0 / REAL["dopri5"] < 1.0
    assert found.h[late].max() * 1000.0 < 1.5 * REAL["dopri5"]


def test_on_a_smooth_problem_accuracy_does() -> None:
    found = reading(SMOOTH)
    assert found.held_back == 0.0
    assert sorted(found.eigenvalues[0].imag) == pytest.approx([-1.0, 1.0])
    assert np.abs(found.products.imag) == pytest.approx(np.repeat(found.h[:, None], 2, axis=1))


def test_an_unstable_step_uses_more_than_there_is() -> None:
    found = reading("x' = -10*x\nstart (1)\nt in [0, 2]\n", method="euler", step=0.25)
    assert found.used == pytest.approx(0.25 * 10.0 / 2.0, rel=0.01)


def test_the_step_at_a_time_is_the_accepted_one_under_way() -> None:
    found = reading(STIFF)
    place = found.at(1.0)
    assert found.accepted[place]
    assert found.t[place] <= 1.0
    assert found.t[found.at(-5.0)] == found.t[found.accepted][0]


def test_the_jacobian_depends_on_time_and_place() -> None:
    found = reading("x' = -(1 + t)*x^2\nstart (1)\nt in [0, 1]\n")
    exact = 1.0 / (1.0 + found.t + found.t**2 / 2.0)
    assert found.eigenvalues[:, 0].real == pytest.approx(-2.0 * (1.0 + found.t) * exact, rel=1e-4)


def test_too_many_components_are_told() -> None:
    count = 70
    lines = "\n".join(f"x{index}' = -x{index}" for index in range(count))
    *_, last = frames(
        Request(Experiment(f"{lines}\nstart ({', '.join(['1'] * count)})\n"), frozenset({StabilitySteps}))
    )
    assert "64 components" in last.absent[StabilitySteps]
