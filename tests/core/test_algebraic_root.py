"""Roots of polynomials to many digits."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

import pytest

from core.algebraic_root import DIGITS, algebraic_root


def test_a_root_has_all_its_digits() -> None:
    found = algebraic_root((-2, 0, 1), Fraction("1.4142"))
    assert abs(found * 10**DIGITS - isqrt(2 * 10 ** (2 * DIGITS))) <= 1
    assert algebraic_root((-6, 11, -6, 1), Fraction("1.9")) == 2


def test_a_polynomial_without_a_root_there_is_told() -> None:
    with pytest.raises(ValueError, match="finds no root"):
        algebraic_root((1, 0, 1), Fraction(1, 3))
