"""The tableaus against the literature."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy.integrate import DOP853

from core.catalogue import tableaus
from core.integration_method import FAMILIES
from core.tableau import row


def test_dopri5_has_the_published_error_weights() -> None:
    weights = tableaus()["dopri5"].error_weights
    assert weights == row("71/57600 0 -71/16695 71/1920 -17253/339200 22/525 -1/40")


def test_methods_without_an_estimate_have_no_error_weights() -> None:
    assert tableaus()["rk4"].error_weights is None


@pytest.mark.parametrize(
    ("name", "denominators"),
    [
        ("euler", [1, 1]),
        *((name, [1, 1, 2]) for name in ("midpoint", "heun_2", "ralston_2")),
        *((name, [1, 1, 2, 6]) for name in ("ralston_3", "kutta_3", "ssprk_3", "bogacki_shampine_3")),
        *((name, [1, 1, 2, 6, 24]) for name in ("rk4", "three_eighths")),
        ("dopri5", [1, 1, 2, 6, 24, 120, 600]),
    ],
)
def test_stability_polynomials(name: str, denominators: list[int]) -> None:
    polynomial = tableaus()[name].stability_polynomial()
    assert list(polynomial[: len(denominators)]) == [Fraction(1, number) for number in denominators]
    assert not any(polynomial[len(denominators) :])


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("euler", 2.0),
        ("midpoint", 2.0),
        ("kutta_3", 2.512745326618330),
        ("rk4", 2.78529356340528),
        ("dopri5", 3.306567892634955),
        ("tsit5", 3.506846993804963),
    ],
)
def test_stability_ends_on_the_real_axis_where_the_literature_says(name: str, limit: float) -> None:
    coefficients = [float(number) for number in tableaus()[name].stability_polynomial()]

    def growth(z: float) -> float:
        return abs(np.polynomial.polynomial.polyval(z, coefficients))

    assert growth(-limit * (1 - 1e-9)) < 1.0 < growth(-limit * (1 + 1e-9))


@pytest.mark.parametrize(
    ("name", "limit"), [("kutta_3", 3.0**0.5), ("rk4", 8.0**0.5), ("dopri5", 0.9972), ("tsit5", 0.478)]
)
def test_stability_ends_on_the_imaginary_axis_where_the_literature_says(name: str, limit: float) -> None:
    coefficients = [float(number) for number in tableaus()[name].stability_polynomial()]

    def growth(y: float) -> float:
        return abs(np.polynomial.polynomial.polyval(1j * y, coefficients))

    # to the digits the literature prints
    assert growth(limit - 1e-3) < 1.0 + 1e-12 < growth(limit + 1e-3)


def test_dop853_is_what_scipy_has() -> None:
    tableau, theirs = tableaus()["dop853"], DOP853(lambda _t, z: z, 0.0, np.ones(1), 1.0)
    a = np.zeros((16, 16))
    for index, numbers in enumerate(tableau.a):
        a[index, :index] = [float(number) for number in numbers]
    assert np.array_equal(a[:12, :12], theirs.A)
    assert np.array_equal(a[13:], theirs.A_EXTRA)
    assert np.array_equal(np.array(tableau.b[:12], dtype=float), theirs.B)
    assert np.array_equal(np.array([*tableau.c[:12], *tableau.c[13:]], dtype=float), [*theirs.C, *theirs.C_EXTRA])
    for weights, published in ((tableau.error_weights, theirs.E5), (tableau.coarse_error_weights, theirs.E3)):
        assert np.array(weights[:13], dtype=float) == pytest.approx(published, rel=1e-14, abs=1e-17)


def test_each_family_is_what_its_heading_says() -> None:
    for tableau in tableaus().values():
        assert tableau.family in FAMILIES
        assert ("adaptive" in tableau.family) == (tableau.embedded is not None)
