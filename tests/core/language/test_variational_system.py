"""The variational equation of a formula, as a formula, against its Jacobian and a difference of trajectories."""

from __future__ import annotations

import numpy as np
import pytest

import core
from core import presets
from core.language import array_field, array_jacobian
from core.language.variational_system import variational_system

TEXTS = (
    "x' = y\ny' = mu*(1 - x^2)*y - x\nmu = 1.3",
    "x' = 10*(y - x)\ny' = x*(28 - z) - y\nz' = x*y - 8/3*z",
    "x' = sin(x*y)/(1 + exp(-a*x)) + cos(t)\ny' = tanh(t*x) - y^3\na = 0.7",
    "x' = -x^3 + t",
    presets.load_preset("hires")[0].text,  # of so many components that it is evaluated as arrays
)


@pytest.mark.parametrize("text", TEXTS)
def test_its_rates_are_those_of_the_field_the_jacobian_times_m_and_the_trace(text: str) -> None:
    system = core.parse(text)
    n, values = system.size, tuple(system.defaults().values())
    whole = variational_system(system)
    assert whole.size == n + n * n + 1
    generator = np.random.default_rng(2)
    for _ in range(4):
        z, matrix, t = generator.normal(size=n), generator.normal(size=(n, n)), float(generator.normal())
        found = array_field(whole)(t, np.concatenate([z, matrix.ravel(), [0.3]]), values)
        slope = array_jacobian(system)(t, z, values)
        assert np.allclose(found[:n], array_field(system)(t, z, values), rtol=1e-13)
        assert np.allclose(found[n:-1].reshape(n, n), slope @ matrix, rtol=1e-12, atol=1e-12)
        assert found[-1] == pytest.approx(np.trace(slope), rel=1e-12)


def test_its_matrix_is_the_derivative_of_the_flow() -> None:
    system = core.parse(TEXTS[0])
    start = np.array([0.4, 1.1])
    whole = core.integrate(
        variational_system(system), [*start, 1, 0, 0, 1, 0], (0, 2), "dop853", rtol=1e-12, atol=1e-13, path="python"
    )
    matrix = np.asarray(whole.z)[-1, 2:6].reshape(2, 2)
    shift = 1e-4
    ends = [
        np.asarray(core.integrate(system, start + move, (0, 2), "dop853", rtol=1e-12, atol=1e-13, path="python").z)[-1]
        for move in (shift * np.eye(2)).tolist() + (-shift * np.eye(2)).tolist()
    ]
    differences = np.stack([ends[0] - ends[2], ends[1] - ends[3]], axis=1) / (2 * shift)
    assert np.allclose(matrix, differences, rtol=1e-6, atol=1e-7)
    assert np.exp(np.asarray(whole.z)[-1, -1]) == pytest.approx(np.linalg.det(matrix), rel=1e-10)
