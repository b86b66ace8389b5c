"""The classic Runge-Kutta method."""

from __future__ import annotations

from fractions import Fraction as F

from ..tableau import Tableau

TABLEAU = Tableau(
    name="rk4",
    title="Runge-Kutta 4",
    citation="W. Kutta, Z. Math. Phys. 46 (1901) 435; dense output M. Zennaro, Math. Comp. 46 (1986) 119",
    order=4,
    a=(
        (),
        (F(1, 2),),
        (F(0), F(1, 2)),
        (F(0), F(0), F(1)),
    ),
    b=(F(1, 6), F(1, 3), F(1, 3), F(1, 6)),
    c=(F(0), F(1, 2), F(1, 2), F(1)),
    dense=(
        (F(1), F(-3, 2), F(2, 3)),
        (F(0), F(1), F(-2, 3)),
        (F(0), F(1), F(-2, 3)),
        (F(0), F(-1, 2), F(2, 3)),
    ),
    dense_order=3,
    help="Four slopes per fixed step, error proportional to h^4.",
)
