"""Derivatives of long vectors by whole arrays: those of the scalar programs, and what slopes depend on."""

from __future__ import annotations

import numpy as np
import pytest

import core
from core.language import array_products, dependence, is_large
from core.language.array_math import NUMPY
from core.language.emit_python import _function, _vectorised
from core.language.large_derivatives import large_jacobian, large_time_slope
from core.language.rates import jacobian_program, time_slope_program
from core.language.tangents import TANGENTS

NETWORK = """
z' = tanh(W z + a)*z - if(z > 0.3, z^2, exp(z)) + dot(z, z)*norm(z) + softmax(z)*sin(t) - z[3]*abs(z)
z in R^20
W = normal(20, 20, seed 1)
a = 0.4
"""
CHAIN = """
z' = D*(shift(z, 1) - 2z + shift(z, -1)) + z*(1 - z)*(z - w[2]) + floor(w)
w' = diag(w) V w - min(z, w, 0.2)/(2 + w^2) + (w w^T) z + [1, t, 3, 4]*sum(z)*t
z in R^4
w in R^4
D = 1
V = eye(4)
y' = sqrt(y) + y^2.5 - t^2*y
y in R^17
"""
PICTURE = """
z' = conv(K, tanh(conv(A, z, 4, 5) + conv(b, ones(20), 4, 5)), 4, 5) - conv(z, x*z)*sin(t) + conv(w, z)
z in R^20
w = [x, 2 x, 1]
x' = reshape(softmax(H H^T) H, 20)[3]*x
H = reshape(z, 5, 4)
A = normal(2, 9, seed 1)
b = normal(2, 1, seed 2)
K = normal(1, 18, seed 3)
"""


@pytest.mark.parametrize("text", [NETWORK, CHAIN, PICTURE], ids=["network", "chain", "picture"])
def test_they_are_those_of_the_scalar_program(text: str) -> None:
    system = core.parse(text)
    assert is_large(system)
    drawn = np.random.default_rng(0)
    z, t, p = drawn.uniform(0.1, 1.5, (3, system.size)), drawn.uniform(0.0, 1.0, 3), tuple(system.defaults().values())
    size = system.size
    exact = _vectorised(_function("jacobian", jacobian_program(system), system, "numpy"), (size, size))(t, z, p)
    assert large_jacobian(system)(t, z, p) == pytest.approx(exact, rel=1e-12, abs=1e-12)
    assert large_jacobian(system)(t[0], z[0], p) == pytest.approx(exact[0], rel=1e-12, abs=1e-12)
    v = drawn.standard_normal((3, size))
    assert array_products(system)(t, z, v, p) == pytest.approx((exact @ v[..., None])[..., 0], rel=1e-11, abs=1e-11)
    by_time = _vectorised(_function("by_time", time_slope_program(system), system, "numpy"), (size,))(t, z, p)
    assert large_time_slope(system)(t, z, p) == pytest.approx(by_time, rel=1e-12, abs=1e-12)
    assert not (exact[:, ~dependence(system)] != 0.0).any()


def test_slopes_depend_on_what_their_formula_names() -> None:
    ring = dependence(core.parse("z' = shift(z, 1) - 2z + shift(z, -1) + floor(shift(z, 3))\nz in R^32"))
    apart = (np.arange(32)[:, None] - np.arange(32)) % 32
    assert np.array_equal(ring, (apart <= 1) | (apart == 31))


def test_every_operation_has_a_tangent() -> None:
    assert set(TANGENTS.operations) == set(NUMPY.operations)


def test_a_thousand_reacting_components_are_not_too_many() -> None:
    """A product of two vectors is one operation per component."""
    system = core.parse("z' = D*(shift(z, 1) - 2z + shift(z, -1)) + z*(1 - z)*(z - a)\nz in R^1000\nD = 1\na = 0.2")
    assert dependence(system).sum() == 3000


def test_a_power_with_a_constant_exponent_has_a_slope_where_its_base_is_negative() -> None:
    system = core.parse("z' = z^-3\nz in R^20")
    assert large_jacobian(system)(0.0, np.full(20, -2.0), ()) == pytest.approx(-3.0 / 16.0 * np.eye(20), rel=1e-14)
