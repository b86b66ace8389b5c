"""The singly diagonally implicit method of two stages and order 2."""

from __future__ import annotations

from fractions import Fraction

from ..implicit_tableau import ImplicitTableau
from ..surd import root

_ZERO, _ONE = Fraction(0), Fraction(1)
_GAMMA = 1 - root(2) / 2
# the quadrature through 0, gamma and 1, exact for parabolas
_LAST = (Fraction(1, 3) - _GAMMA / 2) / (1 - _GAMMA)
_MIDDLE = (Fraction(1, 2) - _LAST) / _GAMMA

TABLEAU = ImplicitTableau(
    name="sdirk2",
    title="SDIRK 2",
    citation="R. Alexander, SIAM J. Numer. Anal. 14 (1977) 1006",
    order=2,
    a=((_GAMMA, _ZERO), (1 - _GAMMA, _GAMMA)),
    b=(1 - _GAMMA, _GAMMA),
    c=(_GAMMA, _ONE),
    estimate=(1 - _MIDDLE - _LAST, _MIDDLE, _LAST),
    estimate_order=2,
    filter=Fraction(29289, 100000),
    dense=(
        (1 / (1 - _GAMMA), -1 / (2 * (1 - _GAMMA))),
        (-_GAMMA / (1 - _GAMMA), 1 / (2 * (1 - _GAMMA))),
    ),
    dense_order=2,
    help="Two equations with the same matrix in each step; stiff parts die at once.",
)
