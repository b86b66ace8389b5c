"""Adam, Newton's method and the proximal point method against torch, closed forms and the gradient flow."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from test_descents import QUADRATIC, ROSENBROCK, optimiser, way

from core.integration import integrate
from core.language import parse
from core.objective import Objective


def test_adam_takes_the_steps_of_torchs() -> None:
    z, _ = way(ROSENBROCK, [[-1.2, 1.0], [0.3, 2.0]], optimiser("adam", eta=0.05), 120)
    for sample in range(2):
        point = torch.tensor(z[0, sample], requires_grad=True)
        peer = torch.optim.Adam([point], lr=0.05, betas=(0.9, 0.999), eps=1e-8)
        for step in range(1, 121):
            peer.zero_grad()
            ((1 - point[0]) ** 2 + 100 * (point[1] - point[0] ** 2) ** 2).backward()
            peer.step()
            np.testing.assert_allclose(z[step, sample], point.detach().numpy(), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("eta", [0.01, 1.0, 10.0])
def test_the_proximal_point_divides_every_eigendirection_and_no_learning_rate_is_too_large(eta: float) -> None:
    z, _ = way(QUADRATIC, [[1.0, -2.0]], optimiser("proximal_point", eta=eta), 12)
    factors = 1.0 / (1.0 + eta * np.array([1.0, 10.0]))
    np.testing.assert_allclose(z[:, 0], np.array([1.0, -2.0]) * factors ** np.arange(13)[:, None], rtol=1e-12)


def test_the_proximal_point_is_the_lowest_of_what_it_minimises() -> None:
    eta, begin = 0.3, np.array([-1.2, 1.0])
    z, _ = way(ROSENBROCK, [begin.tolist()], optimiser("proximal_point", eta=eta), 1)
    found = z[1, 0]

    def phi(point: np.ndarray) -> float:
        return float(ROSENBROCK.value(point[None])[0] + ((point - begin) ** 2).sum() / (2.0 * eta))

    around = found + 1e-3 * np.random.default_rng(0).normal(size=(50, 2))
    assert all(phi(found) < phi(point) for point in around)


def test_the_proximal_point_nears_the_gradient_flow_in_proportion_to_eta() -> None:
    system = parse("minimise 0.25*(x^2 - 1)^2 + 0.5*(y - 0.5*x)^2\nover x = 0.2, y = 1.5")
    exact = integrate(system, (0.2, 1.5), t=(0.0, 2.0), rtol=1e-12, atol=1e-14).z[-1]
    etas = 0.04 / 2.0 ** np.arange(4)
    errors = []
    for eta in etas.tolist():
        z, _ = way(Objective(system), [[0.2, 1.5]], optimiser("proximal_point", eta=eta), round(2.0 / eta))
        errors.append(np.linalg.norm(z[-1, 0] - exact))
    assert np.polyfit(np.log(etas), np.log(errors), 1)[0] == pytest.approx(1.0, abs=0.1)


def test_newton_ends_a_quadratic_in_one_step_and_converges_in_order_two() -> None:
    z, (outcome,) = way(QUADRATIC, [[3.0, -2.0]], optimiser("newton"), 5, 1e-9)
    assert (outcome.name, outcome.t) == ("converged", 1)
    objective = Objective(parse("minimise exp(x) - 2*x + (y - x)^4 + y^2\nover x = 1, y = 1"))
    z, _ = way(objective, [[1.0, 1.5]], optimiser("newton"), 30)
    known = z[np.isfinite(z[:, 0, 0]), 0]
    errors = np.linalg.norm(known - known[-1], axis=1)
    errors = errors[(errors < 0.1) & (errors > 1e-13)]
    orders = np.log(errors[2:] / errors[1:-1]) / np.log(errors[1:-1] / errors[:-2])
    assert orders[-1] == pytest.approx(2.0, abs=0.35)


def test_newton_leaves_saddles_and_never_climbs() -> None:
    objective = Objective(parse("minimise (x^2 - 1)^2 + y^2\nover x = 0.01, y = 1"))
    z, outcomes = way(objective, [[0.01, 1.0], [-0.3, 2.0], [5.0, -3.0]], optimiser("newton"), 60, 1e-10)
    assert all(outcome.success for outcome in outcomes)
    ends = [z[np.isfinite(z[:, sample, 0]), sample][-1] for sample in range(3)]
    np.testing.assert_allclose(ends, [[1.0, 0.0], [-1.0, 0.0], [1.0, 0.0]], atol=1e-9)
    loss = objective.value(z)
    assert (np.diff(loss, axis=0)[np.isfinite(np.diff(loss, axis=0))] <= 1e-15).all()


def test_newton_without_curvature_goes_against_the_gradient() -> None:
    objective = Objective(parse("minimise abs(x) + abs(y)\nover x = 1, y = 1"))
    z, _ = way(objective, [[0.7, -0.4]], optimiser("newton"), 3)
    np.testing.assert_allclose(z[1, 0], [-0.3, 0.6], atol=1e-12)


def test_the_proximal_point_of_two_wells_is_a_minimum_and_no_hilltop() -> None:
    objective = Objective(parse("minimise (x^2 - 1)^2/4\nover x = 1"))
    z, _ = way(objective, [[0.01]], optimiser("proximal_point", eta=10.0), 1)
    found = float(z[1, 0, 0])
    grid = np.linspace(-2, 2, 400_001)
    lowest = grid[grid > 0][np.argmin(0.25 * (grid[grid > 0] ** 2 - 1) ** 2 + (grid[grid > 0] - 0.01) ** 2 / 20)]
    assert found == pytest.approx(lowest, abs=1e-5)


def test_what_limits_a_learning_rate() -> None:
    assert optimiser("newton").reach == optimiser("proximal_point").reach == np.inf
    assert np.isnan(optimiser("adam").reach)
