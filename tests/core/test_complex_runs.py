"""Systems with complex unknowns through the public functions: solved, integrated and differentiated."""

from __future__ import annotations

import numpy as np
import pytest

import core
from core.experiment import Experiment
from core.readings import Equilibria, Trajectories, VelocityGrid
from core.request import Request, Viewport
from core.runner import frames

NEWTON = "z <- z - a*(z^3 - 1)/(3 z^2)\nz in C\na = 1 in [0.1, 2]"
ROOTS = np.exp(2j * np.pi * np.arange(3) / 3)


def as_complex(rows: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(rows).view(complex)[..., 0]


@pytest.mark.parametrize("path", ["numpy", "torch"])
def test_newtons_map_is_solved_from_every_start(path: str) -> None:
    roots = core.solve(core.parse(NEWTON), [[-1.0, 0.8], [1.0, 0.8], [-1.0, -0.8]], "picard", path=path, tol=1e-13)
    assert as_complex(roots.z) == pytest.approx(ROOTS[[1, 0, 2]], abs=1e-14)


@pytest.mark.parametrize("method", ["newton", "anderson"])
def test_a_complex_root(method: str) -> None:
    root = core.solve(core.parse("0 = (z^3 - 1)/4\nsolve z = -0.6 + i"), None, method, tol=1e-13)
    assert complex(*root.z) == pytest.approx(ROOTS[1], abs=1e-12)


def test_a_rotation_is_followed_by_every_path() -> None:
    system = core.parse("z' = i*omega*z\nz in C\nomega = 2")
    for path in ("python", "torch"):
        run = core.integrate(system, [0.6, -0.8], (0.0, 3.0), rtol=1e-11, atol=1e-12, path=path)
        assert complex(*run.z[-1]) == pytest.approx((0.6 - 0.8j) * np.exp(6j), abs=1e-9)


def test_gradients_reach_the_parameters_of_a_complex_layer() -> None:
    system = core.parse("z <- z^2/2 + p + q i\nz in C\np = 0.1\nq = 0.2\nstart (0, 0)")
    card = core.gradient(system, lambda z: z.sum(), ["p", "q"])
    z = 1 - np.sqrt(1 - 2 * (0.1 + 0.2j))
    slope = 1 / (1 - z)  # of z by p + q i
    assert card.value == pytest.approx(z.real + z.imag, abs=1e-7)
    assert float(card.grads["p"]) == pytest.approx(slope.real + slope.imag, abs=1e-6)
    assert float(card.grads["q"]) == pytest.approx(slope.real - slope.imag, abs=1e-6)


def test_the_readings_of_a_complex_equation() -> None:
    experiment = Experiment("z' = (1 + i omega)*z - z*abs(z)^2\nz in C\nomega = 2\nstart (0.5, 0)\nt in [0, 5]")
    wanted = frozenset({Trajectories, Equilibria, VelocityGrid})
    *_, last = frames(Request(experiment, wanted, Viewport("re z", "im z", (-1.5, 1.5), (-1.5, 1.5))))
    assert last.error is None
    curves = last.readings[Trajectories]
    assert curves.components == ("re z", "im z")
    end = curves.z[curves.curve(0)][-1]
    length = np.sqrt(1 / (1 + 3 * np.exp(-10.0)))  # r' = r - r^3 from 1/2
    assert complex(*end) == pytest.approx(length * np.exp(10j), abs=1e-5)
    (rest,) = last.readings[Equilibria].points
    assert rest.point == pytest.approx([0.0, 0.0], abs=1e-9)
    assert sorted(rest.eigenvalues, key=np.imag) == pytest.approx([1 - 2j, 1 + 2j])


def test_even_powers_of_a_length_have_slopes_at_zero() -> None:
    for exponent, slope in ((2, 0.5), (4, 0.5), (8, 0.5)):
        system = core.parse(f"z <- z/2 + z*abs(z)^{exponent}\nz in C\nstart (0, 0)")
        found = core.language.array_jacobian(system)(0.0, np.zeros(2), [])
        assert found == pytest.approx(slope * np.eye(2), abs=0)
        point = core.language.array_field(system)(0.0, np.array([0.6, 0.8]), [])
        assert complex(*point) == pytest.approx(1.5 * (0.6 + 0.8j))


def test_a_start_of_another_size_is_refused_with_the_names_of_the_parts() -> None:
    with pytest.raises(ValueError, match=r"2 numbers \(re z, im z\)"):
        core.solve(core.parse(NEWTON), [1.0])
