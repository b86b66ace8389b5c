"""The tableaus against the literature."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from core.catalogue import tableaus
from core.tableau import row


def test_dopri5_has_the_published_error_weights() -> None:
    weights = tableaus()["dopri5"].error_weights
    assert weights == row("71/57600 0 -71/16695 71/1920 -17253/339200 22/525 -1/40")


def test_methods_without_an_estimate_have_no_error_weights() -> None:
    assert tableaus()["rk4"].error_weights is None


@pytest.mark.parametrize(
    ("name", "denominators"),
    [("euler", [1, 1]), ("rk4", [1, 1, 2, 6, 24]), ("dopri5", [1, 1, 2, 6, 24, 120, 600])],
)
def test_stability_polynomials(name: str, denominators: list[int]) -> None:
    polynomial = tableaus()[name].stability_polynomial()
    assert list(polynomial[: len(denominators)]) == [Fraction(1, number) for number in denominators]
    assert not any(polynomial[len(denominators) :])


@pytest.mark.parametrize(("name", "limit"), [("euler", 2.0), ("rk4", 2.78529356340528), ("dopri5", 3.306567892634955)])
def test_stability_ends_on_the_real_axis_where_the_literature_says(name: str, limit: float) -> None:
    coefficients = [float(number) for number in tableaus()[name].stability_polynomial()]

    def growth(z: float) -> float:
        return abs(np.polynomial.polynomial.polyval(z, coefficients))

    assert growth(-limit * (1 - 1e-9)) < 1.0 < growth(-limit * (1 + 1e-9))
