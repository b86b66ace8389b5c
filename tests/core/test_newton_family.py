"""Chord, Shamanskii, Halley and pseudo-transient steps: exact iterates, orders and rates, counts, and their limits."""

from __future__ import annotations

from decimal import Decimal, localcontext
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from root_problems import PATHS, follow, formula, orders, tutorial_layer

from core.budget import Budget
from core.stop_rule import StopRule

ROOT_OF_TWO = "0 = z^2 - 2\nsolve z = 1"
CIRCLE = "0 = x^2 + y^2 - 4\n0 = x*y - 1\nsolve x = 2, y = 0.5"
FAMILY = ("newton", "chord", "shamanskii", "halley", "line_search", "dogleg", "levenberg_marquardt", "pseudo_transient")
LINEAR = "0 = 4*x - y - 3\n0 = x + 5*y - 6\nsolve x = 9, y = -7"
"""Solved by x = y = 1."""
LAST = StopRule(1e-15, "step")


def two_by_two(a: Any, b: Any, c: Any, d: Any, right: tuple[Any, Any]) -> tuple[Any, Any]:
    """The solution of ((a, b), (c, d)) x = right."""
    determinant = a * d - b * c
    return (d * right[0] - b * right[1]) / determinant, (a * right[1] - c * right[0]) / determinant


@pytest.mark.parametrize("path", PATHS)
def test_the_chord_method_keeps_its_first_slope(path: str) -> None:
    kept = follow(formula(ROOT_OF_TWO), [[1.0]], "chord", StopRule(1e-13, "absolute"), path=path)
    z = [1.0]
    while len(z) < len(kept.z):
        z.append(z[-1] - (z[-1] ** 2 - 2.0) / 2.0)
    assert kept.z[:, 0, 0] == pytest.approx(np.array(z), abs=4e-16)
    errors = kept.z[:, 0, 0] - np.sqrt(2.0)
    assert errors[24] / errors[23] == pytest.approx(1.0 - np.sqrt(2.0), rel=1e-6)
    assert kept.jacobians[:, 0].tolist() == [0] + [1] * (len(kept.z) - 1)
    assert kept.evaluations[:, 0].tolist() == list(range(1, len(kept.z) + 1))


@pytest.mark.parametrize("path", PATHS)
def test_the_rate_of_the_chord_method_is_a_spectral_radius(path: str) -> None:
    kept = follow(tutorial_layer(0), np.full((1, 10), 0.4), "chord", StopRule(1e-13), path=path)
    first, last = (np.eye(10) - tutorial_layer(0).jacobian()(z)[0] for z in (kept.z[0], kept.z[-1]))
    rate = abs(np.linalg.eigvals(np.eye(10) - np.linalg.solve(first, last))).max()
    found = kept.residual[:, 0]
    late = len(found) - 8
    assert (found[late] / found[late - 12]) ** (1 / 12) == pytest.approx(rate, rel=0.05)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("every", [1, 2, 3, 5])
def test_shamanskii_gains_an_order_with_every_step(path: str, every: int) -> None:
    kept = follow(formula(ROOT_OF_TWO), [[1.0]], "shamanskii", LAST, path=path, every=every)
    with localcontext() as context:
        context.prec = 700
        z, slope = [Decimal(1)], Decimal(2)
        for step in range(3 * every):
            slope = 2 * z[-1] if step % every == 0 else slope
            z.append(z[-1] - (z[-1] ** 2 - 2) / slope)
        errors = np.array([float(abs(point - Decimal(2).sqrt()).ln()) for point in z[::every]])
    growth = np.diff(errors)
    assert growth[2] / growth[1] == pytest.approx(every + 1, rel=0.05)
    shown = min(len(kept.z), len(z))
    assert kept.z[:shown, 0, 0] == pytest.approx(np.array([float(point) for point in z[:shown]]), abs=4e-16)
    assert kept.jacobians[:, 0].tolist() == [-(-step // every) for step in range(len(kept.z))]


def test_shamanskii_with_one_step_is_newton() -> None:
    found, newton = (
        follow(tutorial_layer(1), np.zeros((1, 10)), solver, LAST, budget=Budget(steps=5), **options)
        for solver, options in (("shamanskii", {"every": 1}), ("newton", {}))
    )
    assert found.z == pytest.approx(newton.z, abs=1e-14)
    assert np.array_equal(found.jacobians, newton.jacobians)


@pytest.mark.parametrize("path", PATHS)
def test_halleys_errors_on_the_root_of_two(path: str) -> None:
    kept = follow(formula(ROOT_OF_TWO), [[1.0]], "halley", LAST, path=path)
    assert kept.z[1, 0, 0] == pytest.approx(7 / 5, abs=3e-16)
    errors = abs(kept.z[:4, 0, 0] - np.sqrt(2.0))
    assert errors[1:3] == pytest.approx([1.42135624e-2, 3.6440e-7], rel=1e-4)
    assert errors[3] <= 2.3e-16
    assert orders(errors[:3])[0] == pytest.approx(3.0, abs=0.2)
    assert kept.jacobians[-1, 0] == 2 * kept.outcome.t


@pytest.mark.parametrize("path", PATHS)
def test_the_order_of_halley_in_two_unknowns_is_three(path: str) -> None:
    with localcontext() as context:
        context.prec = 120
        way = [(Decimal(2), Decimal("0.7"))]
        for _ in range(4):
            x, y = way[-1]
            right = (4 - x * x - y * y, 1 - x * y)
            p, q = two_by_two(2 * x, 2 * y, y, x, right)
            dx, dy = two_by_two(2 * x + p, 2 * y + q, y + q / 2, x + p / 2, right)
            way.append((x + dx, y + dy))
        x, y = ((Decimal(6).sqrt() + sign * Decimal(2).sqrt()) / 2 for sign in (1, -1))
        errors = [((a - x) ** 2 + (b - y) ** 2).sqrt().ln() for a, b in way]
        falls = [float(late - early) for early, late in pairwise(errors)]
    assert falls[3] / falls[2] == pytest.approx(3.0, abs=0.05)
    kept = follow(formula(CIRCLE), [[2.0, 0.7]], "halley", LAST, path=path)
    expected = np.array(way[:4], dtype=np.float64)
    assert kept.z[:4, 0] == pytest.approx(expected, abs=1e-14)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("solver", "rate"), [("newton", 1 / 2), ("shamanskii", 3 / 8), ("halley", 1 / 3), ("line_search", 1 / 2)]
)
def test_rates_at_a_double_root(path: str, solver: str, rate: float) -> None:
    kept = follow(formula("0 = (x - 1)^2\nsolve x = 1"), [[2.0]], solver, StopRule(1e-6, "absolute"), path=path)
    errors = kept.z[:: 2 if solver == "shamanskii" else 1, 0, 0] - 1.0
    assert errors[1:6] / errors[:5] == pytest.approx(np.full(5, rate), abs=1e-9)
    assert kept.outcome.success


@pytest.mark.parametrize(("path", "dtype"), [("numpy", "float64"), ("torch", "float64"), ("torch", "float32")])
@pytest.mark.parametrize("solver", FAMILY)
def test_linear_problems(solver: str, path: str, dtype: str) -> None:
    tolerance = 1e-11 if dtype == "float64" else 1e-4
    starts = [[9.0, -7.0], [1.0, 1.0], [-30.0, 2.5]]
    kept = follow(formula(LINEAR), starts, solver, StopRule(tolerance, "absolute"), path=path, dtype=dtype)
    assert all(outcome.success for outcome in kept.outcomes)
    for sample in range(3):
        assert kept.of(sample).z[-1] == pytest.approx([1.0, 1.0], abs=tolerance)
    if solver not in ("levenberg_marquardt", "pseudo_transient"):
        assert [outcome.t for outcome in kept.outcomes] == [1, 0, 1]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("delta", [0.1, 1.0, 25.0])
def test_the_pseudo_time_step_grows_as_the_residual_falls(path: str, delta: float) -> None:
    stop = StopRule(1e-12, "absolute")
    kept = follow(
        formula("0 = 3*z - 6\nsolve z = 0"), [[1.0]], "pseudo_transient", stop, path=path, delta=delta, growth=1e12
    )
    error = [1.0]
    while len(error) < len(kept.z):
        error.append(error[-1] / (1.0 + 3.0 * delta / error[-1]))  # |g| = 3 |error|, 3 at the start
    assert 2.0 - kept.z[:, 0, 0] == pytest.approx(np.array(error), rel=1e-9, abs=1e-15)


def test_the_growth_of_the_pseudo_time_step_is_limited() -> None:
    stop = StopRule(1e-6, "absolute")
    kept = follow(formula("0 = 3*z - 6\nsolve z = 0"), [[1.0]], "pseudo_transient", stop, delta=1.0, growth=2.0)
    error, delta, first = [1.0], 1.0, True
    while len(error) < len(kept.z):
        delta = min(1.0 / error[-1], delta if first else 2.0 * delta)
        error.append(error[-1] / (1.0 + 3.0 * delta))
        first = False
    assert 2.0 - kept.z[:, 0, 0] == pytest.approx(np.array(error), rel=1e-9, abs=1e-15)
    assert delta == 2.0 ** (len(error) - 2)


@pytest.mark.parametrize("path", PATHS)
def test_pseudo_transient_steps_between_implicit_euler_and_newton(path: str) -> None:
    options = {"path": path, "budget": Budget(steps=4)}
    far, newton = (
        follow(tutorial_layer(1), np.zeros((1, 10)), solver, LAST, **options, **more)
        for solver, more in (("pseudo_transient", {"delta": 1e12, "growth": 1e12}), ("newton", {}))
    )
    assert far.z == pytest.approx(newton.z, abs=1e-10)
    short = follow(tutorial_layer(1), np.zeros((1, 10)), "pseudo_transient", LAST, **options, delta=1e-6)
    flow = tutorial_layer(1).array()(short.z[0]) - short.z[0]
    assert (short.z[1] - short.z[0]) / 1e-6 == pytest.approx(flow, rel=1e-4)


def test_the_order_of_the_pseudo_transient_is_two_once_its_growth_is_free() -> None:
    kept = follow(formula("z <- cos(z)"), [[1.0]], "pseudo_transient", LAST, delta=10.0, growth=1e12)
    errors = abs(kept.z[:4, 0, 0] - 0.7390851332151606416553121)
    assert orders(errors)[-1] == pytest.approx(2.0, abs=0.15)


@pytest.mark.parametrize("path", PATHS)
def test_pseudo_transient_follows_the_flow_where_newton_cycles(path: str) -> None:
    cubic = formula("0 = x^3 - 2*x + 2\nsolve x = 0")
    kept = follow(cubic, [[0.0]], "pseudo_transient", StopRule(1e-10, "absolute"), path=path, delta=0.1)
    assert kept.outcome.success
    assert kept.z[-1, 0] == pytest.approx([-1.7692923542386314], abs=1e-10)
    assert (np.diff(kept.z[:, 0, 0]) <= 1e-12).all()


def test_a_singular_pseudo_time_step_is_halved() -> None:
    kept = follow(formula("z <- 2*z"), [[1.0]], "pseudo_transient", LAST, budget=Budget(steps=1))
    assert kept.z[:, 0, 0].tolist() == [1.0, 2.0]  # 1 / delta + 1 - 2 = 0 for delta = 1; for 1/2, the step is g = z


def test_a_short_pseudo_time_step_is_no_success_of_the_step_criterion() -> None:
    stop = StopRule(1e-5, "step")
    kept = follow(formula("z <- cos(z)"), [[1.0]], "pseudo_transient", stop, delta=1e-6, budget=Budget(steps=20))
    assert not kept.outcome.success
    assert kept.measure[1, 0] == pytest.approx(1.0 - np.cos(1.0), rel=1e-5)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("solver", ["chord", "shamanskii", "halley"])
@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("0 = x^2 - 2\nsolve x = 0", [0.0]),
        ("z <- z + 1", [0.3]),
        ("0 = 0.1*x + 0.2*y - 1\n0 = 0.3*x + 0.6*y - 2\nsolve x = 0, y = 0", [0.0, 0.0]),
    ],
)
def test_a_singular_matrix_is_named(solver: str, path: str, text: str, start: list[float]) -> None:
    kept = follow(formula(text), [start, start], solver, StopRule(1e-8), path=path)
    assert [(outcome.name, outcome.t) for outcome in kept.outcomes] == [("singular_jacobian", 0)] * 2
    assert kept.z[-1].tolist() == [start, start]


@pytest.mark.parametrize("path", PATHS)
def test_halley_goes_newtons_way_where_the_bent_matrix_is_singular(path: str) -> None:
    # g = x^2 + 3 at 1: Newton's step is -2, and g' + g''/2 (-2) = 0
    kept = follow(formula("0 = x^2 + 3\nsolve x = 1"), [[1.0]], "halley", LAST, path=path, budget=Budget(steps=1))
    assert kept.z[:, 0, 0].tolist() == [1.0, -1.0]
