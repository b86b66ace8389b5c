"""Adams's formulas: the order of each, any step sizes, the choice among them, the solution in between, and mates."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import core
from core import catalogue
from core.adams_step import HIGHEST, ROWS, AdamsStep, coefficients
from core.array_library import NUMPY
from core.bound_field import BoundField, field_in_numpy
from core.formula_field import FormulaField

ADAMS = catalogue.integrator("adams")
STARTS = np.array([[0.3], [0.7], [1.4]])
VAN_DER_POL = "x' = y\ny' = (1 - x^2)*y - x", [2.0, 0.0]
TIMED = "x' = cos(t)*x", [1.0]
KEPLER = "x' = u\ny' = v\nu' = -x/(x^2 + y^2)^1.5\nv' = -y/(x^2 + y^2)^1.5", [0.4, 0.0, 0.0, 2.0]


def _memory(slopes, times: np.ndarray, order: int) -> tuple:
    """What a step at times[0] is given after steps from times[1], times[2], ...; slopes(t) (L, n)."""
    table = np.zeros((len(slopes(times[0])), ROWS, slopes(times[0]).shape[1]))
    divided = [slopes(t) for t in times[: order + 1]]
    product = 1.0
    for row in range(order + 1):
        table[:, row] = product * divided[0]
        width = [times[i] - times[i + row + 1] for i in range(len(divided) - 1)]
        divided = [(divided[i] - divided[i + 1]) / width[i] for i in range(len(divided) - 1)]
        product *= times[0] - times[row + 1]
    ones = np.ones(len(table))
    back = np.abs(times[0] - times[1:ROWS])[None] * ones[:, None]
    return table, back, order * ones, 0.0 * ones


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("order", range(1, HIGHEST + 1))
def test_polynomials_of_the_order_are_exact_at_any_steps(order: int, sign: float) -> None:
    """z = (1 + t)^(k + 1) by formula k, after uneven steps, forward and backward, at the end and inside."""
    times = -sign * np.cumsum([0.0, 0.11, 0.05, 0.2, 0.1, 0.13, 0.07, 0.1, 0.1, 0.1])
    ones = np.ones(2)

    def slope(t, z):
        return (order + 1) * (1.0 + np.asarray(t)[..., None]) ** order + 0.0 * z

    memory = _memory(lambda t: slope(t * ones, np.zeros((2, 1))), times, order)
    field = BoundField(NUMPY, slope, lambda _, z: np.zeros((*z.shape, 1)))
    h = sign * 0.17
    made = AdamsStep(field, ADAMS, (1e-6, 1e-9)).step(0.0 * ones, h * ones, np.ones((2, 1)), memory)
    assert np.abs(made.z1 - (1.0 + h) ** (order + 1)).max() < 1e-13
    powers = 0.4 ** np.arange(1, HIGHEST + 2)
    inside = 1.0 + h * np.einsum("j,ljn->ln", powers, made.stages)
    assert np.abs(inside - (1.0 + 0.4 * h) ** (order + 1)).max() < 1e-13
    again = _memory(lambda t: slope(t * ones, np.zeros((2, 1))), np.concatenate([[h], times]), order)
    assert np.abs(made.memory[0][:, : order + 1] - again[0][:, : order + 1]).max() < 1e-12
    assert np.abs(made.memory[1] - again[1]).max() < 1e-14


@pytest.mark.parametrize("order", [1, 2, 4, 7])
def test_each_formula_is_one_order_better_than_its_predictor(order: int) -> None:
    def exact(t: float) -> np.ndarray:
        return STARTS * np.exp(np.sin(t))

    field = field_in_numpy(FormulaField(core.parse(TIMED[0])))
    errors = []
    for count in (40, 80):
        h = 2.0 / count
        t, ones, worst = 1.0, np.ones(3), 0.0
        memory = _memory(lambda s: np.cos(s) * exact(s), t - h * np.arange(ROWS + 1), order)
        z, stepper = exact(t), AdamsStep(field, ADAMS, (1e-12, 1e-14))
        for _ in range(count):
            made = stepper.step(t * ones, h * ones, z, (*memory[:2], order * ones, 0.0 * ones))
            z, memory, t = made.z1, made.memory, t + h
            worst = max(worst, np.abs(z - exact(t)).max())
        errors.append(worst)
    assert np.log2(errors[0] / errors[1]) == pytest.approx(order + 1, abs=0.3)


def test_equal_steps_have_the_classical_coefficients() -> None:
    back = np.arange(1.0, ROWS)[None] * 0.1
    g, beta = coefficients(NUMPY, np.array([0.1]), back)
    assert g[0, :5] == pytest.approx([1.0, 1 / 2, 5 / 12, 3 / 8, 251 / 720], abs=1e-15)
    assert beta[0] == pytest.approx(np.ones(ROWS))


@pytest.mark.parametrize(("problem", "end"), [(VAN_DER_POL, 20.0), (TIMED, 20.0), (KEPLER, 20.0)])
@pytest.mark.parametrize("tolerance", [1e-3, 1e-6, 1e-9, 1e-12])
def test_evaluations_and_errors_are_of_the_size_of_lsodas(problem, end: float, tolerance: float) -> None:
    text, start = problem
    system = core.parse(text)
    f = FormulaField(system).array()

    def peer(method: str, tol: float):
        return solve_ivp(
            lambda t, z: f(np.array([t]), z[None])[0], (0.0, end), start, method, rtol=tol, atol=max(tol, 1e-15)
        )

    truth = peer("DOP853", 1e-13).y[:, -1]
    theirs = peer("LSODA", tolerance)
    ours = core.integrate(system, start, (0.0, end), "adams", rtol=tolerance, atol=tolerance)
    assert ours.outcome.success
    assert ours.stats.evaluations <= 1.3 * theirs.nfev
    limit = max(np.abs(theirs.y[:, -1] - truth).max(), 10.0 * tolerance)
    assert np.abs(ours.z[-1] - truth).max() <= 20.0 * limit


def test_it_rises_to_high_orders_and_the_dense_output_is_as_good_as_the_steps() -> None:
    run = core.integrate(core.parse("x' = y\ny' = -x"), [0.0, 1.0], (0.0, 20.0), "adams", rtol=1e-10, atol=1e-10)
    times = np.linspace(0.0, 20.0, 1001)
    at_steps = np.abs(run.z[:, 0] - np.sin(run.t)).max()
    assert np.abs(run(times)[:, 0] - np.sin(times)).max() < 2.0 * at_steps
    assert run.stats.accepted < 300
    back = core.integrate(core.parse("x' = y\ny' = -x"), run.z[-1], (20.0, 0.0), "adams", rtol=1e-10, atol=1e-10)
    assert back.z[-1] == pytest.approx([0.0, 1.0], abs=1e-7)


@pytest.mark.parametrize("path", ["numpy", "torch"])
def test_mates_do_not_change_a_sample(path: str) -> None:
    system = core.parse("x' = x^2 - y\ny' = cos(3*t)*x")
    starts = np.random.default_rng(1).uniform(-1.0, 0.2, (11, 2))
    starts[3] = 40.0, 0.0  # explodes
    together = core.integrate(system, starts, (0.0, 3.0), "adams", path=path)
    assert not together.outcome[3].success
    for sample in (0, 5, 10):
        alone = core.integrate(system, starts[sample], (0.0, 3.0), "adams", path=path)
        assert np.array_equal(alone.z, together.z[sample][together.mask[sample]])
        assert alone.stats.evaluations == together.stats.evaluations[sample]
