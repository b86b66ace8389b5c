"""The Rosenbrock method of MATLAB's ode23s."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..rosenbrock_tableau import RosenbrockTableau
from ..surd import root

_0, _1 = Fraction(0), Fraction(1)
_D = 1 / (2 + root(2))
_E = 6 + root(2)
_GAP: Any = 1 - 2 * _D

METHOD = RosenbrockTableau(
    name="rosenbrock23",
    title="Rosenbrock 2(3)",
    citation="L. F. Shampine, M. W. Reichelt, SIAM J. Sci. Comput. 18 (1997) 1, section 2.4 (ode23s)",
    order=2,
    alpha=((_0, _0, _0), (Fraction(1, 2), _0, _0), (_0, _1, _0)),
    gamma=((_D, _0, _0), (-_D, _D, _0), (_D * (_E - 2), -_D * _E, _D)),
    b=(_0, _1, _0),
    nodes_of_time=(_0, Fraction(1, 2), _1),
    shares_of_time=(_D, _0, -_D),
    estimate=(Fraction(1, 6), Fraction(2, 3), Fraction(1, 6)),
    estimate_order=3,
    continuous=((1 / _GAP, -1 / _GAP), (-2 * _D / _GAP, 1 / _GAP), (_0, _0)),
    continuous_order=2,
    help="Three linear equations with one matrix per step and nothing to iterate: stiff systems at low accuracy.",
)
