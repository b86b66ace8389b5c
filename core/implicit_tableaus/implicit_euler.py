"""Euler's implicit method."""

from __future__ import annotations

from fractions import Fraction

from ..implicit_tableau import ImplicitTableau

_HALF, _ONE = Fraction(1, 2), Fraction(1)

TABLEAU = ImplicitTableau(
    name="implicit_euler",
    title="Implicit Euler",
    citation="E. Hairer, G. Wanner, Solving Ordinary Differential Equations II (1996), IV.3",
    order=1,
    a=((_ONE,),),
    b=(_ONE,),
    c=(_ONE,),
    estimate=(_HALF, _HALF),  # the trapezoidal rule
    estimate_order=2,
    filter=_ONE,
    dense=((_ONE,),),
    dense_order=1,
    help="Takes the slope at the end of the step: damps everything that decays, and what oscillates too.",
)
