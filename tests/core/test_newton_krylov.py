"""Newton-Krylov: superlinear, globalised, and without a matrix."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from root_problems import PATHS, follow, formula, orders, tutorial_layer
from torch.profiler import ProfilerActivity, profile

import core
from core.armijo import backtrack
from core.budget import Budget
from core.callable_map import layer
from core.catalogue import root_solver
from core.root_loop import iterate
from core.root_problem import FixedPoint, bind_numpy, bind_torch
from core.root_solvers.newton_krylov import NewtonKrylov
from core.stop_rule import StopRule

ZEROS = np.zeros((1, 10))
LINEAR = ("gmres", "bicgstab")


@pytest.mark.parametrize("linear", LINEAR)
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("stream", [0, 1])
def test_it_finds_newtons_root_of_the_tutorials_layers(stream: int, path: str, linear: str) -> None:
    newton = follow(tutorial_layer(stream), ZEROS, "newton", StopRule(1e-13))
    kept = follow(tutorial_layer(stream), ZEROS, "newton_krylov", StopRule(1e-13), path=path, linear=linear)
    assert kept.outcome.success
    assert kept.z[-1, 0] == pytest.approx(newton.z[-1, 0], abs=1e-12)
    assert not kept.jacobians.any()
    assert orders(kept.residual[-4:-1, 0])[-1] > 1.5


def test_with_one_unknown_it_is_newtons_method_with_a_line_search() -> None:
    newton, kept = (
        follow(formula("z <- cos(z)"), [[1.0]], solver, StopRule(1e-14)) for solver in ("newton", "newton_krylov")
    )
    assert kept.z[:, 0] == pytest.approx(newton.z[:, 0], abs=1e-15)
    assert np.diff(kept.evaluations[:, 0]).tolist() == [2] * (len(kept.z) - 1)
    atan = follow(formula("0 = atan(z)\nsolve z = 3"), [[3.0]], "newton_krylov", StopRule(1e-12, "absolute"))
    assert atan.outcome.success  # where plain Newton diverges
    assert (np.diff(atan.residual[:, 0]) < 0.0).all()


def test_the_forcing_terms_are_those_of_eisenstat_and_walker() -> None:
    problem, solver = bind_numpy(tutorial_layer(0), None), NewtonKrylov()
    active = np.ones(3, dtype=bool)
    state = solver.init(problem, np.random.default_rng(0).normal(size=(3, 10)) * [[1.0], [4.0], [9.0]], active)
    lengths, forcings = [], []
    for _ in range(6):
        residual = state.f - state.z
        lengths.append(np.linalg.norm(residual, axis=1))
        matrix, before = np.eye(10) - problem.jacobian(state.z), state
        state = solver.step(problem, state)
        forcings.append(state.forcing)
        step = state.z - before.z
        whole = np.linalg.norm(step, axis=1) > 0.999 * np.linalg.norm(state.move, axis=1) * (1.0 - state.forcing)
        left = np.linalg.norm(residual - np.einsum("sij,sj->si", matrix, step), axis=1)
        assert (left[whole] <= 1.0001 * (state.forcing * lengths[-1])[whole] + 1e-15).all()
        assert whole.any()
    assert forcings[0].tolist() == [0.5] * 3
    for place in range(1, 6):
        wanted = 0.9 * (lengths[place] / lengths[place - 1]) ** 2
        held = 0.9 * forcings[place - 1] ** 2
        wanted = np.minimum(np.where(held > 0.1, np.maximum(wanted, held), wanted), 0.9)
        assert forcings[place] == pytest.approx(np.maximum(wanted, 4.0 * np.finfo(float).eps), rel=1e-12)


@pytest.mark.parametrize("path", PATHS)
def test_every_product_counts(path: str) -> None:
    weight = torch.tensor(np.random.default_rng(2).normal(size=(10, 10)) / 5.0)
    calls: list[str] = []

    class Counted(NewtonKrylov):
        def step(self, problem: Any, state: Any) -> Any:
            def value(z: Any) -> Any:
                calls.append("f")
                return problem.value(z)

            def product(z: Any) -> Any:
                along = problem.product(z)
                return lambda v: calls.append("J v") or along(v)

            return super().step(replace(problem, value=value, product=product), state)

    mapping = layer(lambda z: torch.tanh(z @ weight.T) + 0.1, 10) if path == "torch" else tutorial_layer(1)
    loop = iterate(FixedPoint(mapping, ZEROS + 3.0), Counted(restart=3), StopRule(1e-10), Budget(), path)
    (*_, last) = loop
    assert last.measure[-1, 0] < 1e-10
    assert last.evaluations[-1, 0] == 1 + len(calls)
    assert calls.count("J v") > 10


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("text", "start", "name"),
    [
        ("z <- z + 1", 0.0, "singular_jacobian"),
        ("x <- x + y\ny <- y + 1", (0.0, 0.0), "singular_jacobian"),
        ("0 = z^2 + 1\nsolve z = 2", 2.0, "local_minimum"),
        ("0 = z^4 - 2*z^2 + 3\nsolve z = 1.3", 1.3, "local_minimum"),
        ("0 = sign(z) + z/10\nsolve z = 1", 1.0, "line_search"),
        ("z <- log(z)", -1.0, "nonfinite_map"),
        ("z <- 2*z", 1.0, "converged"),
        ("0 = sqrt(z - 1) - 0.1\nsolve z = 4", 4.0, "converged"),
    ],
)
def test_every_ending(path: str, text: str, start: Any, name: str) -> None:
    stop = StopRule(1e-10, "absolute")
    kept = follow(formula(text), [np.atleast_1d(start)], "newton_krylov", stop, path=path, budget=Budget(steps=300))
    assert kept.outcome.name == name
    if len(kept.z):
        assert (np.diff(kept.residual[:, 0]) <= 0.0).all()


def test_a_short_krylov_step_is_no_success_of_the_step_criterion() -> None:
    # I - J moves every component on by one place: GMRES makes no headway before iteration n
    mapping = layer(lambda z: z - torch.roll(z, 1, 1) + torch.eye(12, dtype=z.dtype)[0], 12)
    stuck = core.solve(mapping, np.zeros(12), "newton_krylov", stop="step", inner=8)
    assert stuck.outcome.name == "line_search"
    assert core.solve(mapping, np.zeros(12), "newton_krylov", inner=12).z == pytest.approx(np.eye(12)[11], abs=1e-12)


def test_backtracking_takes_the_parabolas_minimum() -> None:
    problem = bind_numpy(formula("0 = atan(z)\nsolve z = 3"), None)
    z = np.array([[3.0], [0.5], [3.0], [0.0]])
    step = np.array([[-np.arctan(3.0) * 10.0], [-np.arctan(0.5) * 1.25], [5.0], [1.0]])
    wanted = np.array([True, True, True, False])
    found = backtrack(problem, z, problem.value(z), step, wanted, most=4)
    ratio = np.arctan(3.0 - 10.0 * np.arctan(3.0)) / np.arctan(3.0)
    second = 1.0 / (ratio**2 + 1.0)
    assert abs(np.arctan(3.0 + second * step[0, 0])) < np.arctan(3.0)
    assert found.fraction.tolist() == pytest.approx([min(second, 0.5), 1.0, 0.0, 0.0])
    assert found.tries.tolist() == [2, 1, 4, 0]
    assert found.accepted.tolist() == [True, True, False, False]
    assert found.z == pytest.approx(z + found.fraction[:, None] * step)
    assert np.array_equal(found.f, problem.value(found.z))


def test_the_inner_iterations_are_recorded() -> None:
    loop = iterate(
        FixedPoint(tutorial_layer(0), np.zeros((2, 10))), root_solver("newton_krylov"), StopRule(1e-12), Budget(),
        details=True,
    )  # fmt: skip
    block = next(loop)
    inner = block.details["inner"]
    assert inner.shape == (len(block), 2)
    assert not inner[0].any()
    assert (np.diff(block.evaluations[:, 0]) == inner[1:, 0] + 1).all()
    assert inner.max() <= 10


def test_the_h_equation_has_its_exact_mean() -> None:
    # S. Chandrasekhar's H at the midpoints: its mean h solves h = 1 + c h^2 / 4, for any number of points
    count, c = 100, 0.9
    mu = (torch.arange(count, dtype=torch.float64) + 0.5) / count
    kernel = 0.5 * c / count * mu[:, None] / (mu[:, None] + mu)
    mapping = layer(lambda z: 1.0 / (1.0 - z @ kernel.T), count)
    root = core.solve(mapping, np.ones(count), "newton_krylov", tol=1e-13)
    assert root.outcome.success
    assert root.z.mean() == pytest.approx(2.0 * (1.0 - np.sqrt(1.0 - c)) / c, abs=1e-12)
    assert root.iterations <= 6
    assert root.stats.evaluations < 30


def broyden(z: torch.Tensor) -> torch.Tensor:
    """z - g(z) of Broyden's tridiagonal function: J. J. More, B. S. Garbow, K. E. Hillstrom, ACM TOMS 7 (1981) 17."""
    zero = torch.zeros_like(z[:, :1])
    left, right = torch.cat([zero, z[:, :-1]], 1), torch.cat([z[:, 1:], zero], 1)
    return z - ((3.0 - 2.0 * z) * z - left - 2.0 * right + 1.0)


@pytest.mark.parametrize("options", [{}, {"restart": 8}, {"linear": "bicgstab"}])
def test_ten_thousand_unknowns_need_no_matrix(options: dict[str, Any]) -> None:
    size = 10_000
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as record:
        root = core.solve(layer(broyden, size), -np.ones(size), "newton_krylov", tol=1e-12, **options)
    assert root.outcome.success
    assert root.iterations <= 7
    z = root.z
    g = (3.0 - 2.0 * z) * z + 1.0
    g[1:] -= z[:-1]
    g[:-1] -= 2.0 * z[1:]
    assert np.abs(g).max() < 1e-10
    changes = [event for event in record.profiler.kineto_results.events() if event.name() == "[memory]"]
    changes.sort(key=lambda event: event.start_ns())
    most = max(np.cumsum([event.nbytes() for event in changes])) / (8.0 * size)
    assert 3.0 < most <= 40.0 + (0 if options else 30)


def test_in_float32_it_ends_at_single_precision() -> None:
    problem = bind_torch(tutorial_layer(1), None, 1, "cpu", "float32")
    assert problem.jacobian(torch.zeros(1, 10)).dtype == torch.float32
    kept = follow(tutorial_layer(1), ZEROS, "newton_krylov", StopRule(1e-6), path="torch", dtype="float32")
    exact = follow(tutorial_layer(1), ZEROS, "newton", StopRule(1e-13))
    assert kept.outcome.success
    assert kept.z[-1, 0] == pytest.approx(exact.z[-1, 0], abs=1e-5)
