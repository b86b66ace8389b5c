"""The Gauss method of three stages and order 6."""

from __future__ import annotations

from fractions import Fraction

from ..collocation import collocation
from ..implicit_tableau import ImplicitTableau
from ..surd import root

_NODES = (Fraction(1, 2) - root(15) / 10, Fraction(1, 2), Fraction(1, 2) + root(15) / 10)
_A, _B, _DENSE = collocation(_NODES)

TABLEAU = ImplicitTableau(
    name="gauss3",
    title="Gauss 6",
    citation="E. Hairer, C. Lubich, G. Wanner, Geometric Numerical Integration (2006), II.1.3 and VI.4",
    order=6,
    a=_A,
    b=_B,
    c=_NODES,
    dense=_DENSE,
    dense_order=3,
    help="Symplectic, of order 6: keeps quadratic invariants to rounding, over any time.",
)
