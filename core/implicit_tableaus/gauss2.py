"""The Gauss method of two stages and order 4."""

from __future__ import annotations

from fractions import Fraction

from ..collocation import collocation
from ..implicit_tableau import ImplicitTableau
from ..surd import root

_NODES = (Fraction(1, 2) - root(3) / 6, Fraction(1, 2) + root(3) / 6)
_A, _B, _DENSE = collocation(_NODES)

TABLEAU = ImplicitTableau(
    name="gauss2",
    title="Gauss 4",
    citation="E. Hairer, C. Lubich, G. Wanner, Geometric Numerical Integration (2006), II.1.3 and VI.4",
    order=4,
    a=_A,
    b=_B,
    c=_NODES,
    dense=_DENSE,
    dense_order=2,
    help="Symplectic, of order 4: keeps quadratic invariants to rounding, over any time.",
)
