"""The solver that changes its method where one fails: what it finds, what it says, and that samples stay apart."""

from __future__ import annotations

import numpy as np
import pytest
from root_problems import PATHS, follow, formula

import core
from core.budget import Budget
from core.stop_rule import StopRule

ABSOLUTE = StopRule(1e-9, "absolute")
TRAP = "0 = x^3 - 2*x + 2\nsolve x = 0"
ROOT = -1.769292354238631


@pytest.mark.parametrize("path", PATHS)
def test_the_first_method_is_enough_where_it_works(path: str) -> None:
    mine = follow(formula("z <- cos(z)"), [[1.0]], "auto", ABSOLUTE, path=path)
    plain = follow(formula("z <- cos(z)"), [[1.0]], "line_search", ABSOLUTE, path=path)
    assert np.array_equal(mine.z, plain.z)
    assert np.array_equal(mine.evaluations, plain.evaluations)
    assert np.array_equal(mine.jacobians, plain.jacobians)
    assert mine.outcome.account == "by Newton with line search"


@pytest.mark.parametrize("path", PATHS)
def test_where_one_fails_the_next_begins_at_the_start_and_the_story_is_told(path: str) -> None:
    kept = follow(formula(TRAP), [[0.0]], "auto", ABSOLUTE, path=path)
    assert kept.z[-1, 0, 0] == pytest.approx(ROOT, abs=1e-8)
    assert str(kept.outcome).startswith(
        "converged by pseudo-transient, after Newton with line search rests where |f - z| is level"
    )
    first = follow(formula(TRAP), [[0.0]], "line_search", ABSOLUTE, path=path)
    second = follow(formula(TRAP), [[0.0]], "pseudo_transient", ABSOLUTE, path=path)
    spent = first.evaluations[-1, 0] + second.evaluations[-1, 0]
    assert kept.evaluations[-1, 0] == spent
    assert kept.jacobians[-1, 0] == first.jacobians[-1, 0] + second.jacobians[-1, 0]
    own = second.of(0).z[1:]
    assert np.array_equal(kept.of(0).z[-len(own) :], own)


@pytest.mark.parametrize("path", PATHS)
def test_a_sample_goes_its_own_way_beside_mates_that_fail_or_have_no_numbers(path: str) -> None:
    starts = [[0.0], [-1.5], [np.nan], [1e200], [0.3], [0.9]]
    together = follow(formula(TRAP), starts, "auto", ABSOLUTE, path=path)
    for place in (0, 1, 4, 5):
        alone = follow(formula(TRAP), [starts[place]], "auto", ABSOLUTE, path=path)
        assert together.outcomes[place] == alone.outcome
        for name in ("z", "residual", "evaluations", "jacobians"):
            assert np.array_equal(getattr(together.of(place), name), getattr(alone.of(0), name))
    assert together.outcomes[2].name == "bad_input"


@pytest.mark.parametrize("criterion", ["absolute", "relative", "step"])
@pytest.mark.parametrize("text", ["0 = x^2 + 1\nsolve x = 1", "0 = exp(x) + 1\nsolve x = 0", "z <- z + 1"])
def test_nothing_is_claimed_without_a_root(text: str, criterion: str) -> None:
    starts = np.array([[0.1], [1.0], [-3.0], [7.0]])
    kept = follow(formula(text), starts, "auto", StopRule(1e-8, criterion), budget=Budget(steps=600))
    assert [outcome for outcome in kept.outcomes if outcome.success] == []


def test_no_dense_jacobian_is_made_of_many_unknowns() -> None:
    size = 2000
    import torch  # noqa: PLC0415 - only here

    layer = core.layer(lambda z: 0.5 * torch.sin(z.roll(1, 1)) + 0.2 * z**2 + 0.1, size)
    root = core.solve(layer, np.zeros(size), "auto", tol=1e-10)
    assert root.outcome.account == "by Newton-Krylov"
    assert root.stats.jacobians == 0
    assert root.residual < 1e-8
