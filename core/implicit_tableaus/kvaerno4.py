"""Kvaerno's method of five stages and order 4, whose first stage is explicit."""

from __future__ import annotations

from fractions import Fraction

from ..algebraic_root import algebraic_root
from ..implicit_tableau import ImplicitTableau

_0, _1 = Fraction(0), Fraction(1)
_G = algebraic_root((1, -16, 72, -96, 24), Fraction("0.5728161"))
"""Of 24 x^4 - 96 x^3 + 72 x^2 - 16 x + 1: it makes the method L-stable that goes on with order 4."""
_P, _Q = 12 * _G**2 - 6 * _G + 1, 12 * _G**2 - 9 * _G + 2
_R = 12 * _G**2 * _Q * (3 * _G - 1)
_THIRD = (
    _G * (144 * _G**4 - 180 * _G**3 + 81 * _G**2 - 15 * _G + 1) / _P**2,
    _G * (-36 * _G**3 + 39 * _G**2 - 15 * _G + 2) / _P**2,
    _G,
    _0,
    _0,
)
_FOURTH = (
    (-144 * _G**5 + 396 * _G**4 - 330 * _G**3 + 117 * _G**2 - 18 * _G + 1) / (12 * _G**2 * _Q),
    (72 * _G**4 - 126 * _G**3 + 69 * _G**2 - 15 * _G + 1) / (12 * _G**2 * (3 * _G - 1)),
    (-6 * _G**2 + 6 * _G - 1) * _P**2 / _R,
    _G,
    _0,
)
_FIFTH = (
    (288 * _G**4 - 312 * _G**3 + 120 * _G**2 - 18 * _G + 1) / (48 * _G**2 * _Q),
    (24 * _G**2 - 12 * _G + 1) / (48 * _G**2 * (3 * _G - 1)),
    -(_P**3) / (4 * _R * (6 * _G**2 - 6 * _G + 1)),
    (-24 * _G**3 + 36 * _G**2 - 12 * _G + 1) / (24 * _G**2 - 24 * _G + 4),
    _G,
)

TABLEAU = ImplicitTableau(
    name="kvaerno4",
    title="Kværnø 4(3)",
    citation="A. Kværnø, BIT Numer. Math. 44 (2004) 489",
    order=4,
    a=((_0, _0, _0, _0, _0), (_G, _G, _0, _0, _0), _THIRD, _FOURTH, _FIFTH),
    b=_FIFTH,
    c=(_0, 2 * _G, sum(_THIRD, start=_0), _1, _1),
    estimate=(_0, *_FOURTH),
    estimate_order=3,
    rounding=Fraction(1, 10**45),
    help="Four equations with the same matrix in each step, order 4; for stiff systems at middling accuracy.",
)
