"""Where root solvers end when nothing is kept of the way: the same numbers as the loop that keeps it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.budget import Budget
from core.callable_map import CallableMap, layer
from core.catalogue import root_solver
from core.root_end import Ends, solved_ends
from core.root_loop import iterate
from core.root_problem import FixedPoint
from core.stop_rule import StopRule

STARTS = np.array([[0.1, 0.0], [0.4, 1.0], [0.2, 3.0], [0.3, 0.5], [0.5, -1.0], [np.nan, 0.0], [2.0, 2.0]])
KINDS = np.array([[0.0], [1.0], [2.0], [3.0], [4.0], [0.0], [5.0]])
"""Of each sample: converges, runs to infinity, cycles, goes astray to no number, converges slowly, no start, drifts."""


def mixed() -> CallableMap:
    def f(z: torch.Tensor, kind: torch.Tensor) -> torch.Tensor:
        answers = (
            0.5 * torch.cos(z),
            3.0 * z + 1.0,
            -z,
            torch.sqrt(z - 1.0),
            0.9 * torch.sin(z) + 0.1,
            z + 1.0,
        )
        for number, answer in enumerate(answers):
            z = torch.where(kind == number, answer, z)
        return z

    return layer(f, 2, x=KINDS)


def by_the_loop(problem: FixedPoint, solver: str, dtype: str, budget: Budget) -> Ends:
    loop = iterate(problem, root_solver(solver, {}), StopRule(1e-5), budget, "torch", "cpu", dtype)
    count = len(problem.start)
    z, residual, iterations = problem.start.copy(), np.full(count, np.nan), np.zeros(count, dtype=int)
    while True:
        try:
            block = next(loop)
        except StopIteration as end:
            return Ends(end.value, z, residual, iterations)
        for record in range(len(block)):
            for sample in block.active[record].nonzero()[0]:
                z[sample] = np.asarray(block.z[record, sample])
                residual[sample] = block.residual[record, sample]
                iterations[sample] = block.iteration[record]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("solver", ["picard", "damped", "anderson", "anderson_one", "newton", "broyden"])
def test_the_ends_are_those_of_the_loop_bit_for_bit(solver: str, dtype: str) -> None:
    problem = FixedPoint(mixed(), STARTS)
    for budget in (Budget(steps=60), Budget(steps=7), Budget(evaluations=5)):
        wanted = by_the_loop(problem, solver, dtype, budget)
        for expected, with_way in ((None, False), (3, False), (40, False), (None, True)):
            rule = StopRule(1e-5)
            found = solved_ends(problem, root_solver(solver, {}), rule, budget, "cpu", dtype, with_way, expected)
            good = np.isfinite(STARTS).all(axis=1)
            assert found.outcomes == wanted.outcomes
            assert np.array_equal(np.asarray(found.z)[good], wanted.z.astype(dtype)[good])
            assert np.array_equal(found.residual, wanted.residual, equal_nan=True)
            assert found.iterations.tolist() == wanted.iterations.tolist()


def test_the_way_is_that_of_the_loop() -> None:
    problem = FixedPoint(mixed(), STARTS[:1], np.zeros(1, dtype=int))
    found = solved_ends(problem, root_solver("picard", {}), StopRule(1e-9), Budget(), "cpu", "float64", with_way=True)
    way = np.concatenate([np.asarray(block) for block in found.way])
    assert len(way) == found.iterations[0] > 5
    assert np.array_equal(way[1:], np.asarray(0.5 * torch.cos(torch.tensor(way[:-1]))))
    assert np.array_equal(way[-1], np.asarray(found.z))


def test_no_time_is_no_iteration_more() -> None:
    problem = FixedPoint(mixed(), STARTS[1:2], np.ones(1, dtype=int))
    found = solved_ends(problem, root_solver("picard", {}), StopRule(1e-9), Budget(seconds=1e-9), "cpu", "float64")
    assert [outcome.name for outcome in found.outcomes] == ["max_time"]
    assert np.array_equal(np.asarray(found.z), STARTS[1:2])


def test_many_expected_iterations_are_looked_at_once() -> None:
    calls = []

    def f(z: torch.Tensor) -> torch.Tensor:
        calls.append(1)
        return 0.5 * torch.cos(z)

    problem = FixedPoint(CallableMap(f, 2), STARTS[:1])
    picard = root_solver("picard", {})
    first = solved_ends(problem, picard, StopRule(1e-4), Budget(), "cpu", "float64")
    calls.clear()
    again = solved_ends(problem, picard, StopRule(1e-4), Budget(), "cpu", "float64", expected=int(first.iterations[0]))
    assert len(calls) == again.iterations[0] == first.iterations[0]
