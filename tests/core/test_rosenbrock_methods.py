"""Rosenbrock methods: orders, dense output, digits, stiffness, time in the field, and steps without a solution."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch

import core
from core import catalogue
from core.array_library import NUMPY
from core.bound_field import field_in_numpy, field_in_torch
from core.callable_field import CallableField
from core.formula_field import FormulaField
from core.rosenbrock_form import of_slopes
from core.rosenbrock_tableau import RosenbrockTableau
from core.small_systems import applied, weighted

METHODS = {name: method for name, method in catalogue.integrators().items() if isinstance(method, RosenbrockTableau)}
Solution = Callable[[np.ndarray, np.ndarray], np.ndarray]
LINEAR = "x' = -2x + 1", lambda t, z: 0.5 + (z - 0.5) * np.exp(-2 * t)
TIMED = "x' = cos(t) x", lambda t, z: z * np.exp(np.sin(t))
CUBIC = "x' = x - x^3", lambda t, z: z * np.exp(t) / np.sqrt(1 + z**2 * (np.exp(2 * t) - 1))
STARTS = np.array([[0.3], [0.7], [1.4]])
STEPS = {"rosenbrock23": 64, "rodas4": 96, "rodas5p": 96}
ROBERTSON = "a' = -0.04a + 1e4 b c\nb' = 0.04a - 1e4 b c - 3e7 b^2\nc' = 3e7 b^2"
WRONG = Fraction(1, 10**9)


def _order(name: str, problem: tuple[str, Solution], count: int, path: str = "numpy") -> float:
    system, errors = core.parse(problem[0]), []
    for steps in (count, 2 * count):
        run = core.integrate(system, STARTS, (0.0, 2.0), name, step=2.0 / steps, path=path)
        errors.append(np.abs(run.z[:, -1] - problem[1](np.full((3, 1), 2.0), STARTS)).max())
    return float(np.log2(errors[0] / errors[1]))


def test_these_are_the_methods() -> None:
    assert set(METHODS) == set(STEPS)
    assert {method.family for method in METHODS.values()} == {"Implicit, adaptive steps"}
    field = field_in_numpy(FormulaField(core.parse("x' = x")))
    assert [METHODS[name].stepper(field, None).least_calls for name in STEPS] == [2, 6, 8]


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize(
    ("problem", "path"),
    [(TIMED, "numpy"), (CUBIC, "numpy"), (TIMED, "torch")],
    ids=["non-autonomous", "nonlinear", "torch"],
)
def test_the_order_is_the_declared_one(name: str, problem: tuple[str, Solution], path: str) -> None:
    assert _order(name, problem, STEPS[name], path) == pytest.approx(METHODS[name].order, abs=0.15)


def test_the_order_on_a_linear_system() -> None:
    """The stability function of Rodas5P is e^z up to z^6."""
    orders = [_order(name, LINEAR, count) for name, count in (("rosenbrock23", 64), ("rodas4", 48), ("rodas5p", 32))]
    assert orders == pytest.approx([2.0, 4.0, 6.0], abs=0.15)


@pytest.mark.parametrize("name", METHODS)
def test_the_dense_output_has_the_declared_order(name: str) -> None:
    """Inside one step its error is of an order higher, which is seen where it exceeds the method's own."""
    method, errors, times = METHODS[name], [], np.linspace(0.0, 2.0, 997)
    for count in (80, 160):
        run = core.integrate(core.parse(CUBIC[0]), STARTS, (0.0, 2.0), name, step=2.0 / count)
        errors.append(np.abs(run(times)[..., 0] - CUBIC[1](times, STARTS)).max())
    assert np.log2(errors[0] / errors[1]) > min(method.continuous_order + 1, method.order) - 0.2


def _changed(numbers: tuple[Any, ...], place: int, by: Fraction) -> tuple[Any, ...]:
    return (*numbers[:place], numbers[place] + by, *numbers[place + 1 :])


@pytest.mark.parametrize("name", METHODS)
def test_a_wrong_digit_is_refused(name: str) -> None:
    """Also where it leaves the sum of its row alone: then a rooted tree is missed."""
    method = METHODS[name]
    bent: list[dict[str, Any]] = []
    for field in ("b", "nodes_of_time", "shares_of_time", "estimate"):
        bent += [{field: _changed(getattr(method, field), place, WRONG)} for place in range(method.stages)]
    for field in ("alpha", "gamma", "continuous"):
        rows = getattr(method, field)
        for index, row in enumerate(rows):
            others = [_changed(row, place, WRONG) for place in range(len(row))]
            if index > 1 and len(row) > 1:
                others.append(_changed(_changed(row, 0, WRONG), 1, -WRONG))
            bent += [{field: (*rows[:index], other, *rows[index + 1 :])} for other in others]
    for change in bent:
        with pytest.raises(ValueError, match=f"Rosenbrock method {name}: "):
            replace(method, **change)


def test_printed_numbers_are_those_of_the_computation() -> None:
    """From increments to slopes, exactly, and back."""
    stepper = METHODS["rodas4"].stepper(field_in_numpy(FormulaField(core.parse("x' = -x"))), None)
    numbers = stepper._numbers
    assert numbers.rows[3, 0, :3].tolist() == [3.314825187068521, 2.896124015972201, 0.9986419139977817]
    assert (4.0 * numbers.rows[5, 1, :5]).tolist() == [
        8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054,
    ]  # fmt: skip
    assert numbers.difference.tolist() == [0.0, 0.0, 0.0, 0.0, 0.0, 1.0]
    gamma = ((Fraction(1, 2), Fraction(0)), (Fraction(3), Fraction(1, 2)))
    assert of_slopes((Fraction(1), Fraction(2)), gamma) == (Fraction(13, 2), Fraction(1))


@pytest.mark.parametrize("name", METHODS)
def test_robertson_to_1e11(name: str) -> None:
    rtol = 1e-4 if METHODS[name].order == 2 else 1e-6
    run = core.integrate(core.parse(ROBERTSON), [1.0, 0.0, 0.0], (0.0, 1e11), name, rtol=rtol, atol=1e-6 * rtol)
    assert run.outcome.success
    assert run.z[-1][0] == pytest.approx(0.2083340149701255e-7, rel=100 * rtol)
    assert run.z[-1].sum() == pytest.approx(1.0, abs=1e-10)
    assert run.stats.accepted + run.stats.rejected <= 2000


@pytest.mark.parametrize("path", ["numpy", "torch"])
def test_the_derivative_by_time_is_exact(path: str) -> None:
    """In both libraries, of formulas and of callables; where f has no t there is none."""
    formula = FormulaField(core.parse("x' = sin(t x) + y\ny' = t^2 x + exp(-3 t)"))
    function = CallableField(
        lambda t, z: torch.stack(
            [torch.sin(t[:, 0] * z[:, 0]) + z[:, 1], t[:, 0] ** 2 * z[:, 0] + torch.exp(-3.0 * t[:, 0])], dim=1
        ),
        2,
    )
    t, z = np.array([0.4, 1.3]), np.array([[0.7, -1.0], [2.0, 0.5]])
    exact = np.stack([z[:, 0] * np.cos(t * z[:, 0]), 2.0 * t * z[:, 0] - 3.0 * np.exp(-3.0 * t)], axis=1)
    for field in (formula, function):
        bound = field_in_numpy(field) if path == "numpy" else field_in_torch(field, "cpu", "float64")
        assert bound.time_slope is not None
        arguments = (t, z) if path == "numpy" else (torch.tensor(t), torch.tensor(z))
        assert np.asarray(bound.time_slope(*arguments)) == pytest.approx(
            exact, rel=1e-6 if field is function else 1e-14
        )
    still = FormulaField(core.parse("x' = -x"))
    assert (field_in_numpy(still) if path == "numpy" else field_in_torch(still, "cpu", "float64")).time_slope is None


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_products_of_a_lane_do_not_depend_on_the_others(dtype: type) -> None:
    """In numpy; torch computes them as everything else."""
    random = np.random.default_rng(1)
    for size in (1, 2, 3, 5, 8, 13, 40):
        matrix, vectors = random.normal(size=(40, size, size)).astype(dtype), random.normal(size=(40, 7, size))
        vectors, weights = vectors.astype(dtype), random.normal(size=(2, 7)).astype(dtype)
        whole = applied(NUMPY, matrix, vectors[:, 0]), weighted(NUMPY, weights, vectors)
        for lanes in (1, 8, 24):
            few, small = np.array(matrix[:lanes]), np.array(vectors[:lanes])
            assert (applied(NUMPY, few, small[:, 0]) == whole[0][:lanes]).all()
            assert (weighted(NUMPY, weights, small) == whole[1][:lanes]).all()


@pytest.mark.parametrize("path", ["numpy", "torch"])
def test_mates_do_not_change_a_sample(path: str) -> None:
    """One mate explodes, another begins at no number."""
    system = core.parse("x' = y\ny' = 5(1 - x^2) y - x + sin(t)")
    mates = [[2.0, 0.0], [1e3, 1e3], [np.nan, 0.0], [0.5, -3.0]]
    alone = core.integrate(system, mates[0], (0.0, 4.0), "rodas5p", path=path)
    both = core.integrate(system, mates, (0.0, 4.0), "rodas5p", path=path)
    assert (both.z[0, : len(alone.t)] == alone.z).all()
    assert both.stats.evaluations[0] == alone.stats.evaluations
    assert both.outcome[2].name == "bad_input"


def test_a_step_without_a_solution_is_told_or_cut() -> None:
    """I - h gamma is singular for h = 4."""
    system = core.parse("x' = x")
    run = core.integrate(system, [1.0], (0.0, 8.0), "rodas4", step=4.0)
    assert run.outcome.name == "unsolved_step"
    assert run.t[-1] == 0.0
    stepper = METHODS["rodas4"].stepper(field_in_numpy(FormulaField(system)), (1e-3, 1e-6))
    made = stepper.step(np.zeros(2), np.array([4.0, 0.1]), np.ones((2, 1)), ())
    assert made.error[0] == np.inf
    assert made.error[1] < 1.0


def test_a_field_without_a_value_is_told() -> None:
    run = core.integrate(core.parse("x' = -sqrt(x) - 1"), [1.0], (0.0, 2.0), "rodas5p")
    assert run.outcome.name == "nonfinite_rhs"
    assert run.t[-1] == pytest.approx(2.0 - 2.0 * np.log(2.0), abs=1e-3)


def test_a_network_is_followed_in_float32() -> None:
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(2, 16), torch.nn.Tanh(), torch.nn.Linear(16, 2))
    ours = core.integrate(core.field(net, 2), [[0.5, -0.5]], (0.0, 1.0), "rodas4", dtype="float32", rtol=1e-4)
    explicit = core.integrate(core.field(net, 2), [[0.5, -0.5]], (0.0, 1.0), "dopri5", dtype="float32", rtol=1e-5)
    assert ours.z[0, -1] == pytest.approx(explicit.z[0, -1], abs=1e-4)
    assert ours.z.dtype == np.float32


def test_backward_in_time() -> None:
    run = core.integrate(core.parse(TIMED[0]), [1.0], (0.0, -3.0), "rodas5p", rtol=1e-9, atol=1e-11)
    assert run.z[-1][0] == pytest.approx(np.exp(np.sin(-3.0)), rel=1e-7)
