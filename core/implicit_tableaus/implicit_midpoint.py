"""The implicit midpoint rule, the Gauss method of one stage."""

from __future__ import annotations

from fractions import Fraction

from ..collocation import collocation
from ..implicit_tableau import ImplicitTableau

_NODES = (Fraction(1, 2),)
_A, _B, _DENSE = collocation(_NODES)

TABLEAU = ImplicitTableau(
    name="implicit_midpoint",
    title="Implicit midpoint",
    citation="E. Hairer, C. Lubich, G. Wanner, Geometric Numerical Integration (2006), I.1.2 and VI.4",
    order=2,
    a=_A,
    b=_B,
    c=_NODES,
    dense=_DENSE,
    dense_order=1,
    help="Symplectic: keeps quadratic invariants, such as the energy of a linear oscillator, to rounding.",
)
