"""The order and the rate that residuals show, against sequences whose order is known."""

from __future__ import annotations

import numpy as np
import pytest
from root_problems import formula

import core
from core.convergence_order import Convergence, convergence

EPSILON = 2.0**-52


def shown(residual: list[float] | np.ndarray) -> Convergence:
    found = convergence(np.asarray(residual, dtype=float), 1.0, EPSILON)
    assert found is not None
    return found


@pytest.mark.parametrize("p", [1.5, 2.0, 3.0])
def test_an_exact_power_law_shows_its_order(p: float) -> None:
    residual = [0.05]
    while residual[-1] > 1e-13:
        residual.append(0.7 * residual[-1] ** p)
    assert shown(residual).order == pytest.approx(p, rel=0.1)
    assert not shown(residual).linear


@pytest.mark.parametrize("rate", [0.03, 0.5, 0.9999])
def test_a_geometric_sequence_shows_its_rate(rate: float) -> None:
    found = shown(rate ** np.arange(12.0))
    assert found.linear
    assert found.rate == pytest.approx(rate)
    assert str(found) == f"order 1, rate {rate:.3g}"


def test_falls_that_go_to_and_fro_about_a_rate_are_linear_convergence() -> None:
    # two modes of one modulus and opposite signs: every second fall is small
    falls = np.where(np.arange(24) % 2, 0.02, 0.23)
    found = shown(np.exp(-np.concatenate([[0.0], np.cumsum(falls)])))
    assert str(found) == f"order 1, rate {np.exp(-0.125):.3g}"


def test_a_residual_that_rests_for_a_while_is_no_error() -> None:
    bisected = [1.0, 0.5, 0.5, 0.5, 0.25, 0.1, 0.1, 0.03]
    assert shown(bisected).linear


def test_residuals_that_fall_slower_and_slower_have_no_order() -> None:
    assert convergence(np.array([1.0, 1e-3, 1e-5, 4e-6]), 1.0, EPSILON) is None


def test_the_law_of_the_secant_method_shows_the_golden_ratio() -> None:
    residual = [0.3, 0.11]
    for _ in range(4):
        residual.append(0.8 * residual[-1] * residual[-2])
    assert shown(residual).order == pytest.approx((1 + np.sqrt(5)) / 2, abs=1e-6)
    assert str(shown(residual)) == "order 1.62"


def test_noise_below_rounding_is_not_taken_for_convergence() -> None:
    clean = [1e-1, 1e-2, 1e-4, 1e-8]
    assert str(shown(clean)) == "order 2"
    assert shown([*clean, 3e-17, 1e-16, 2e-17]) == shown(clean)


@pytest.mark.parametrize("residual", [[], [1.0], [1.0, 0.1], [1.0, 2.0, 4.0], [1.0, 0.5, 0.5001], [1e-15] * 9])
def test_nothing_is_claimed_without_evidence(residual: list[float]) -> None:
    assert convergence(np.array(residual), 1.0, EPSILON) is None


@pytest.mark.parametrize(
    ("text", "start", "method", "words"),
    [
        ("z <- cos(z)", 1.0, "picard", "order 1, rate 0.674"),
        ("z <- cos(z)", 1.0, "newton", "order 2"),
        ("0 = z^2 - 2\nsolve z = 1", 1.0, "newton", "order 2"),
        ("0 = z^2 - 2\nsolve z = 1", 1.0, "anderson", "order 1.62"),
    ],
)
def test_solvers_show_the_orders_of_the_books(text: str, start: float, method: str, words: str) -> None:
    options = {"memory": 2, "ridge": 1e-14} if method == "anderson" else {}
    root = core.solve(formula(text).system, (start,), method, tol=1e-15, stop="step", **options)
    assert str(convergence(root.history.residual, abs(float(root.z[0])), EPSILON)) == words


def test_a_residual_that_goes_up_and_down_about_a_line_shows_no_order() -> None:
    """The way of Anderson's method on a layer of several units."""
    logs = [0.0, -0.4, -1.6, -1.5, -2.1, -3.7, -4.0, -4.2, -5.9, -6.2, -7.0, -8.6]
    assert convergence(np.exp(np.array(logs)), 1.0, EPSILON) is None
    assert convergence(np.exp(np.array([*logs, -12.0])), 1.0, EPSILON) is None  # one good step is no acceleration


def test_a_slow_passage_before_does_not_count() -> None:
    slow = 0.9 ** np.arange(15)
    assert shown(slow[-1] * 0.05 ** np.arange(1, 9)).rate == pytest.approx(0.05)
    assert shown(np.concatenate([slow, slow[-1] * 0.05 ** np.arange(1, 9)])).rate == pytest.approx(0.05)
    # Newton's method far out halves its way, and then doubles its digits
    newton = np.concatenate([0.5 ** np.arange(16), 0.5**15 * np.array([0.3, 0.03, 3e-4, 3e-8])])
    assert not shown(newton).linear
