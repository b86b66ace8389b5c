"""Implicit Runge-Kutta methods: orders, dense output, stiffness, conservation, and steps that do not mix samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch

import core
from core import catalogue
from core.implicit_tableau import ImplicitTableau
from core.surd import root

METHODS = {name: method for name, method in catalogue.integrators().items() if isinstance(method, ImplicitTableau)}
Solution = Callable[[np.ndarray, np.ndarray], np.ndarray]
LINEAR = "x' = -2x + 1", lambda t, z: 0.5 + (z - 0.5) * np.exp(-2 * t)
TIMED = "x' = cos(t) x", lambda t, z: z * np.exp(np.sin(t))
CUBIC = "x' = x - x^3", lambda t, z: z * np.exp(t) / np.sqrt(1 + z**2 * (np.exp(2 * t) - 1))
STARTS = np.array([[0.3], [0.7], [1.4]])
STEPS = {1: (64, 128), 2: (64, 128), 3: (32, 64), 4: (16, 32), 5: (8, 16), 6: (5, 10)}
LATE = {"kvaerno3": (64, 128), "kvaerno4": (64, 128), "kvaerno5": (32, 64)}
"""Whose errors of higher orders count longer, but for the problem with cos t."""
ROBERTSON = "a' = -0.04a + 1e4 b c\nb' = 0.04a - 1e4 b c - 3e7 b^2\nc' = 3e7 b^2"
ROBERTSON_AT_40 = np.array([0.715827068719, 9.18553476456e-6, 0.284163745746])


@pytest.mark.parametrize(
    ("problem", "path"),
    [(LINEAR, "numpy"), (TIMED, "numpy"), (CUBIC, "numpy"), (TIMED, "torch")],
    ids=["linear", "non-autonomous", "nonlinear", "torch"],
)
@pytest.mark.parametrize("name", METHODS)
def test_the_order_is_the_declared_one(name: str, problem: tuple[str, Solution], path: str) -> None:
    system, exact = core.parse(problem[0]), problem[1]
    errors = []
    usual = STEPS[METHODS[name].order]
    for count in usual if problem is TIMED else LATE.get(name, usual):
        run = core.integrate(system, STARTS, (0.0, 2.0), name, step=2.0 / count, path=path)
        errors.append(np.abs(run.z[:, -1] - exact(np.full((3, 1), 2.0), STARTS)).max())
    assert np.log2(errors[0] / errors[1]) == pytest.approx(METHODS[name].order, abs=0.15)


@pytest.mark.parametrize("name", METHODS)
def test_the_dense_output_has_the_declared_order(name: str) -> None:
    """The whole error is the sum of the method's own, of order p, and the interpolant's inside one step, of order
    q + 1: the smaller one is seen."""
    method, errors = METHODS[name], []
    times = np.linspace(0.0, 2.0, 997)
    order = 3 if method.dense is None else method.dense_order
    assert order is not None
    seen = min(order + 1, method.order)
    for count in (80, 160):
        run = core.integrate(core.parse(CUBIC[0]), STARTS, (0.0, 2.0), name, step=2.0 / count)
        errors.append(np.abs(run(times)[..., 0] - CUBIC[1](times, STARTS)).max())
    assert np.log2(errors[0] / errors[1]) > seen - 0.2


@pytest.mark.parametrize("name", METHODS)
def test_a_wrong_digit_is_refused(name: str) -> None:
    method = METHODS[name]
    wrong = Fraction(1, 10**6)
    for index, row in enumerate(method.a):
        for place in range(len(row)):
            bent = (*row[:place], row[place] + wrong, *row[place + 1 :])
            with pytest.raises(ValueError, match=f"tableau {name}"):
                replace(method, a=(*method.a[:index], bent, *method.a[index + 1 :]))
    for field in ("b", "c", "estimate"):
        numbers = getattr(method, field) or ()
        for place in range(len(numbers)):
            bent = (*numbers[:place], numbers[place] + wrong, *numbers[place + 1 :])
            with pytest.raises(ValueError, match=f"tableau {name}"):
                replace(method, **{field: bent})


@pytest.mark.parametrize("name", [name for name, method in METHODS.items() if method.adaptive])
def test_robertson_is_followed_to_the_tolerance(name: str) -> None:
    rtol = 1e-6 if METHODS[name].order > 2 else 1e-4
    run = core.integrate(core.parse(ROBERTSON), [1.0, 0.0, 0.0], (0.0, 40.0), name, rtol=rtol, atol=rtol * 1e-4)
    assert run.outcome.success
    assert np.abs(run.z[-1] - ROBERTSON_AT_40).max() < 100 * rtol
    assert run.z[-1].sum() == pytest.approx(1.0, abs=1e-3 * rtol)
    assert run.stats.evaluations < 2500


def test_radau_needs_no_more_than_scipys() -> None:
    """SciPy 1.17's Radau takes 647 evaluations at these tolerances."""
    run = core.integrate(core.parse(ROBERTSON), [1.0, 0.0, 0.0], (0.0, 40.0), "radau5", rtol=1e-6, atol=1e-10)
    assert run.stats.evaluations <= 647
    assert run.z[-1] == pytest.approx(ROBERTSON_AT_40, rel=1e-6)


def test_robertson_to_1e11_in_few_steps() -> None:
    run = core.integrate(core.parse(ROBERTSON), [1.0, 0.0, 0.0], (0.0, 1e11), "radau5", rtol=1e-6, atol=1e-12)
    assert run.outcome.success
    assert run.stats.accepted + run.stats.rejected <= 2000
    assert run.z[-1][0] == pytest.approx(0.2083340149701255e-7, rel=1e-3)


def test_the_stiff_van_der_pol_equation_ends() -> None:
    system = core.parse("x' = y\ny' = mu ((1 - x^2) y - x)\nmu = 1e6")
    run = core.integrate(system, [2.0, 0.0], (0.0, 2.0), "radau5", rtol=1e-6, atol=1e-8)
    assert run.outcome.success
    assert run.z[-1][0] == pytest.approx(0.1706167732170469e1, rel=1e-4)


@pytest.mark.parametrize("name", ["implicit_midpoint", "gauss2", "gauss3"])
def test_gauss_methods_keep_quadratic_invariants(name: str) -> None:
    run = core.integrate(core.parse("x' = y\ny' = -x"), [1.0, 0.0], (0.0, 500.0), name, step=0.25)
    assert np.abs((run.z**2).sum(axis=1) - 1.0).max() <= 1e-12 * np.sqrt(2000)


@pytest.mark.parametrize("path", ["numpy", "torch"])
def test_mates_do_not_change_a_sample(path: str) -> None:
    """One mate explodes, another is far more stiff, one begins at no number."""
    system = core.parse("x' = y\ny' = 5(1 - x^2) y - x")
    mates = [[2.0, 0.0], [1e3, 1e3], [np.nan, 0.0], [0.5, -3.0]]
    alone = core.integrate(system, mates[0], (0.0, 4.0), "radau5", path=path)
    both = core.integrate(system, mates, (0.0, 4.0), "radau5", path=path)
    count = len(alone.t)
    assert (both.z[0, :count] == alone.z).all()
    assert both.stats.evaluations[0] == alone.stats.evaluations
    assert both.outcome[2].name == "bad_input"


def test_a_step_without_a_solution_ends_with_its_own_reason() -> None:
    run = core.integrate(core.parse("x' = x^2 + 1"), [0.0], (0.0, 3.0), "implicit_euler", step=1.0)
    assert run.outcome.name == "unsolved_step"
    assert "equation" in str(run.outcome)


def test_a_blow_up_ends_where_it_happens() -> None:
    run = core.integrate(core.parse("x' = x^2"), [1.0], (0.0, 2.0), "radau5")
    assert not run.outcome.success
    assert 0.99 < run.t[-1] < 1.01
    assert np.isfinite(run.z).all()


def test_a_network_is_followed_in_float32() -> None:
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(2, 16), torch.nn.Tanh(), torch.nn.Linear(16, 2))
    implicit = core.integrate(core.field(net, 2), [[0.5, -0.5]], (0.0, 1.0), "radau5", dtype="float32", rtol=1e-4)
    explicit = core.integrate(core.field(net, 2), [[0.5, -0.5]], (0.0, 1.0), "dopri5", dtype="float32", rtol=1e-5)
    assert implicit.z[0, -1] == pytest.approx(explicit.z[0, -1], abs=1e-4)
    assert implicit.z.dtype == np.float32


@pytest.mark.parametrize("path", ["kernel", "python"])
def test_explicit_paths_are_refused(path: str) -> None:
    with pytest.raises(ValueError, match="knows explicit Runge-Kutta methods, and not Radau IIA 5"):
        core.integrate(core.parse("x' = -x"), [1.0], (0.0, 1.0), "radau5", path=path)


def test_a_gradient_goes_through_a_collocation_method() -> None:
    """z(30) of z' = -k z by Radau's method: d z / d k = -30 e^-30k."""
    card = core.gradient(
        core.parse("x' = -k x\nk = 0.1"), lambda z: z.sum(), ["k"], start=[1.0], integrate={"method": "radau5"}
    )
    assert float(card.grads["k"]) == pytest.approx(-30.0 * np.exp(-3.0), rel=1e-5)


def test_surds_are_exact() -> None:
    phi = (1 + root(5)) / 2
    assert phi * phi == phi + 1
    assert 1 / phi == phi - 1
    assert float(root(2)) == 2**0.5
    assert (root(3) ** 2, bool(root(3) - root(3))) == (3, False)
    with pytest.raises(ValueError, match="different roots"):
        root(2) + root(3)
    with pytest.raises(ValueError, match="no irrational number"):
        root(9)
