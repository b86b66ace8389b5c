"""Additive methods: their orders whatever the linear part, dense output, digits, stiffness, and mates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest

import core
from core import catalogue
from core.additive_conditions import coloured_trees
from core.additive_tableau import AdditiveTableau
from core.amplification import amplification_of
from core.formula_field import FormulaField
from core.vector_field import ArrayField

METHODS = {name: method for name, method in catalogue.integrators().items() if isinstance(method, AdditiveTableau)}
Solution = Callable[[np.ndarray, np.ndarray], np.ndarray]
LINEAR = "x' = -2x + 1", lambda t, z: 0.5 + (z - 0.5) * np.exp(-2 * t)
TIMED = "x' = cos(t) x", lambda t, z: z * np.exp(np.sin(t))
CUBIC = "x' = x - x^3", lambda t, z: z * np.exp(t) / np.sqrt(1 + z**2 * (np.exp(2 * t) - 1))
STARTS = np.array([[0.3], [0.7], [1.4]])
STEPS = {"kencarp3": 256, "kencarp4": 64, "kencarp5": 64}
FRONT = core.parse("z' = 60*(shift(z, 1) - 2z + shift(z, -1)) + z*(1 - z)*(z - 0.2)*(1 + sin(t)/2)\nz in R^100")
ISLAND = 1.0 / (1.0 + np.exp(np.abs(np.arange(100) - 50.0) - 20.0))
SWING = "x' = y\ny' = -sin(x) - x*y/4"
WRONG = Fraction(1, 10**13)


class _Guessed(FormulaField):
    """A field whose linear part is guessed, and wrong: the orders do not hang on it."""

    def jacobian(self) -> ArrayField:
        guess = np.array([[-0.7, 0.4], [-1.1, 0.3]])
        return lambda _t, z: np.broadcast_to(guess, (*z.shape, 2))


def _fitted(errors: list[float]) -> float:
    return float(np.log2(errors[0] / errors[1]))


def test_these_are_the_methods() -> None:
    assert set(METHODS) == set(STEPS)
    assert {method.family for method in METHODS.values()} == {"Implicit, adaptive steps"}
    assert [len(coloured_trees(vertices)) for vertices in range(1, 6)] == [1, 2, 7, 26, 107]


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("problem", [LINEAR, TIMED, CUBIC], ids=["linear", "non-autonomous", "nonlinear"])
def test_the_order_is_the_declared_one(name: str, problem: tuple[str, Solution]) -> None:
    system, errors = core.parse(problem[0]), []
    for count in (STEPS[name], 2 * STEPS[name]):
        run = core.integrate(system, STARTS, (0.0, 2.0), name, step=2.0 / count)
        errors.append(np.abs(run.z[:, -1] - problem[1](np.full((3, 1), 2.0), STARTS)).max())
    assert _fitted(errors) == pytest.approx(METHODS[name].order, abs=0.15)


@pytest.mark.parametrize("name", METHODS)
def test_tensors_give_the_same(name: str) -> None:
    runs = [
        core.integrate(core.parse(TIMED[0]), STARTS, (0.0, 2.0), name, step=0.1, path=p) for p in ("numpy", "torch")
    ]
    assert runs[0].z == pytest.approx(runs[1].z, rel=1e-12)


@pytest.mark.parametrize("name", METHODS)
def test_the_order_holds_for_any_linear_part(name: str) -> None:
    """Then both parts bend, and every coloured tree counts."""
    field, start = _Guessed(core.parse(SWING)), [1.2, 0.5]
    exact = core.integrate(core.parse(SWING), start, (0.0, 2.0), "dop853", rtol=1e-13, atol=1e-14).z[-1]
    errors = []
    for count in (STEPS[name] // 2, STEPS[name]):
        run = core.integrate(field, start, (0.0, 2.0), name, step=2.0 / count, path="numpy")
        errors.append(np.abs(run.z[-1] - exact).max())
    assert _fitted(errors) == pytest.approx(METHODS[name].order, abs=0.15)


@pytest.mark.parametrize("name", METHODS)
def test_the_dense_output_has_the_declared_order(name: str) -> None:
    """Inside one step its error is of an order higher."""
    method, errors, times = METHODS[name], [], np.linspace(0.0, 2.0, 997)
    for count in (80, 160):
        run = core.integrate(core.parse(CUBIC[0]), STARTS, (0.0, 2.0), name, step=2.0 / count)
        errors.append(np.abs(run(times)[..., 0] - CUBIC[1](times, STARTS)).max())
    assert _fitted(errors) > min(method.dense_order + 1, method.order) - 0.2


def _changed(numbers: tuple[Any, ...], place: int, by: Fraction) -> tuple[Any, ...]:
    return (*numbers[:place], numbers[place] + by, *numbers[place + 1 :])


@pytest.mark.parametrize("name", METHODS)
def test_a_wrong_digit_is_refused(name: str) -> None:
    """Also where it leaves the sum of its row alone: then a coloured tree is missed."""
    method = METHODS[name]
    bent: list[dict[str, Any]] = []
    for field in ("b", "c", "estimate"):
        bent += [{field: _changed(getattr(method, field), place, WRONG)} for place in range(method.stages)]
    for field in ("explicit", "implicit", "dense"):
        rows = getattr(method, field)
        for index, row in enumerate(rows):
            others = [_changed(row, place, WRONG) for place in range(len(row))]
            if index > 1 and len(row) > 1:
                others.append(_changed(_changed(row, 0, WRONG), 1, -WRONG))
            bent += [{field: (*rows[:index], other, *rows[index + 1 :])} for other in others]
    for change in bent:
        with pytest.raises(ValueError, match=f"additive method {name}: "):
            replace(method, **change)


@pytest.mark.parametrize("name", METHODS)
def test_what_is_linear_and_stiff_is_forgotten(name: str) -> None:
    stability = amplification_of(METHODS[name])
    assert stability is not None
    assert stability.real_limit() == np.inf
    assert abs(stability(np.array([-1e8]))) < 1e-6
    run = core.integrate(core.parse("x' = -1e6*(x - cos(t)) - sin(t)"), [3.0], (0.0, 2.0), name, rtol=1e-4)
    assert run.outcome.success
    assert run.stats.accepted + run.stats.rejected < 2500
    assert run.z[-1, 0] == pytest.approx(np.cos(2.0), abs=1e-3)


@cache
def _by_radau() -> np.ndarray:
    return np.asarray(core.integrate(FRONT, ISLAND, (0.0, 2.0), "radau5", rtol=1e-8, atol=1e-10).z[-1])


@pytest.mark.parametrize("name", METHODS)
def test_a_reaction_that_diffuses_is_followed_by_entries_as_by_radau(name: str) -> None:
    run = core.integrate(FRONT, ISLAND, (0.0, 2.0), name, rtol=1e-5, atol=1e-7)
    assert run.outcome.success
    assert run.z[-1] == pytest.approx(_by_radau(), abs=5e-5)
    assert "diagonals" in str(run.outcome)


@pytest.mark.parametrize("path", ["numpy", "torch"])
@pytest.mark.parametrize("name", METHODS)
def test_mates_do_not_change_a_sample(name: str, path: str) -> None:
    system = core.parse("x' = y\ny' = 5*(1 - x^2)*y - x + cos(t)")
    starts = np.random.default_rng(1).uniform(-2.0, 2.0, (11, 2))
    starts[3] = 1e200, 1.0  # a mate whose field overflows
    together = core.integrate(system, starts, (0.0, 1.0), name, rtol=1e-4, path=path)
    assert not together.outcome[3].success
    for sample in (0, 10):
        alone = core.integrate(system, starts[sample], (0.0, 1.0), name, rtol=1e-4, path=path)
        assert np.array_equal(alone.z, together.z[sample][together.mask[sample]])
        assert alone.outcome == together.outcome[sample]


def test_a_step_without_a_solution_is_told() -> None:
    """I - h gamma is singular for h = 4, gamma = 1/4."""
    run = core.integrate(core.parse("x' = x"), [1.0], (0.0, 8.0), "kencarp4", step=4.0)
    assert run.outcome.name == "unsolved_step"
    assert run.t[-1] == 0.0


def test_backward_in_time() -> None:
    run = core.integrate(core.parse(TIMED[0]), [1.0], (0.0, -3.0), "kencarp5", rtol=1e-9, atol=1e-11)
    assert run.z[-1][0] == pytest.approx(np.exp(np.sin(-3.0)), rel=1e-7)
