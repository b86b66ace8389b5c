"""TR-BDF2: the trapezoidal rule, then a backward difference of order 2."""

from __future__ import annotations

from fractions import Fraction

from ..implicit_tableau import ImplicitTableau
from ..surd import root

_ZERO, _ONE = Fraction(0), Fraction(1)
_GAMMA = 2 - root(2)
_D, _W = _GAMMA / 2, root(2) / 4

TABLEAU = ImplicitTableau(
    name="tr_bdf2",
    title="TR-BDF2",
    citation=(
        "R. E. Bank et al., IEEE Trans. CAD 4 (1985) 436; M. E. Hosea, L. F. Shampine, Appl. Numer. Math. 20 (1996) 21"
    ),
    order=2,
    a=((_ZERO, _ZERO, _ZERO), (_D, _D, _ZERO), (_W, _W, _D)),
    b=(_W, _W, _D),
    c=(_ZERO, _GAMMA, _ONE),
    estimate=(_ZERO, (1 - _W) / 3, (3 * _W + 1) / 3, _D / 3),
    estimate_order=3,
    filter=Fraction(29289, 100000),
    help="Two equations with the same matrix in each step, order 2, and stiff parts die at once.",
)
