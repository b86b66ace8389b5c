"""Exponential integrators: their matrix functions, orders, what they solve exactly, stiffness, and mates."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import torch

import core
from core import catalogue
from core.amplification import amplification_of
from core.array_library import NUMPY, TORCH
from core.exponential_step import ExponentialMethod
from core.phi_functions import phi_functions

METHODS = {name: each for name, each in catalogue.integrators().items() if isinstance(each, ExponentialMethod)}
STARTS = np.array([[0.3], [0.7], [1.4]])
TIMED = "x' = cos(t) x", lambda t, z: z * np.exp(np.sin(t))
CUBIC = "x' = x - x^3", lambda t, z: z * np.exp(t) / np.sqrt(1 + z**2 * (np.exp(2 * t) - 1))


def _exact(matrix: np.ndarray, k: int) -> np.ndarray:
    """phi_k of a symmetric matrix through its eigenvalues, in 60 digits."""
    with mpmath.workdps(60):
        values, vectors = mpmath.eigsy(mpmath.matrix(matrix.tolist()))

        def phi(x: mpmath.mpf) -> mpmath.mpf:
            return mpmath.hyp1f1(1, k + 1, x) / mpmath.factorial(k)

        found = vectors * mpmath.diag([phi(x) for x in values]) * vectors.T
        return np.array(found.tolist(), dtype=float)


@pytest.mark.parametrize("scale", [1e-8, 0.3, 1.0, 30.0, 1e4])
def test_phi_functions_are_exact_for_small_and_large_matrices(scale: float) -> None:
    drawn = np.random.default_rng(0).standard_normal((2, 4, 4))
    matrices = -scale * drawn @ drawn.swapaxes(1, 2)
    phis = phi_functions(NUMPY, matrices, 3)
    norms = abs(matrices).sum(2).max(1)
    for sample, matrix in enumerate(matrices):
        for k, found in enumerate(phis):
            exact = _exact(matrix, k)
            # a rounding of a large matrix is one of its exponent, halved and doubled as often as needed
            allowed = 1e-15 * (50.0 + (norms[sample] if k == 0 else 0.0))
            assert np.abs(found[sample] - exact).max() <= allowed * np.abs(exact).max()
    in_torch = phi_functions(TORCH, torch.from_numpy(matrices), 3)
    assert [phi.numpy() for phi in in_torch] == [pytest.approx(phi, rel=1e-9, abs=1e-14) for phi in phis]


def test_a_matrix_without_numbers_spoils_no_other() -> None:
    good = np.array([[[-1.0, 2.0], [0.5, -300.0]]])
    for worse in (np.nan, np.inf, 1e200, -1e200):
        with np.errstate(all="ignore"):
            both = phi_functions(NUMPY, np.concatenate([good, np.full((1, 2, 2), worse)]), 2)
        for mixed, alone in zip(both, phi_functions(NUMPY, good, 2), strict=True):
            assert np.array_equal(mixed[:1], alone)


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("path", ["numpy", "torch"])
@pytest.mark.parametrize("problem", [TIMED, CUBIC], ids=["non-autonomous", "nonlinear"])
def test_the_order_is_the_declared_one(name: str, path: str, problem) -> None:
    text, solution = problem
    errors = []
    for count in (64, 128):
        run = core.integrate(core.parse(text), STARTS, (0.0, 2.0), name, step=2.0 / count, path=path)
        errors.append(np.abs(run.z[:, -1] - solution(2.0, STARTS)).max())
    assert np.log2(errors[0] / errors[1]) == pytest.approx(METHODS[name].order, abs=0.15)


@pytest.mark.parametrize("name", METHODS)
def test_linear_systems_are_solved_exactly_by_one_step(name: str) -> None:
    """x'' = -x - 2 (x' - 1) from (3, 0): x = (1 + t) e^-t + 2 with a start at equilibrium 2."""
    system = core.parse("x' = y\ny' = -(x - 2) - 2*y")
    run = core.integrate(system, [3.0, 0.0], (0.0, 4.0), name, step=4.0)
    assert run.z[-1] == pytest.approx([2.0 + 5.0 * np.exp(-4.0), -4.0 * np.exp(-4.0)], rel=1e-13)
    assert amplification_of(METHODS[name])(np.array([-3.0 + 2.0j])) == pytest.approx(np.exp(-3.0 + 2.0j))
    assert amplification_of(METHODS[name]).real_limit() == np.inf


@pytest.mark.parametrize("name", METHODS)
def test_stiffness_asks_for_no_small_steps(name: str) -> None:
    system = core.parse("x' = -1e6*(x - cos(t)) - sin(t)")
    run = core.integrate(system, [1.0], (0.0, 2.0), name, step=0.05)
    assert run.outcome.success
    assert run.z[-1, 0] == pytest.approx(np.cos(2.0), abs=1e-3)


@pytest.mark.parametrize("path", ["numpy", "torch"])
@pytest.mark.parametrize("name", METHODS)
def test_mates_do_not_change_a_sample(name: str, path: str) -> None:
    system = core.parse("x' = y\ny' = 5*(1 - x^2)*y - x + cos(t)")
    starts = np.random.default_rng(1).uniform(-2.0, 2.0, (11, 2))
    starts[3] = 1e200, 1.0  # a mate whose field overflows
    together = core.integrate(system, starts, (0.0, 2.03), name, step=0.1, path=path)
    assert not together.outcome[3].success
    for sample in (0, 5, 10):
        alone = core.integrate(system, starts[sample], (0.0, 2.03), name, step=0.1, path=path)
        assert np.array_equal(alone.z, together.z[sample][together.mask[sample]])
        assert alone.outcome == together.outcome[sample]


@pytest.mark.parametrize("name", METHODS)
def test_steps_far_from_time_zero_are_steps(name: str) -> None:
    """At a time in seconds since 1970 a step of a few roundings of t is still one."""
    system, begin = core.parse("x' = -x"), 1.7e9
    run = core.integrate(system, [1.0], (begin, begin + 2e-3), name, step=2e-5)
    assert run.z[-1, 0] == pytest.approx(np.exp(-2e-3), abs=1e-6)
