"""Traps for root solvers: poles, jumps, roots at infinity, multiple roots, and a matrix that is nearly singular."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from root_problems import SOLVERS, follow, formula

from core.budget import Budget
from core.callable_map import layer
from core.stop_rule import StopRule

STEPS = Budget(steps=200)
WAYS = [("numpy", "float64"), ("torch", "float32")]
ROOTLESS: dict[str, tuple[str, Callable[[float], float], float]] = {
    # text, g = f - z or g itself, and the largest number below |g|; none has a root
    "a pole": ("0 = 1/x\nsolve x = 1", lambda x: 1 / x, 0.0),
    "a double pole": ("0 = 1/x^2 + 1\nsolve x = 1", lambda x: 1 / x**2 + 1, 1.0),
    "a jump": ("0 = 2*step(x) - 1 + tanh(x)/2\nsolve x = 1", lambda x: 2.0 * (x >= 0) - 1 + 0.5 * np.tanh(x), 1.0),
    "a jump of the slope": ("0 = abs(x) + 0.1\nsolve x = 1", lambda x: abs(x) + 0.1, 0.1),
    "a drift": ("z <- z + 1", lambda _: 1.0, 1.0),
    "a valley": ("0 = x^4 - 2*x^2 + 1.5\nsolve x = 2", lambda x: x**4 - 2 * x**2 + 1.5, 0.5),
}


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("trap", ROOTLESS)
@pytest.mark.parametrize(("path", "dtype"), WAYS)
def test_what_has_no_root_is_not_solved(trap: str, solver: str, path: str, dtype: str) -> None:
    text, residual, least = ROOTLESS[trap]
    starts = np.array([0.5, -2.0, 0.999, 1e-3, 30.0, 1e3])[:, None]
    for criterion in ("absolute", "relative", "step"):
        stop = StopRule(1e-6, criterion)
        kept = follow(formula(text), starts, solver, stop, path=path, dtype=dtype, budget=STEPS)
        for sample, outcome in enumerate(kept.outcomes):
            if not outcome.success:
                continue
            # a relative measure is small where z is large; nothing else may be claimed
            z = float(kept.of(sample).z[-1, 0])
            assert criterion == "relative" or least == 0.0, (criterion, starts[sample], outcome, z)
            if criterion != "step":
                allowed = 1e-6 * (1.0 if criterion == "absolute" else abs(z))
                assert abs(residual(z)) <= 1.01 * allowed + 8 * np.finfo(dtype).eps * abs(z), (criterion, outcome, z)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize(("path", "dtype"), WAYS)
def test_near_the_poles_of_the_tangent_only_its_zeros_are_roots(solver: str, path: str, dtype: str) -> None:
    starts = np.array([0.5, 1.5, 1.57, -1.6, 3.0, 4.6])[:, None]
    stop = StopRule(1e-5, "absolute")
    kept = follow(formula("0 = tan(x)\nsolve x = 1"), starts, solver, stop, path=path, dtype=dtype, budget=STEPS)
    for sample, outcome in enumerate(kept.outcomes):
        x = float(kept.of(sample).z[-1, 0]) if outcome.success else 0.0
        assert abs(x - np.pi * round(x / np.pi)) < 1.1e-5 + 8 * np.finfo(dtype).eps * abs(x)


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_residual_that_tends_to_zero_at_infinity_is_at_least_what_was_asked(solver: str) -> None:
    starts = np.array([0.0, 1.0, 5.0, -2.0])[:, None]
    kept = follow(formula("z <- z + exp(-z)"), starts, solver, StopRule(1e-6, "absolute"), budget=STEPS)
    for sample, outcome in enumerate(kept.outcomes):
        z = kept.of(sample).z[-1, 0]
        assert not outcome.success or np.exp(-z) < 1e-6 + 8 * np.finfo(float).eps * abs(z)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize(("power", "reach"), [(2, 1e-3), (3, 1e-2), (4, 0.04)])
def test_a_multiple_root_is_found_as_near_as_the_residual_tells(solver: str, power: int, reach: float) -> None:
    starts = np.array([2.0, 1.5, 0.3, 1.0])[:, None]
    stop = StopRule(1e-6, "absolute")
    kept = follow(formula(f"0 = (x - 1)^{power}\nsolve x = 2"), starts, solver, stop, budget=STEPS)
    assert kept.outcomes[3].success
    for sample, outcome in enumerate(kept.outcomes):
        assert not outcome.success or abs(kept.of(sample).z[-1, 0] - 1.0) <= 1.01 * reach


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_hundred_unknowns_and_a_condition_of_a_million(solver: str, dtype: str) -> None:
    random = np.random.default_rng(4)
    left, right = (np.linalg.qr(random.normal(size=(100, 100)))[0] for _ in range(2))
    matrix = left @ np.diag(np.logspace(0, -6, 100)) @ right
    root = random.normal(size=100)
    a, b = torch.tensor(matrix), torch.tensor(matrix @ root)
    mapping = layer(lambda z: z - (z @ a.T.to(z) - b.to(z)), 100)
    tolerance = 1e-9 if dtype == "float64" else 1e-4
    stop, budget = StopRule(tolerance, "absolute"), Budget(steps=40)
    kept = follow(mapping, np.zeros((2, 100)), solver, stop, path="torch", dtype=dtype, budget=budget)
    for sample, outcome in enumerate(kept.outcomes):
        z = kept.of(sample).z[-1]
        rounding = 8 * np.finfo(dtype).eps * np.linalg.norm(z)
        assert not outcome.success or np.linalg.norm(matrix @ (z - root)) <= tolerance + rounding
    if solver == "newton" and dtype == "float64":
        assert kept.outcomes[0].success
        assert kept.of(0).z[-1] == pytest.approx(root, abs=1e-8)
