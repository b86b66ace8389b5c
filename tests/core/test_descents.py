"""Optimisers: rates on quadratics, the flow as their limit, and how samples end."""

from __future__ import annotations

import numpy as np
import pytest

from core import catalogue
from core.budget import Budget
from core.descent import Optimiser
from core.descent_loop import descend
from core.integration import integrate
from core.language import parse
from core.objective import Objective
from core.outcome import Outcome

QUADRATIC = Objective(parse("minimise 0.5*(a*x^2 + b*y^2)\nover x = 1, y = 1\na = 1\nb = 10"))
ROSENBROCK = Objective(parse("minimise (1 - x)^2 + 100*(y - x^2)^2\nover x = -1.2, y = 1"))


def way(
    objective: Objective, start: list[list[float]], method: Optimiser, iterations: int, tolerance: float = 1e-300
) -> tuple[np.ndarray, tuple[Outcome, ...]]:
    """z (R, S, n), NaN where there is no record, and the outcomes."""
    loop = descend(objective, np.array(start), method, tolerance, Budget(steps=iterations))
    blocks = []
    while True:
        try:
            records = next(loop)
        except StopIteration as end:
            return np.concatenate(blocks), end.value
        assert records.iteration[0] == sum(map(len, blocks))
        np.testing.assert_array_equal(records.loss[records.active], objective.value(records.z)[records.active])
        blocks.append(np.where(records.active[..., None], records.z, np.nan))


def optimiser(name: str, **options: float) -> Optimiser:
    return catalogue.descent(name, options)


@pytest.mark.parametrize("eta", [0.01, 0.1, 2.0 / 11.0, 0.19])
def test_gradient_descent_multiplies_every_eigendirection_by_its_factor(eta: float) -> None:
    z, _ = way(QUADRATIC, [[1.0, 1.0]], optimiser("gradient_descent", eta=eta), 40)
    factors = 1.0 - eta * np.array([1.0, 10.0])
    np.testing.assert_allclose(z[:, 0], factors ** np.arange(41)[:, None], rtol=1e-12, atol=1e-300)
    sizes = np.linalg.norm(z[:, 0], axis=1)
    assert (sizes[40] / sizes[20]) ** (1 / 20) == pytest.approx(np.abs(factors).max(), rel=2e-2)


def test_the_heavy_ball_has_its_best_rate_at_the_known_settings() -> None:
    low, high = 1.0, 100.0
    objective = Objective(parse("minimise 0.5*(x^2 + 100*y^2)\nover x = 1, y = 1"))
    rate = (np.sqrt(high) - np.sqrt(low)) / (np.sqrt(high) + np.sqrt(low))
    best = {"eta": 4.0 / (np.sqrt(high) + np.sqrt(low)) ** 2, "beta": rate**2}
    z, _ = way(objective, [[1.0, 1.0]], optimiser("heavy_ball", **best), 150)
    # both roots coincide there, so that the k-th iterate is rate^k times a line in k
    line = z[:, 0, 0] / rate ** np.arange(151)
    np.testing.assert_allclose(np.diff(line, 2)[5:], 0.0, atol=1e-9 * np.abs(line).max())
    assert rate == pytest.approx(9.0 / 11.0)
    slower, _ = way(objective, [[1.0, 1.0]], optimiser("gradient_descent", eta=2.0 / (low + high)), 150)
    assert np.linalg.norm(z[150, 0]) < 1e-6 * np.linalg.norm(slower[150, 0])


@pytest.mark.parametrize("name", ["gradient_descent", "heavy_ball", "nesterov"])
@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_every_method_converges_just_below_its_limit_and_bounces_out_just_above(name: str, beta: float) -> None:
    limit = optimiser(name, beta=beta).reach / 10.0
    _, (below,) = way(QUADRATIC, [[1.0, 1.0]], optimiser(name, eta=0.99 * limit, beta=beta), 20_000, 1e-8)
    _, (above,) = way(QUADRATIC, [[1.0, 1.0]], optimiser(name, eta=1.01 * limit, beta=beta), 20_000, 1e-8)
    assert (below.name, above.name) == ("converged", "bounced_out")
    assert "lower the learning rate" in str(above)


def test_without_momentum_all_methods_are_gradient_descent() -> None:
    plain, _ = way(ROSENBROCK, [[-1.2, 1.0]], optimiser("gradient_descent", eta=0.001), 300)
    for name in ("heavy_ball", "nesterov"):
        other, _ = way(ROSENBROCK, [[-1.2, 1.0]], optimiser(name, eta=0.001, beta=0.0), 300)
        np.testing.assert_array_equal(other, plain)


def test_gradient_descent_nears_the_gradient_flow_in_proportion_to_eta() -> None:
    system = parse("minimise 0.25*(x^2 - 1)^2 + 0.5*(y - 0.5*x)^2\nover x = 0.2, y = 1.5")
    exact = integrate(system, (0.2, 1.5), t=(0.0, 2.0), rtol=1e-12, atol=1e-14).z[-1]
    etas = 0.02 / 2.0 ** np.arange(5)
    errors = []
    for eta in etas.tolist():
        z, _ = way(Objective(system), [[0.2, 1.5]], optimiser("gradient_descent", eta=eta), round(2.0 / eta))
        errors.append(np.linalg.norm(z[-1, 0] - exact))
    slope = np.polyfit(np.log(etas), np.log(errors), 1)[0]
    assert slope == pytest.approx(1.0, abs=0.1)
    assert errors[-1] < 1e-3


@pytest.mark.parametrize("name", list(catalogue.descents()))
def test_a_start_takes_the_same_way_alone_and_among_others(name: str) -> None:
    method = optimiser(name, eta=0.0005)  # Newton has none
    objective = Objective(parse("minimise exp(sin(3*x)) + log(1 + (x - tanh(y))^2) + 0.1*y^2\nover x = 1, y = 1"))
    starts = np.random.default_rng(5).normal(size=(13, 2))
    together, _ = way(objective, starts.tolist(), method, 200)
    for index, start in enumerate(starts.tolist()):
        alone, _ = way(objective, [start], method, 200)
        np.testing.assert_array_equal(alone[:, 0], together[:, index])


def test_samples_end_for_their_own_reasons() -> None:
    objective = Objective(parse("minimise x^4 + sqrt(x + 20)\nover x = 1"))
    starts = [[1.0], [np.nan], [-19.999], [2.0], [-30.0]]
    z, outcomes = way(objective, starts, optimiser("gradient_descent", eta=0.1), 500, 1e-3)
    expected = ["converged", "bad_input", "bounced_out", "converged", "nonfinite_objective"]
    assert [outcome.name for outcome in outcomes] == expected
    for sample, outcome in enumerate(outcomes):
        recorded = np.flatnonzero(np.isfinite(z[:, sample, 0]))
        assert outcome.t == (recorded[-1] if len(recorded) else 0)


def test_it_converges_at_once_in_a_minimum_and_stops_at_the_floor_of_rounding() -> None:
    method = optimiser("gradient_descent", eta=0.1)
    _, outcomes = way(QUADRATIC, [[0.0, 0.0], [1.0, 1.0]], method, 100, 1e-3)
    assert [(outcome.name, outcome.t) for outcome in outcomes] == [("converged", 0), ("converged", 44)]
    shifted = Objective(parse("minimise (x - 3)^2 + exp(x)/10\nover x = 1"))
    _, (outcome,) = way(shifted, [[1.0]], optimiser("gradient_descent", eta=0.1), 5000)
    assert outcome.name == "float_floor"


def test_budgets_end_it() -> None:
    method = optimiser("gradient_descent", eta=1e-6)
    for budget, name in (
        (Budget(steps=100), "max_iterations"),
        (Budget(steps=1000, evaluations=70), "max_evaluations"),
        (Budget(steps=10_000_000, evaluations=10_000_000, seconds=0.05), "max_time"),
    ):
        loop = descend(ROSENBROCK, np.array([[-1.2, 1.0]]), method, 1e-8, budget)
        records = []
        while True:
            try:
                records.append(next(loop))
            except StopIteration as end:
                (outcome,) = end.value
                break
        assert outcome.name == name
        assert outcome.t == records[-1].iteration[-1]
        if name != "max_time":
            assert outcome.t == min(budget.steps, budget.evaluations)


def test_derivatives_are_exact() -> None:
    z = np.array([[-1.2, 1.0], [1.0, 1.0]])
    np.testing.assert_allclose(ROSENBROCK.value(z), [24.2, 0.0], rtol=1e-14)
    np.testing.assert_allclose(ROSENBROCK.gradient(z), [[-215.6, -88.0], [0.0, 0.0]], rtol=1e-14)
    np.testing.assert_allclose(
        ROSENBROCK.hessian(z), [[[1330.0, 480.0], [480.0, 200.0]], [[802.0, -400.0], [-400.0, 200.0]]], rtol=1e-14
    )
    with pytest.raises(ValueError, match="minimises nothing"):
        Objective(parse("x' = -x"))


def test_unknown_optimisers_and_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="did you mean 'heavy_ball'"):
        catalogue.descent("heavy_bal", {})
    with pytest.raises(ValueError, match=r"beta must lie between 0 and 0\.999"):
        catalogue.descent("heavy_ball", {"beta": 1.0})
