"""Kvaerno's method of four stages and order 3, whose first stage is explicit."""

from __future__ import annotations

from fractions import Fraction

from ..algebraic_root import algebraic_root
from ..implicit_tableau import ImplicitTableau

_0, _1 = Fraction(0), Fraction(1)
_G = algebraic_root((-1, 9, -18, 6), Fraction("0.4358665"))
"""Of 6 x^3 - 18 x^2 + 9 x - 1: it makes the method L-stable."""
_THIRD = ((-4 * _G**2 + 6 * _G - 1) / (4 * _G), (1 - 2 * _G) / (4 * _G), _G, _0)
_FOURTH = ((6 * _G - 1) / (12 * _G), -1 / ((24 * _G - 12) * _G), (-6 * _G**2 + 6 * _G - 1) / (6 * _G - 3), _G)

TABLEAU = ImplicitTableau(
    name="kvaerno3",
    title="Kværnø 3(2)",
    citation="A. Kværnø, BIT Numer. Math. 44 (2004) 489",
    order=3,
    a=((_0, _0, _0, _0), (_G, _G, _0, _0), _THIRD, _FOURTH),
    b=_FOURTH,
    c=(_0, 2 * _G, _1, _1),
    estimate=(_0, *_THIRD),
    estimate_order=2,
    rounding=Fraction(1, 10**45),
    help="Three equations with the same matrix in each step, order 3; both its solutions forget stiff parts at once.",
)
