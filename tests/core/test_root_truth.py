"""No false success: what counts as a root is one, whatever the system, the start, the solver, the dtype, the path."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from root_problems import SCALAR_SOLVERS, SOLVERS, follow, formula

from core.budget import Budget
from core.stop_rule import StopRule

System = tuple[str, tuple[float, ...], Callable[..., tuple[float, ...]]]
CLASSICAL: dict[str, System] = {
    # text, standard start, g in plain Python: J. J. More, B. S. Garbow, K. E. Hillstrom, ACM TOMS 7 (1981) 17
    "rosenbrock": (
        "0 = 1 - x\n0 = 10*(y - x^2)\nsolve x = 1, y = 1",
        (-1.2, 1.0),
        lambda x, y: (1 - x, 10 * (y - x**2)),
    ),
    "powell badly scaled": (
        "0 = 10000*x*y - 1\n0 = exp(-x) + exp(-y) - 1.0001\nsolve x = 0, y = 1",
        (0.0, 1.0),
        lambda x, y: (1e4 * x * y - 1, np.exp(-x) + np.exp(-y) - 1.0001),
    ),
    "freudenstein and roth": (
        "0 = x + y*(y*(5 - y) - 2) - 13\n0 = x + y*(y*(1 + y) - 14) - 29\nsolve x = 0.5, y = -2",
        (0.5, -2.0),
        lambda x, y: (x + y * (y * (5 - y) - 2) - 13, x + y * (y * (1 + y) - 14) - 29),
    ),
    "powell singular": (
        "0 = a + 10*b\n0 = sqrt(5)*(c - d)\n0 = (b - 2*c)^2\n0 = sqrt(10)*(a - d)^2\nsolve a = 3, b = -1, c = 0, d = 1",
        (3.0, -1.0, 0.0, 1.0),
        lambda a, b, c, d: (a + 10 * b, 5**0.5 * (c - d), (b - 2 * c) ** 2, 10**0.5 * (a - d) ** 2),
    ),
    "no root": ("0 = x^2 + 1\nsolve x = 1", (1.0,), lambda x: (x**2 + 1,)),
    "a root at infinity": ("0 = exp(-x)\nsolve x = 1", (1.0,), lambda x: (np.exp(-x),)),
    "a pole": ("0 = 1/x\nsolve x = 1", (1.0,), lambda x: (1 / x,)),
    "a triple root": ("0 = (x - 1)^3\nsolve x = 2", (2.0,), lambda x: ((x - 1) ** 3,)),
    "huge": ("0 = 1e150*(x - 1)\nsolve x = 0", (0.0,), lambda x: (1e150 * (x - 1),)),
    "tiny": ("0 = 1e-150*(x - 1)\nsolve x = 0", (0.0,), lambda x: (1e-150 * (x - 1),)),
    "badly scaled but regular": (
        "0 = 1e8*(x - 1)\n0 = 1e-8*(y - 2)\nsolve x = 1, y = 0",
        (1.0, 0.0),
        lambda x, y: (1e8 * (x - 1), 1e-8 * (y - 2)),
    ),
    "nearly singular": (
        "0 = x + y - 2\n0 = x + 1.0000000001*y - 2.0000000001\nsolve x = 3, y = 4",
        (3.0, 4.0),
        lambda x, y: (x + y - 2, x + 1.0000000001 * y - 2.0000000001),
    ),
}


PRECISIONS = [("numpy", "float64"), ("torch", "float32")]
"""Either array library and either precision; that torch in float64 does what numpy does is tested with the loop."""
CASES = [
    (name, solver)
    for name, (_, start, _) in CLASSICAL.items()
    for solver in (SOLVERS if len(start) > 1 else (*SOLVERS, *SCALAR_SOLVERS))
]


@pytest.mark.parametrize(("name", "solver"), CASES)
@pytest.mark.parametrize(("path", "dtype"), PRECISIONS)
def test_success_is_never_false(name: str, solver: str, path: str, dtype: str) -> None:
    text, start, equations = CLASSICAL[name]
    starts = np.outer([1.0, 10.0, 100.0, -1.0], start)
    for criterion in ("absolute", "relative"):
        stop = StopRule(1e-6, criterion)
        kept = follow(formula(text), starts, solver, stop, path=path, dtype=dtype, budget=Budget(steps=100))
        assert np.isfinite(kept.z[kept.active]).all()
        for sample, outcome in enumerate(kept.outcomes):
            if not outcome.success:
                assert outcome.name not in ("running", "success", "cancelled")
                continue
            z = kept.of(sample).z[-1]
            with np.errstate(all="ignore"):
                residual = np.linalg.norm(np.array(equations(*z.astype(dtype)), dtype=np.float64))
            allowed = stop.tolerance * (1.0 if criterion == "absolute" else np.linalg.norm(z) + 1e-9)
            rounding = 64.0 * float(np.finfo(dtype).eps) * max(1.0, float(np.linalg.norm(z)))
            assert residual <= 1.01 * allowed + rounding, (sample, outcome, z)


@pytest.mark.parametrize("path", ["numpy", "torch"])
@pytest.mark.parametrize(
    ("name", "root"),
    [
        ("rosenbrock", (1.0, 1.0)),
        ("freudenstein and roth", (5.0, 4.0)),
        ("powell badly scaled", (1.098159e-5, 9.106146)),
        ("huge", (1.0,)),
        ("badly scaled but regular", (1.0, 2.0)),
        ("nearly singular", (1.0, 1.0)),
    ],
)
def test_newton_finds_the_classical_roots(name: str, root: tuple[float, ...], path: str) -> None:
    text, start, _ = CLASSICAL[name]
    stop = StopRule(1e-10, "step")
    kept = follow(formula(text), [[*start]], "newton", stop, path=path, budget=Budget(steps=100))
    assert kept.outcome.success
    assert kept.z[-1, 0] == pytest.approx(root, rel=2e-5)


def test_a_matrix_of_lower_rank_is_singular_even_where_rounding_hides_it() -> None:
    text = "0 = 0.1*x + 0.2*y - 1\n0 = 0.3*x + 0.6*y - 2\nsolve x = 0, y = 0"
    assert follow(formula(text), [[0.0, 0.0]], "newton", StopRule()).outcome.name == "singular_jacobian"


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize(("path", "dtype"), PRECISIONS)
def test_a_residual_that_is_small_only_against_a_huge_point_is_none(solver: str, path: str, dtype: str) -> None:
    for criterion, text, starts, root in (
        ("relative", "0 = atan(10*x)\nsolve x = 3", [[3.0], [-3.0], [30.0], [300.0]], 0.0),
        ("absolute", "0 = x*exp(x) - 1000\nsolve x = 1", [[1.0], [10.0], [80.0], [100.0]], 5.249602852401596),
        ("step", "0 = x*exp(x) - 1000\nsolve x = 1", [[1.0], [10.0], [80.0], [100.0]], 5.249602852401596),
    ):
        stop, budget = StopRule(1e-6, criterion), Budget(steps=100)
        kept = follow(formula(text), starts, solver, stop, path=path, dtype=dtype, budget=budget)
        for sample, outcome in enumerate(kept.outcomes):
            z = kept.of(sample).z[-1:]
            assert not outcome.success or z == pytest.approx(root, abs=1e-3), (criterion, outcome, z)


@pytest.mark.parametrize("text", ["0 = 1/x\nsolve x = 1", "0 = 1/(1 + x^2)\nsolve x = 1", "0 = log(x)/x\nsolve x = 5"])
@pytest.mark.parametrize("criterion", ["absolute", "relative", "step"])
def test_newton_on_its_way_to_infinity_finds_no_root(text: str, criterion: str) -> None:
    kept = follow(formula(text), [[5.0]], "newton", StopRule(1e-8, criterion), budget=Budget(steps=300))
    assert kept.outcome.name in ("diverged", "singular_jacobian")


def test_an_absolute_measure_finer_than_the_numbers_themselves_is_the_floor() -> None:
    kept = follow(formula("0 = x*exp(x) - 1000\nsolve x = 1"), [[100.0]], "picard", StopRule(1e-8, "absolute"))
    huge = 100.0 * (np.exp(100.0) - 1.0)
    assert kept.outcome.name == "float_floor"
    assert kept.outcome.floor == pytest.approx(np.finfo(float).eps * huge)
    assert kept.z[-1, 0] == pytest.approx([-huge])
