"""The trapezoidal rule."""

from __future__ import annotations

from fractions import Fraction

from ..implicit_tableau import ImplicitTableau

_HALF, _ONE, _ZERO = Fraction(1, 2), Fraction(1), Fraction(0)

TABLEAU = ImplicitTableau(
    name="trapezoid",
    title="Trapezoidal rule",
    citation="E. Hairer, G. Wanner, Solving Ordinary Differential Equations II (1996), IV.3; Crank, Nicolson (1947)",
    order=2,
    a=((_ZERO, _ZERO), (_HALF, _HALF)),
    b=(_HALF, _HALF),
    c=(_ZERO, _ONE),
    help="The mean of both slopes: neither damps nor excites oscillations, however fast they are.",
)
