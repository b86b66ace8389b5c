"""Arnoldi's method against numpy's dense eigenvalues, and where a power method fails."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis.arnoldi import RitzValues, arnoldi, modulus, rightmost
from core.analysis.jacobian_products import jacobians_at, products_at
from core.analysis.outer_spectrum import outer_spectrum
from core.callable_map import layer
from core.deferred import deferred
from core.layer_spectrum import best_damping

torch = deferred("torch")


def rotation(radius: float, angle: float) -> np.ndarray:
    return radius * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def assert_first(found: RitzValues, exact: np.ndarray, tolerance: float) -> None:
    """Each of `exact` was found, as often as it is there, in any order among equals."""
    left = found.values.tolist()
    for value in exact.tolist():
        nearest = min(left, key=lambda other, value=value: abs(other - value))  # type: ignore[misc]
        assert abs(nearest - value) < tolerance
        left.remove(nearest)


@pytest.mark.parametrize("size", [600, 1000])
@pytest.mark.parametrize("rank", [modulus, rightmost])
def test_random_non_symmetric_matrices(size: int, rank: object) -> None:
    random = np.random.default_rng(size)
    slopes = 1.0 - np.tanh(random.normal(size=size)) ** 2
    matrix = slopes[:, None] * random.normal(size=(size, size)) / np.sqrt(size)
    found = arnoldi(lambda v: matrix @ v, size, 12, rank)  # type: ignore[arg-type]
    values = np.linalg.eigvals(matrix)
    exact = values[np.argsort(-rank(values))]  # type: ignore[operator]
    assert found.converged.all()
    assert_first(found, exact[: len(found.values)], 1e-8)
    assert found.bounds.max() < 1e-9
    assert rank(found.values)[0] == pytest.approx(rank(exact)[0], rel=1e-10)  # type: ignore[operator]


def test_the_edge_of_the_circular_law() -> None:
    matrix = np.random.default_rng(7).normal(size=(700, 700)) / np.sqrt(700)
    found = arnoldi(lambda v: matrix @ v, 700, 16)
    exact = np.linalg.eigvals(matrix)
    exact = exact[np.argsort(-np.abs(exact))]
    assert found.converged.all()
    assert_first(found, exact[: len(found.values)], 1e-8)


@pytest.mark.parametrize("angle", [1.0, np.pi / 2])
@pytest.mark.parametrize("size", [2, 300])
def test_turning_planes_have_their_radius(angle: float, size: int) -> None:
    matrix = 0.2 * np.eye(size)
    matrix[:2, :2] = rotation(0.9, angle)
    mixed = np.linalg.qr(np.random.default_rng(1).normal(size=(size, size)))[0]
    matrix = mixed @ matrix @ mixed.T
    found = arnoldi(lambda v: matrix @ v, size, 4)
    assert found.values[:2] == pytest.approx(0.9 * np.exp(np.array([1j, -1j]) * angle), abs=1e-10)
    assert found.converged[:2].all()


def test_repeated_eigenvalues_are_found_as_often_as_they_are_wanted() -> None:
    found = arnoldi(lambda v: 0.9 * v, 100, 5)
    assert found.values == pytest.approx(np.full(5, 0.9))
    planes = np.kron(np.eye(50), rotation(0.9, np.pi / 2))
    found = arnoldi(lambda v: planes @ v, 100, 6)
    assert np.abs(found.values) == pytest.approx(np.full(6, 0.9))
    assert found.values.imag == pytest.approx([0.9, -0.9] * 3)


def test_what_has_not_converged_is_said() -> None:
    matrix = 0.5 * np.eye(400) + np.diag(np.full(399, 0.4), 1)  # one eigenvector: every residual is small off 0.5
    found = arnoldi(lambda v: matrix @ v, 400, 6, most_products=400)
    assert not found.converged.any()
    assert found.bounds.min() > 1e-6
    assert found.products < 500


def test_bounds_are_the_residuals_of_the_ritz_pairs() -> None:
    random = np.random.default_rng(3)
    matrix = random.normal(size=(80, 80)) / 9
    found = arnoldi(lambda v: matrix @ v, 80, 4, most_products=1)
    for value, bound in zip(found.values, found.bounds, strict=True):
        least = np.linalg.svd(matrix - value * np.eye(80), compute_uv=False)[-1]
        assert least <= bound * (1 + 1e-9)  # some unit vector has a residual this short


def test_products_that_are_not_finite() -> None:
    found = arnoldi(lambda v: v * np.nan, 100, 4)
    assert np.isnan(found.values).all()
    assert not found.converged.any()


def test_a_torch_layer_without_its_matrix() -> None:
    random = np.random.default_rng(0)
    weights, push = random.normal(size=(520, 520)) / np.sqrt(520), random.normal(size=520)
    w, x = torch.tensor(weights), torch.tensor(push)
    mapping = layer(lambda z: torch.tanh(z @ w.T + x), 520)
    z = np.zeros((1, 520))
    for _ in range(200):
        z = mapping.array()(z)
    exact = (1.0 - z[0] ** 2)[:, None] * weights
    assert jacobians_at(mapping, z, None)[0] == pytest.approx(exact, abs=1e-13)
    jacobian = products_at(mapping, z, None)
    v = random.normal(size=520)
    assert jacobian.product(v) == pytest.approx(exact @ v, abs=1e-12)
    assert jacobian.pullback(v) == pytest.approx(exact.T @ v, abs=1e-12)
    found, values = outer_spectrum(jacobian.product, 520), np.linalg.eigvals(exact)
    assert found.converged.all()
    assert found.radius == pytest.approx(np.abs(values).max(), rel=1e-10)
    assert found.abscissa == pytest.approx(values.real.max(), rel=1e-10)
    beta, rate = best_damping(values[None])
    assert (found.damping, found.damped_radius) == pytest.approx((beta[0], rate[0]), rel=1e-6)


def test_outer_spectrum_where_something_does_not_converge() -> None:
    matrix = 0.5 * np.eye(700) + np.diag(np.full(699, 0.4), 1)
    found = outer_spectrum(lambda v: matrix @ v, 700, 2)
    assert np.isnan([found.radius, found.abscissa, found.damping, found.damped_radius]).all()
    assert not found.converged.any()
