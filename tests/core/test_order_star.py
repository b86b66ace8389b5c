"""Order stars: as many sectors at 0 as the order says, where the stability functions are known, and where R > e^z."""

from __future__ import annotations

from fractions import Fraction
from math import factorial

import numpy as np
import pytest

from core.amplification import Amplification, Exact, amplification_of
from core.catalogue import integrators
from core.order_star import exact_defect, fingers, linear_order, order_star, poles_and_zeros, shading


def star_of(name: str) -> Amplification:
    found = amplification_of(integrators()[name])
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "order"),
    [("euler", 1), ("rk4", 4), ("implicit_midpoint", 2), ("radau5", 5), ("implicit_euler", 1), ("gauss3", 6)],
)
def test_p_plus_one_sectors_meet_at_the_origin(name: str, order: int) -> None:
    method = star_of(name)
    assert linear_order(method) == order
    assert fingers(method) == order + 1


def test_every_method_of_one_step_has_at_least_the_sectors_of_its_order() -> None:
    counted = 0
    for method in integrators().values():
        found = amplification_of(method)
        if found is None or isinstance(found, Exact):
            continue
        counted += 1
        sectors, order = fingers(found), linear_order(found)
        assert order is not None
        assert order >= method.order, method.name
        assert sectors == order + 1, method.name
    assert counted > 30


def test_the_first_coefficient_is_the_error_constant() -> None:
    defect = exact_defect(star_of("rk4"))
    assert defect[:6] == (*[Fraction(0)] * 5, Fraction(-1, 120))
    radau = exact_defect(star_of("radau5"))  # the Pade approximation (2, 3): (-1)^(k + 1) j! k! / ((j+k)! (j+k+1)!)
    assert radau[:6] == (0,) * 6
    assert radau[6] == Fraction(factorial(2) * factorial(3), factorial(5) * factorial(6)) * (-1) ** (3 + 1)


def test_the_star_is_where_the_method_is_larger_than_the_exponential() -> None:
    z = np.array([1.0, -1.5, 1j, -3.0, 0.1 + 2j])
    for name, function in (
        ("euler", lambda z: 1 + z),
        ("implicit_midpoint", lambda z: (1 + z / 2) / (1 - z / 2)),
        ("radau5", lambda z: (1 + 2 * z / 5 + z**2 / 20) / (1 - 3 * z / 5 + 3 * z**2 / 20 - z**3 / 60)),
    ):
        np.testing.assert_allclose(order_star(star_of(name), z), np.exp(z) / function(z), rtol=1e-13)
    assert order_star(star_of("implicit_euler"), np.array([1.0 + 0j])) == 0.0  # a pole
    poles, zeros = poles_and_zeros(star_of("implicit_midpoint"))
    assert (poles.tolist(), zeros.tolist()) == ([2.0], [-2.0])
    assert fingers(Exact()) is None
    angles = (np.arange(12) + 0.5) * np.pi / 6
    for radius in (1e-7, 0.2499, 0.2501):  # R - e^z = z^3 / 12 + ..., far below rounding at the first
        shaded = shading(star_of("implicit_midpoint"), radius * np.exp(1j * angles)) < 1.0
        assert (shaded == (np.cos(3 * angles) > 0.0)).all()
    assert linear_order(Exact()) is None
