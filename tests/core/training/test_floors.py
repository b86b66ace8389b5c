"""The least loss of functions that never fall."""

import numpy as np
import pytest
from scipy.optimize import isotonic_regression, minimize

from core import catalogue
from core.training.floors import monotone_floor


def test_minus_x_has_the_floors_one_and_one_half():
    _, test = catalogue.data_set("minus_x").sets(100, 100, 0)
    x, y = test.x[:, 0], test.y[:, 0]
    assert monotone_floor(x, y, "squares") == pytest.approx(1.0, abs=1e-15)
    assert monotone_floor(x, y, "huber") == pytest.approx(0.5, abs=1e-15)


def test_squares_agree_with_isotonic_regression():
    rng = np.random.default_rng(0)
    for _ in range(20):
        x = np.sort(rng.normal(size=30))
        y = rng.normal(size=30) + 0.5 * x
        best = isotonic_regression(y).x
        assert monotone_floor(x, y, "squares") == pytest.approx(np.mean((y - best) ** 2), abs=1e-12)


def test_huber_agrees_with_a_search_over_steps():
    rng = np.random.default_rng(1)

    def loss(raw, y):
        f = np.concatenate([raw[:1], raw[0] + np.cumsum(raw[1:] ** 2)])
        d = np.abs(f - y)
        return np.where(d < 1.0, 0.5 * d**2, d - 0.5).mean()

    for _ in range(5):
        x, y = np.arange(7.0), 2.0 * rng.normal(size=7)
        starts = [rng.normal(size=7) for _ in range(12)]
        found = min(minimize(loss, start, args=(y,), method="BFGS", tol=1e-10).fun for start in starts)
        assert monotone_floor(x, y, "huber") == pytest.approx(found, abs=1e-5)


def test_points_that_rise_have_no_floor_but_zero():
    x = np.linspace(-1.0, 1.0, 9)
    assert monotone_floor(x, x**3, "squares") == 0.0
    assert monotone_floor(x, x**3, "huber") == pytest.approx(0.0, abs=1e-30)


def test_equal_inputs_share_their_answer():
    x, y = np.array([0.0, 0.0, 1.0]), np.array([1.0, 3.0, 5.0])
    assert monotone_floor(x, y, "squares") == pytest.approx(2.0 / 3.0)
