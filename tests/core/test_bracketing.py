"""Intervals with a change of sign: how they are found, what closes in on a root, and what on a jump."""

from __future__ import annotations

import numpy as np
import pytest
from root_problems import BRACKETING, PATHS, follow, formula

from core.budget import Budget
from core.catalogue import root_solver
from core.root_loop import iterate
from core.root_problem import FixedPoint
from core.stop_rule import StopRule
from core.telemetry import host

COSINE = 0.7390851332151606416553121
STEP = StopRule(1e-10, "step")
CRITERIA = [STEP, StopRule(1e-10, "absolute"), StopRule(1e-10)]


@pytest.mark.parametrize("path", PATHS)
def test_bisection_halves_its_interval(path: str) -> None:
    kept = follow(formula("z <- cos(z)"), [[0.5]], "bisection", STEP, path=path, width=0.5)
    assert (kept.outcome.name, kept.outcome.t) == ("converged", 34)
    assert kept.measure[5:, 0] == pytest.approx(0.5 ** np.arange(6.0, 35.0), rel=1e-5)
    assert kept.evaluations[:, 0].tolist() == list(range(3, 37))
    assert abs(kept.z[:, 0, 0] - COSINE) == pytest.approx(abs(kept.z[:, 0, 0] - COSINE).clip(max=kept.measure[:, 0]))


@pytest.mark.parametrize("solver", BRACKETING)
@pytest.mark.parametrize("stop", CRITERIA, ids=lambda stop: stop.criterion)
@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("0 = 1/x\nsolve x = 0.7", 0.7),
        ("0 = 1/x\nsolve x = 1", 1.0),
        ("0 = tan(x)\nsolve x = 1.3", 1.3),
        ("0 = sign(x - 1/3)\nsolve x = 1", 1.0),
        ("0 = x - 0.3333 + 0.001*sign(x - 1/3)\nsolve x = 1", 1.0),
        ("0 = 100*(x + 2) + exp(sign(x + 2)) - 1.5\nsolve x = 3", 3.0),
        ("0 = sign(x - 1e-9)\nsolve x = 1", -1.0),
    ],
)
@pytest.mark.parametrize("path", PATHS)
def test_a_pole_or_a_jump_is_no_root(solver: str, stop: StopRule, text: str, start: float, path: str) -> None:
    kept = follow(formula(text), [[start]], solver, stop, path=path)
    assert kept.outcome.name == "jump"
    assert "changes its sign in a jump, or at a pole, and not at a root" in str(kept.outcome)
    assert np.isfinite(kept.z[kept.active]).all()


@pytest.mark.parametrize("solver", BRACKETING)
@pytest.mark.parametrize(
    ("text", "start", "root", "near"),
    [
        ("0 = tanh(1e8*(x - 0.3))\nsolve x = 1", 1.0, 0.3, 1e-10),
        ("0 = 1e8*(x^2 - 2)\nsolve x = 1", 1.0, np.sqrt(2.0), 1e-10),
        ("0 = sign(x - 1)*abs(x - 1)^(1/3)\nsolve x = 2", 2.7, 1.0, 1e-10),
        ("0 = (x - 1)^3\nsolve x = 2", 2.7, 1.0, 7e-6),
        ("0 = x^3 - 3*x^2 + 3*x - 1 + x - 1\nsolve x = 2", 2.7, 1.0, 1e-10),
    ],
)
def test_a_steep_or_flat_root_is_one_by_the_step_criterion(
    solver: str, text: str, start: float, root: float, near: float
) -> None:
    kept = follow(formula(text), [[start]], solver, STEP)
    assert kept.outcome.success
    assert kept.z[-1, 0, 0] == pytest.approx(root, abs=near)


@pytest.mark.parametrize("solver", BRACKETING)
def test_neighbouring_floats_are_the_floor_of_a_steep_root(solver: str) -> None:
    kept = follow(formula("0 = 1e8*(x^2 - 2)\nsolve x = 1"), [[1.0]], solver, StopRule(1e-10, "absolute"))
    assert kept.outcome.name == "float_floor"
    assert kept.outcome.floor == pytest.approx(1e8 * abs(kept.z[-1, 0, 0] ** 2 - 2.0))
    assert kept.z[-1, 0, 0] == pytest.approx(np.sqrt(2.0), abs=1e-15)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("solver", BRACKETING)
@pytest.mark.parametrize("text", ["0 = x^2 + 1\nsolve x = 1", "0 = (x - 1)^2\nsolve x = 1"])
def test_one_sign_alone_is_told_after_one_iteration(solver: str, text: str, path: str) -> None:
    kept = follow(formula(text), [[0.3]], solver, STEP, path=path)
    assert (kept.outcome.name, kept.outcome.t) == ("no_sign_change", 1)
    assert kept.evaluations[-1, 0] == 1 + 2 * 32
    assert kept.z[-1, 0, 0] == 0.3
    assert "widen the first interval" in str(kept.outcome)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("solver", BRACKETING)
@pytest.mark.parametrize(("root", "calls"), [(1.0, 1), (2.0, 3), (0.0, 3), (4.0, 5), (-2.0, 5)])
def test_a_root_at_the_start_or_at_an_end_counts(solver: str, root: float, calls: int, path: str) -> None:
    for sign in (1, -1):
        for stop in CRITERIA:
            kept = follow(formula(f"0 = {sign}*(x - {root})\nsolve x = 1"), [[1.0]], solver, stop, path=path)
            assert (kept.outcome.name, kept.outcome.t) == ("converged", 1)
            assert (kept.z[-1, 0, 0], kept.evaluations[-1, 0]) == (root, calls)


@pytest.mark.parametrize("solver", BRACKETING)
def test_an_interval_does_not_grow_past_where_the_map_ends(solver: str) -> None:
    kept = follow(formula("0 = log(x - 0.01) + 2\nsolve x = 0.5"), [[0.5]], solver, STEP)
    assert kept.outcome.success
    assert kept.z[-1, 0, 0] == pytest.approx(0.01 + np.exp(-2.0), abs=1e-10)
    # -0.5 and 0 are no places, 0.25 and 0.125 are
    assert kept.evaluations[0, 0] == 1 + 2 * 4
    broken = follow(formula("0 = log(x) + 2\nsolve x = 0.5"), [[-3.0]], solver, STEP)
    assert (broken.outcome.name, broken.outcome.t) == ("nonfinite_map", 0)


@pytest.mark.parametrize("width", [0.01, 1.0, 30.0])
@pytest.mark.parametrize("solver", BRACKETING)
def test_a_first_interval_of_any_width_finds_the_root(solver: str, width: float) -> None:
    kept = follow(formula("z <- cos(z)"), [[-3.0], [0.5], [40.0]], solver, STEP, width=width)
    assert all(outcome.success for outcome in kept.outcomes)
    assert [kept.of(sample).z[-1, 0] for sample in range(3)] == pytest.approx([COSINE] * 3, abs=1e-10)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("solver", BRACKETING)
def test_the_interval_is_shown_and_holds_the_root(solver: str, path: str) -> None:
    problem = FixedPoint(formula("z <- cos(z)"), np.array([[0.1], [3.0]]))
    loop = iterate(problem, root_solver(solver), StopRule(1e-6, "step"), Budget(), path, details=True)
    for block in loop:
        near, far = (host(block.details[name])[..., 0] for name in ("near", "far"))
        assert ((near - COSINE) * (far - COSINE) <= 0.0).all()
        inside = np.minimum(near, far) <= host(block.z)[..., 0]
        assert inside.all()
