"""The Radau IIA method of two stages and order 3."""

from __future__ import annotations

from fractions import Fraction

from ..collocation import collocation
from ..implicit_tableau import ImplicitTableau

_NODES = (Fraction(1, 3), Fraction(1))
_A, _B, _DENSE = collocation(_NODES)
_GAMMA = Fraction(2, 5)
# with this weight of the slope at the start, the quadrature is exact for straight lines
_FIRST = (Fraction(1, 2) - _GAMMA) * Fraction(3, 2)

TABLEAU = ImplicitTableau(
    name="radau3",
    title="Radau IIA 3",
    citation="E. Hairer, G. Wanner, Solving Ordinary Differential Equations II (1996), IV.5 and IV.8",
    order=3,
    a=_A,
    b=_B,
    c=_NODES,
    estimate=(_GAMMA, _FIRST, 1 - _GAMMA - _FIRST),
    estimate_order=2,
    filter=_GAMMA,
    dense=_DENSE,
    dense_order=2,
    help="Collocation at two points, solved together: order 3, and stiff parts die at once.",
)
