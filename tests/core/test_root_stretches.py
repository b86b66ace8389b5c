"""Looking at several iterations at once changes nothing: not an ending, not a count, not a bit of a point."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from root_problems import Kept, NumpyMap, follow, formula, tutorial_layer

from core import catalogue
from core.budget import Budget
from core.callable_map import layer
from core.root_watch import RootWatch
from core.small_systems import solved_definite
from core.solving import solve
from core.stop_rule import StopRule

RECORDED = ("iteration", "z", "residual", "measure", "evaluations", "jacobians")
WAYS = [("numpy", "float64"), ("torch", "float64"), ("torch", "float32")]
RULES = [
    ("numpy", "float64", "absolute", False),
    ("numpy", "float64", "relative", False),
    ("numpy", "float64", "step", False),
    ("numpy", "float64", "absolute", True),
    ("torch", "float32", "absolute", False),
]
TRAPS: dict[str, tuple[str, list[Any]]] = {
    "cycles": ("z <- 3.55*z*(1 - z)", [[0.3], [0.31], [0.0]]),
    "a cycle of three": ("z <- 3.835*z*(1 - z)", [[0.3]]),
    "chaos": ("z <- 4*z*(1 - z)", [[0.3]]),
    "divergence": ("z <- z^2", [[2.0], [0.5], [-0.9], [1.0]]),
    "overflow": ("z <- exp(z)", [[1.0], [-3.0]]),
    "no number": ("z <- 0.5*sqrt(z) + 0.1", [[0.5], [-1.0], [2.0], [np.nan]]),
    "a late one": ("z <- cos(z)", [[0.739085], [30.0], [1.0]]),
    "slow": ("z <- 0.99*z", [[1.0], [1e9]]),
    "a pole": ("0 = 1/x\nsolve x = 1", [[0.5], [-2.0], [1e-3], [30.0]]),
    "a stage that fails": ("0 = atan(x)\nsolve x = 3", [[3.0], [0.5], [20.0]]),
    "two unknowns": ("z <- tanh(2*z - 1) + 0.1*w\nw <- sin(z) - 0.5*w", [[1.0, 0.0], [5.0, 5.0], [100.0, -3.0]]),
}


def same(first: Kept, second: Kept) -> bool:
    """Whether two runs have the same records and ends, bit for bit."""
    if first.outcomes != second.outcomes or not first.lengths:
        return first.outcomes == second.outcomes and first.lengths == second.lengths
    for sample in range(len(first.outcomes)):
        one, other = first.of(sample), second.of(sample)
        if not all(np.array_equal(getattr(one, n), getattr(other, n), equal_nan=True) for n in RECORDED):
            return False
    return True


def both(mapping: Any, start: Any, solver: str, stop: StopRule, **how: Any) -> tuple[Kept, Kept]:
    """A run that looks at every iteration, and one that looks at up to 16 at once."""
    one, other = (follow(mapping, start, solver, stop, longest=longest, **how) for longest in (1, 16))
    return one, other


@pytest.mark.parametrize(
    "solver", ["picard", "damped", "anderson", "anderson_one", "newton", "df_sane", "brent", "auto"]
)
@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_the_same_trap(trap: str, solver: str) -> None:
    text, starts = TRAPS[trap]
    mapping = formula(text)
    if catalogue.root_solvers()[solver].refusal(mapping):
        pytest.skip("this solver refuses the layer")
    budget = Budget(steps=230 if solver == "picard" else 70)
    for path, dtype, criterion, whole in RULES:
        stop = StopRule(1e-8 if dtype == "float64" else 1e-5, criterion, whole)
        one, other = both(mapping, starts, solver, stop, path=path, dtype=dtype, budget=budget)
        assert same(one, other), (path, dtype, criterion, whole)


@pytest.mark.parametrize("stream", [0, 1])
@pytest.mark.parametrize(
    ("solver", "options"),
    [
        ("picard", {}),
        ("damped", {"damping": "spectrum"}),
        ("anderson", {}),
        ("anderson", {"filter": "angle", "memory": 3}),
        ("anderson", {"safeguard": "restart"}),
        ("anderson", {"ridge_kind": "absolute", "beta": 0.5}),
        ("anderson_one", {}),
        ("auto", {}),
    ],
)
def test_samples_that_end_apart_end_where_they_would(solver: str, options: dict[str, Any], stream: int) -> None:
    starts = np.random.default_rng(3).normal(size=(41, 10))
    starts[7] *= 1e3
    for path, dtype in WAYS:
        for tolerance in (1e-4, 1e-18):
            stop, how = StopRule(tolerance, "absolute"), {"path": path, "dtype": dtype, **options}
            one, other = both(tutorial_layer(stream), starts, solver, stop, budget=Budget(steps=60), **how)
            assert same(one, other), (path, dtype, tolerance)
            assert max(other.lengths) <= 64


@pytest.mark.parametrize("path", ["numpy", "torch"])
def test_no_evaluation_is_made_that_the_budget_does_not_have(path: str) -> None:
    calls: list[int] = []
    inner = formula("z <- z + 1/(1 + z^2)")
    mapping = NumpyMap(lambda z: calls.append(1) or inner.array()(z), None, 1, layer(lambda z: calls.append(1) or z, 1))
    kept = follow(mapping, [[0.3]], "picard", StopRule(1e-15), path=path, budget=Budget(evaluations=13), longest=16)
    assert (kept.outcome.name, kept.outcome.t) == ("max_evaluations", 13) if path == "numpy" else kept.outcome.success
    assert len(calls) <= 13


@pytest.mark.parametrize("solver", ["picard", "damped", "anderson"])
def test_an_answer_and_its_way_end_where_each_sample_ended(solver: str) -> None:
    starts = np.random.default_rng(3).normal(size=(41, 10)) * np.logspace(-3, 2, 41)[:, None]
    kept = follow(tutorial_layer(0), starts, solver, StopRule(1e-6), budget=Budget(steps=60), longest=1)
    root = solve(tutorial_layer(0), starts, solver, tol=1e-6, iterations=60, path="numpy")
    assert len(set(root.iterations)) > 2
    for sample in range(len(starts)):
        way = kept.of(sample).z
        assert np.array_equal(root.history.z[: len(way), sample], way)
        assert np.array_equal(root.z[sample], way[-1])


def test_a_map_that_raises_past_the_end_of_the_run_does_no_harm() -> None:
    def f(z: torch.Tensor) -> torch.Tensor:
        if (abs(z - 2.0) < 1e-9).all():
            raise ArithmeticError("never to be asked at the root")
        return 1.0 + 0.5 * z

    kept = follow(layer(f, 1), [[0.0]], "picard", StopRule(1e-8, "absolute"), longest=16, path="torch")
    assert kept.outcome.success
    with pytest.raises(ArithmeticError, match="never to be asked"):
        follow(layer(f, 1), [[0.0]], "picard", StopRule(1e-10, "absolute"), longest=16, path="torch")


@pytest.mark.parametrize("solver", ["picard", "damped", "anderson", "anderson_one"])
def test_a_callable_may_write_over_its_last_answer(solver: str) -> None:
    kept = torch.empty(32, 2, dtype=torch.float64)
    turn = torch.tensor([[0.4, 0.7], [-0.7, 0.4]], dtype=torch.float64)

    def frugal(z: torch.Tensor) -> torch.Tensor:
        torch.matmul(z.tanh(), turn, out=kept)
        return kept.add_(1.0)

    honest = solve(layer(lambda z: z.tanh() @ turn + 1.0, 2), (0.3, -0.2), solver)
    assert honest.outcome.success
    assert np.array_equal(solve(layer(frugal, 2), (0.3, -0.2), solver).history.z, honest.history.z)


def test_a_glance_is_a_judgement_of_each_record() -> None:
    random = np.random.default_rng(0)
    for trial in range(60):
        rate, level = random.uniform(0.3, 1.15), 10.0 ** random.uniform(-9, 3)
        residual = level * rate ** np.arange(60)[:, None] * random.uniform(0.5, 1.5, size=(60, 5))
        size = 1.0 + residual.sum() * random.uniform(size=(60, 5)) * (trial % 3 == 0)
        active = random.uniform(size=5) > 0.2
        quick, slow = RootWatch(1e-8, 2.2e-16, "absolute"), RootWatch(1e-8, 2.2e-16, "absolute")
        begun = trial % 2  # records that were judged before
        for place in range(begun):
            assert np.array_equal(
                *(watch.judge(residual[place], residual[place], size[place]) for watch in (quick, slow))
            )
        count, ends = quick.glance(residual[begun:], residual[begun:], size[begun:], active)
        assert count or begun or not np.isfinite(residual).all()
        going = active.copy()
        for place in range(count):
            now = begun + place
            ending = slow.judge(residual[now], residual[now], size[now])
            here = going & (ends == place) if ends is not None else np.zeros(5, dtype=bool)
            assert (ending[here] == 1).all()
            assert not ending[going & ~here].any()
            going &= ~here


@pytest.mark.parametrize("path", ["numpy", "torch"])
def test_the_small_systems_of_anderson_are_solved_as_elimination_with_exchanges_does(path: str) -> None:
    factor = np.random.default_rng(5).normal(size=(9, 6, 6))
    matrix, right = factor @ factor.swapaxes(1, 2) + 0.1 * np.eye(6), np.ones((9, 6))
    exact = np.linalg.solve(matrix, right[..., None])[..., 0]
    convert = np.array if path == "numpy" else torch.tensor
    found = solved_definite(convert(matrix.transpose(1, 2, 0)), convert(right.T))
    np.testing.assert_allclose(np.asarray(found).T, exact, rtol=1e-9)
