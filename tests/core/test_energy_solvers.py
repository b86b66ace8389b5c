"""Descents on |f - z|^2 / 2: their rates on linear problems, their steps, and where they rest without a root."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from root_problems import PATHS, Kept, follow, formula

import core
from core.catalogue import descents, root_solvers
from core.stop_rule import StopRule

ENERGY = ("gradient_descent", "heavy_ball", "nesterov")
A = np.array([[1.2, 0.3, 0.0], [0.3, 0.9, 0.2], [0.0, 0.2, 0.6]])
B = np.array([1.0, -2.0, 0.5])
LAMBDA = np.linalg.eigvalsh(A) ** 2
"""Eigenvalues of (I - J)^T (I - J), J = I - A."""
STOP = StopRule(1e-13, "absolute")


def linear(**options: Any) -> Kept:
    """0 = A z - B, from 0."""
    rows = [" + ".join(f"{value!r}*{name}" for value, name in zip(row, "abc", strict=True)) for row in A.tolist()]
    text = "\n".join(f"0 = {row} - ({shift!r})" for row, shift in zip(rows, B.tolist(), strict=True))
    return follow(formula(f"{text}\nsolve a = 0, b = 0, c = 0"), np.zeros((1, 3)), stop=STOP, **options)


def measured_rate(kept: Kept, begin: int, end: int) -> float:
    """The mean factor by which the distance from the root falls."""
    error = np.linalg.norm(kept.z[:, 0] - np.linalg.solve(A, B), axis=1)
    return float((error[end] / error[begin]) ** (1.0 / (end - begin)))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("eta", [0.3, 2.0 / (LAMBDA[0] + LAMBDA[-1]), 1.01])
def test_the_rate_of_gradient_descent(eta: float, path: str) -> None:
    kept = linear(solver="gradient_descent", eta=eta, path=path)
    expected = max(abs(1.0 - eta * LAMBDA))
    assert measured_rate(kept, 60, 100) == pytest.approx(expected, abs=2e-3)
    assert kept.outcome.success


@pytest.mark.parametrize("solver", ENERGY)
def test_too_large_a_learning_rate_diverges(solver: str) -> None:
    beta = {} if solver == "gradient_descent" else {"beta": 0.1}
    limit = {"gradient_descent": 2.0, "heavy_ball": 2.0 * 1.1, "nesterov": 2.0 * 1.1 / 1.2}[solver] / LAMBDA[-1]
    assert linear(solver=solver, eta=0.95 * limit, **beta).outcome.success
    assert linear(solver=solver, eta=1.05 * limit, **beta).outcome.name == "diverged"


@pytest.mark.parametrize("path", PATHS)
def test_the_heavy_balls_best_rate(path: str) -> None:
    root = np.sqrt(LAMBDA[-1] / LAMBDA[0])
    best = (root - 1.0) / (root + 1.0)
    eta = 4.0 / (np.sqrt(LAMBDA[-1]) + np.sqrt(LAMBDA[0])) ** 2
    kept = linear(solver="heavy_ball", eta=eta, beta=best**2, path=path)
    # every root of the recursion has this size, and those at both ends are double: k best^k
    assert measured_rate(kept, 20, 40) == pytest.approx(best * 2.0 ** (1 / 20), abs=0.02)
    plain = linear(solver="gradient_descent", eta=2.0 / (LAMBDA[0] + LAMBDA[-1]))
    assert kept.outcome.t < 0.6 * plain.outcome.t


@pytest.mark.parametrize(("eta", "beta"), [(0.3, 0.3), (0.5, 0.2), (0.2, 0.8)])
def test_nesterovs_rate(eta: float, beta: float) -> None:
    kept = linear(solver="nesterov", eta=eta, beta=beta)
    p = 1.0 - eta * LAMBDA
    sizes = [abs(np.roots([1.0, -(1.0 + beta) * each, beta * each])).max() for each in p]
    assert measured_rate(kept, 20, 60) == pytest.approx(max(sizes), abs=0.02)


@pytest.mark.parametrize("path", PATHS)
def test_the_first_steps_of_each(path: str) -> None:
    # z <- cos z: the gradient is -(sin z + 1) (cos z - z)
    def gradient(z: float) -> float:
        return float(-(np.sin(z) + 1.0) * (np.cos(z) - z))

    eta, beta = 0.1, 0.6
    x = [1.0, 1.0 - eta * gradient(1.0)]
    ball = [*x, x[1] - eta * gradient(x[1]) + beta * (x[1] - x[0])]
    ahead = x[1] + beta * (x[1] - x[0])
    later = ahead - eta * gradient(ahead)
    expected = {
        "gradient_descent": [*x, x[1] - eta * gradient(x[1])],
        "heavy_ball": ball,
        "nesterov": [1.0, ahead, later + beta * (later - x[1])],
    }
    for solver, points in expected.items():
        options = {"eta": eta} if solver == "gradient_descent" else {"eta": eta, "beta": beta}
        kept = follow(formula("z <- cos(z)"), [[1.0]], solver, STOP, path=path, **options)
        assert kept.z[:3, 0, 0] == pytest.approx(points, abs=1e-15)
        assert kept.evaluations[:3, 0].tolist() == [1, 3, 5]
        assert not kept.jacobians.any()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("criterion", ["absolute", "relative", "step"])
@pytest.mark.parametrize("solver", ENERGY)
@pytest.mark.parametrize("eta", [0.2, 0.05])
@pytest.mark.parametrize("place", [0.0, 3.0])
def test_a_minimum_that_is_no_root_is_told(solver: str, criterion: str, path: str, eta: float, place: float) -> None:
    text = f"0 = (z - {place})^2 + 1\nsolve z = 1"
    kept = follow(formula(text), [[place + 0.6]], solver, StopRule(1e-8, criterion), path=path, eta=eta)
    assert kept.outcome.name == "local_minimum"
    assert kept.z[-1, 0, 0] == pytest.approx(place, abs=1e-7)
    assert kept.residual[-1, 0] == pytest.approx(1.0)
    assert "is level, at a minimum or a saddle that is no root" in str(kept.outcome)


def test_titles_are_not_those_of_the_optimisers() -> None:
    optimisers, solvers = descents(), root_solvers()
    assert set(ENERGY) <= set(optimisers)
    assert {solvers[name].title for name in ENERGY}.isdisjoint(entry.title for entry in optimisers.values())


@pytest.mark.parametrize("path", PATHS)
def test_df_sanes_first_steps(path: str) -> None:
    kept = follow(formula("z <- cos(z)"), [[1.0]], "df_sane", StopRule(1e-13), path=path)
    g = [np.cos(1.0) - 1.0]
    z = [1.0, np.cos(1.0)]  # a Picard step first
    g.append(np.cos(z[1]) - z[1])
    z.append(z[1] - g[1] * (z[1] - z[0]) / (g[1] - g[0]))  # of one unknown the spectral step is the secant's
    assert kept.z[:3, 0, 0] == pytest.approx(z, abs=1e-15)
    assert kept.outcome.success
    assert kept.evaluations[:, 0].tolist() == [number + 1 for number in kept.iteration]
    assert not kept.jacobians.any()


@pytest.mark.parametrize("path", PATHS)
def test_df_sane_goes_backwards_where_that_is_shorter(path: str) -> None:
    # f - z = 1.3 (z - 1): Picard's step goes away from 1, where |g|^2 is more than twice what it was
    kept = follow(formula("z <- 2.3*z - 1.3"), [[2.0]], "df_sane", StopRule(1e-13), path=path)
    assert kept.z[1, 0, 0] == pytest.approx(0.7)
    assert kept.evaluations[:2, 0].tolist() == [1, 3]
    assert (kept.outcome.name, kept.z[-1, 0, 0]) == ("converged", pytest.approx(1.0))


def test_df_sane_solves_an_indefinite_linear_system() -> None:
    text = "0 = 2*a + b - 1\n0 = a - 3*b + 2\n0 = 0.5*c - a - 1\nsolve a = 0, b = 0, c = 0"
    root = core.solve(core.parse(text), method="df_sane", tol=1e-12, stop="absolute", iterations=500)
    assert root.outcome.success
    matrix = np.array([[2.0, 1.0, 0.0], [1.0, -3.0, 0.0], [-1.0, 0.0, 0.5]])
    assert root.z == pytest.approx(np.linalg.solve(matrix, [1.0, -2.0, 1.0]), abs=1e-11)


@pytest.mark.parametrize("path", PATHS)
def test_df_sane_says_where_its_search_finds_nothing(path: str) -> None:
    # outside of 1 there is no number: from there no step along +-(f - z) leads anywhere
    text = "0 = 1 + 0*log(1e-17 - abs(z - 1))\nsolve z = 1"
    kept = follow(formula(text), [[1.0]], "df_sane", StopRule(1e-8), path=path)
    assert (kept.outcome.name, kept.outcome.t) == ("line_search", 0)
    jump = follow(formula("0 = sign(z - 1/3)\nsolve z = 0.3"), [[0.3]], "df_sane", StopRule(1e-3, "step"), path=path)
    assert not jump.outcome.success
