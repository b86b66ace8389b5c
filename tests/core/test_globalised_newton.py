"""Line search, dogleg and Levenberg-Marquardt: no cycles, roots from far away, and a true name for every other end."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from root_problems import PATHS, NumpyMap, follow, formula, orders, tutorial_layer

from core.budget import Budget
from core.catalogue import root_solver
from core.root_loop import iterate
from core.root_problem import FixedPoint
from core.stop_rule import StopRule
from core.telemetry import host

GLOBALISED = ("line_search", "dogleg", "levenberg_marquardt")
REGIONS = ("dogleg", "levenberg_marquardt")
KINDS = [("numpy", "float64"), ("torch", "float64"), ("torch", "float32")]
ABSOLUTE = StopRule(1e-8, "absolute")
CYCLE = "0 = x^3 - 2*x + 2\nsolve x = 0"
FREUDENSTEIN = "0 = x + y*(y*(5 - y) - 2) - 13\n0 = x + y*(y*(1 + y) - 14) - 29\nsolve x = 0.5, y = -2"
ROSENBROCK = "0 = 1 - x\n0 = 10*(y - x^2)\nsolve x = 1, y = 1"
NO_ROOT = "0 = x^2 + 1\nsolve x = 1"


@pytest.mark.parametrize(("path", "dtype"), KINDS)
@pytest.mark.parametrize("solver", GLOBALISED)
def test_newtons_cycle_ends_at_the_minimum_that_it_straddles(solver: str, path: str, dtype: str) -> None:
    kept = follow(formula(CYCLE), [[0.0], [-2.5]], solver, StopRule(1e-5, "absolute"), path=path, dtype=dtype)
    assert [outcome.name for outcome in kept.outcomes] == ["local_minimum", "converged"]
    least = np.sqrt(2.0 / 3.0)
    assert kept.of(0).z[-1, 0] == pytest.approx(least, abs=1e-6 if dtype == "float64" else 1e-2)
    assert kept.of(0).residual[-1] == pytest.approx(least**3 - 2.0 * least + 2.0, rel=1e-4)
    assert kept.of(1).z[-1, 0] == pytest.approx(-1.7692923542386314, abs=1e-5)


@pytest.mark.parametrize(("path", "dtype"), KINDS)
@pytest.mark.parametrize("criterion", ["absolute", "relative", "step"])
@pytest.mark.parametrize("solver", [*GLOBALISED, "pseudo_transient", "halley", "chord", "shamanskii"])
def test_no_root_is_never_a_success(solver: str, criterion: str, path: str, dtype: str) -> None:
    starts = [[0.7], [-1.3], [3.0], [1.0], [0.0], [100.0]]
    stop = StopRule(1e-4, criterion)
    kept = follow(formula(NO_ROOT), starts, solver, stop, path=path, dtype=dtype, budget=Budget(steps=300))
    names = [outcome.name for outcome in kept.outcomes]
    assert "converged" not in names
    if solver in REGIONS:
        assert set(names) == {"local_minimum"}
        ends = [kept.of(sample).z[-1, 0] for sample in range(len(starts))]
        assert ends == pytest.approx(np.zeros(len(starts)), abs=1e-6 if dtype == "float64" else 2e-2)
    if solver == "line_search":  # from 1 and 0 it is at 0 to the last bit, where Newton has no step
        assert names[:5] == ["local_minimum"] * 3 + ["singular_jacobian"] * 2


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("solver", GLOBALISED)
def test_a_root_that_newton_overshoots(solver: str, path: str) -> None:
    arctangent = formula("0 = atan(10*x)\nsolve x = 3")
    assert follow(arctangent, [[3.0]], "newton", ABSOLUTE, path=path).outcome.name == "diverged"
    kept = follow(arctangent, [[3.0]], solver, ABSOLUTE, path=path)
    assert kept.outcome.success
    assert kept.z[-1, 0, 0] == pytest.approx(0.0, abs=1e-9)
    assert (np.diff(kept.residual[:, 0]) <= 0.0).all()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("solver", GLOBALISED)
def test_a_point_without_a_number_is_too_far(solver: str, path: str) -> None:
    logarithm = formula("0 = log(x)\nsolve x = 20")
    assert follow(logarithm, [[20.0]], "newton", ABSOLUTE, path=path).outcome.name == "nonfinite_map"
    kept = follow(logarithm, [[20.0]], solver, ABSOLUTE, path=path)
    assert kept.outcome.success
    assert kept.z[-1, 0, 0] == pytest.approx(1.0, abs=1e-8)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("solver", GLOBALISED)
def test_the_order_is_two(solver: str, path: str) -> None:
    kept = follow(formula("z <- cos(z)"), [[1.0]], solver, StopRule(1e-15, "step"), path=path)
    errors = abs(kept.z[:, 0, 0] - 0.7390851332151606416553121)
    late = errors[errors > 1e-14][-3:]
    assert orders(late)[-1] == pytest.approx(2.0, abs=0.2)


@pytest.mark.parametrize("path", PATHS)
def test_the_damping_of_a_linear_problem(path: str) -> None:
    kept = follow(formula("0 = 3*z - 6\nsolve z = 0"), [[1.0]], "levenberg_marquardt", ABSOLUTE, path=path, damping=0.5)
    error, factor = [1.0], 0.5
    while len(error) < len(kept.z):
        mu = factor * error[-1]  # |g| / |g_0|
        error.append(error[-1] * mu / (1.0 + mu))
        factor /= 3.0  # the model is exact: the gain is 1
    assert len(error) > 4
    assert 2.0 - kept.z[:, 0, 0] == pytest.approx(np.array(error), rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("path", PATHS)
def test_the_line_search_takes_the_first_half_that_is_short_enough(path: str) -> None:
    kept = follow(formula(CYCLE), [[0.0]], "line_search", ABSOLUTE, path=path, budget=Budget(steps=2))
    # from 0 the step 1 falls from 2 to 1; from 1 the step is -1: 2 and 1.125 are too long, 0.921875 is not
    assert kept.z[:, 0, 0].tolist() == [0.0, 1.0, 0.75]
    assert kept.evaluations[:, 0].tolist() == [1, 2, 5]
    assert kept.jacobians[:, 0].tolist() == [0, 1, 2]
    lazy = follow(formula(CYCLE), [[0.0]], "line_search", ABSOLUTE, path=path, halvings=0)
    assert (lazy.outcome.name, lazy.outcome.t) == ("line_search", 2)
    strict = follow(formula(CYCLE), [[0.0]], "line_search", ABSOLUTE, path=path, slope=0.4, budget=Budget(steps=1))
    assert strict.z[1, 0, 0] == 0.5  # |g(1)|^2 = 1 > 0.2 * 4; |g(1/2)|^2 = 1.27 <= 0.6 * 4


@pytest.mark.parametrize("solver", GLOBALISED)
def test_evaluations_and_jacobians_are_those_that_were_made(solver: str) -> None:
    calls: dict[str, int] = {"value": 0, "jacobian": 0}
    inner = formula(ROSENBROCK)

    def value(z: np.ndarray) -> Any:
        calls["value"] += 1
        return inner.array()(z)

    def jacobian(z: np.ndarray) -> Any:
        calls["jacobian"] += 1
        return inner.jacobian()(z)

    kept = follow(NumpyMap(value, jacobian, 2, inner), [[-1.2, 1.0]], solver, ABSOLUTE)
    assert kept.outcome.success
    assert [kept.evaluations[-1, 0], kept.jacobians[-1, 0]] == list(calls.values())
    assert calls["value"] > kept.outcome.t + 1 or calls["jacobian"] < kept.outcome.t


def test_a_sample_pays_for_its_own_line_search_alone() -> None:
    starts = [[0.0], [-1.8]]
    kept = follow(formula(CYCLE), starts, "line_search", ABSOLUTE)
    easy = follow(formula(CYCLE), starts[1:], "line_search", ABSOLUTE)
    assert kept.outcomes[1] == easy.outcome
    assert kept.evaluations[-1, 1] == easy.evaluations[-1, 0] == easy.outcome.t + 1
    assert kept.evaluations[-1, 0] > 100


@pytest.mark.parametrize(("path", "dtype"), KINDS)
@pytest.mark.parametrize("solver", [*GLOBALISED, "chord", "shamanskii", "halley", "pseudo_transient"])
def test_hard_samples_are_the_same_whatever_their_mates_are(solver: str, path: str, dtype: str) -> None:
    starts = np.random.default_rng(5).normal(size=(21, 2)) * 6.0
    broken = starts.copy()
    broken[3], broken[11] = np.nan, np.inf
    options: Any = {"path": path, "dtype": dtype, "budget": Budget(steps=60)}
    whole, beside = (follow(formula(FREUDENSTEIN), z, solver, StopRule(1e-5), **options) for z in (starts, broken))
    assert len(set(whole.outcomes)) > 5
    for sample in np.delete(np.arange(21), [3, 11]):
        alone = follow(formula(FREUDENSTEIN), starts[sample : sample + 1], solver, StopRule(1e-5), **options)
        assert whole.outcomes[sample] == beside.outcomes[sample] == alone.outcome
        for name in ("z", "residual", "evaluations", "jacobians"):
            mine = getattr(whole.of(sample), name)
            assert np.array_equal(mine, getattr(beside.of(sample), name))
            assert np.array_equal(mine, getattr(alone.of(0), name))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("solver", GLOBALISED)
def test_a_kink_is_no_minimum_with_a_gradient_of_zero(solver: str, path: str) -> None:
    for text in ("0 = abs(x) + 1\nsolve x = 1", "0 = sign(x)*(abs(x) + 1)\nsolve x = 1"):
        kept = follow(formula(text), [[0.7]], solver, StopRule(1e-8, "step"), path=path)
        assert kept.outcome.name == "line_search"
        assert kept.residual[-1, 0] == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("path", PATHS)
def test_the_local_minimum_of_freudenstein_and_roth(path: str) -> None:
    for solver in REGIONS:
        kept = follow(formula(FREUDENSTEIN), [[0.5, -2.0]], solver, ABSOLUTE, path=path)
        assert kept.outcome.name == "local_minimum"
        # published: f = 48.9842 at (11.41, -0.8968)
        assert kept.residual[-1, 0] ** 2 == pytest.approx(48.9842, rel=1e-5)
        assert kept.z[-1, 0] == pytest.approx([11.4128, -0.896805], rel=1e-4)
    # a line search along Newton's direction rests before it, where I - J is singular and the gradient is not zero
    kept = follow(formula(FREUDENSTEIN), [[0.5, -2.0]], "line_search", ABSOLUTE, path=path)
    assert kept.outcome.name == "line_search"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("solver", REGIONS)
@pytest.mark.parametrize(
    ("text", "start", "name", "residual"),
    [
        ("0 = x^2 - 2\nsolve x = 0", [0.0], "converged", 0.0),
        ("0 = x^2 + y^2 - 1\n0 = x*y\nsolve x = 0, y = 0", [0.0, 0.0], "converged", 0.0),
        ("0 = x + y - 2\n0 = 2*x + 2*y - 4\nsolve x = 0, y = 5", [0.0, 5.0], "converged", 0.0),
        ("0 = 0.1*x + 0.2*y - 1\n0 = 0.3*x + 0.6*y - 2\nsolve x = 0, y = 0", [0.0, 0.0], "local_minimum", 0.1**0.5),
        ("z <- exp(z)", [0.0], "local_minimum", 1.0),
        ("z <- z + 1", [0.0], "singular_jacobian", 1.0),
        ("0 = (x - 1)^2\nsolve x = 3", [3.0], "converged", 0.0),
        ("0 = (x - 1)^3\nsolve x = 3", [3.0], "converged", 0.0),
    ],
)
def test_singular_jacobians(solver: str, path: str, text: str, start: list[float], name: str, residual: float) -> None:
    kept = follow(formula(text), [start], solver, ABSOLUTE, path=path)
    assert kept.outcome.name == name
    assert kept.residual[-1, 0] == pytest.approx(residual, abs=1e-8)


@pytest.mark.parametrize("solver", REGIONS)
@pytest.mark.parametrize("size", [1e-6, 1e6])
def test_the_units_of_the_unknowns_do_not_matter(solver: str, size: float) -> None:
    scaled = f"0 = 1 - x\n0 = 10*(y*{size!r} - x^2)\nsolve x = 1, y = 1"
    plain = follow(formula(ROSENBROCK), [[-1.2, 1.0]], solver, ABSOLUTE)
    other = follow(formula(scaled), [[-1.2, 1.0 / size]], solver, ABSOLUTE)
    assert plain.outcome.success
    assert plain.outcome == other.outcome
    assert other.z[:, 0] * [1.0, size] == pytest.approx(plain.z[:, 0], abs=1e-6)


@pytest.mark.parametrize("solver", GLOBALISED)
def test_a_step_that_was_cut_short_is_measured_whole(solver: str) -> None:
    stop = StopRule(1e-3, "step")
    kept = follow(formula("0 = atan(10*x)\nsolve x = 3"), [[3.0]], solver, stop, budget=Budget(steps=1))
    newton = np.arctan(30.0) * (1.0 + 900.0) / 10.0
    assert kept.measure[1, 0] == pytest.approx(newton, rel=1e-9)
    if solver == "dogleg":
        short = follow(formula(CYCLE), [[0.0]], solver, StopRule(0.1, "step"), first=0.01, budget=Budget(steps=1))
        assert short.z[1, 0, 0] == pytest.approx(0.01, rel=1e-12)
        assert short.measure[1, 0] == pytest.approx(1.0)


def test_what_pictures_show_of_the_inside() -> None:
    expected = {
        "line_search": {"fraction": [0.0, 1.0, 0.25]},
        "dogleg": {"radius": [np.nan, 200.0, 0.5], "gain": [0.0, 0.75, -3.0]},
        "pseudo_transient": {"delta": [np.nan, 0.1, 0.1 * 2.0 / 2.484375]},
        "levenberg_marquardt": {"factor": [1e-3], "gain": [0.0]},
    }
    for solver, columns in expected.items():
        problem = FixedPoint(formula(CYCLE), np.array([[0.0]]))
        options = {"delta": 0.1} if solver == "pseudo_transient" else {}
        loop = iterate(problem, root_solver(solver, options), ABSOLUTE, Budget(steps=2), details=True)
        blocks = [block.details for block in loop]
        assert all(set(block) == set(columns) for block in blocks)
        for name, numbers in columns.items():
            shown = np.concatenate([host(block[name]) for block in blocks])[: len(numbers), 0]
            assert shown == pytest.approx(np.array(numbers), nan_ok=True, rel=1e-12), (solver, name)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("solver", GLOBALISED)
def test_a_step_tolerance_below_the_noise_of_the_residual(solver: str, path: str) -> None:
    # residuals are rounded to 1e8 times the roundings of x, and cannot fall below them; Newton's step is short there
    kept = follow(formula("0 = 1e8*(x^2 - 2)\nsolve x = 1"), [[1.0]], solver, StopRule(1e-12, "step"), path=path)
    assert kept.outcome.success
    assert kept.z[-1, 0, 0] == pytest.approx(np.sqrt(2.0), abs=1e-12)


def test_every_solver_finds_the_other_tutorial_root() -> None:
    for solver in (*GLOBALISED, "pseudo_transient"):
        kept = follow(tutorial_layer(1), np.zeros((1, 10)), solver, StopRule(1e-12))
        newton = follow(tutorial_layer(1), np.zeros((1, 10)), "newton", StopRule(1e-14))
        assert kept.outcome.success
        assert kept.z[-1, 0] == pytest.approx(newton.z[-1, 0], abs=1e-11)
