"""The classic Runge-Kutta method."""

from __future__ import annotations

from ..tableau import Tableau, row

TABLEAU = Tableau(
    name="rk4",
    title="Runge-Kutta 4",
    citation="W. Kutta, Z. Math. Phys. 46 (1901) 435; dense output M. Zennaro, Math. Comp. 46 (1986) 119",
    order=4,
    a=(
        row(""),
        row("1/2"),
        row("0 1/2"),
        row("0 0 1"),
    ),
    b=row("1/6 1/3 1/3 1/6"),
    c=row("0 1/2 1/2 1"),
    # A cubic through both slopes needs a fifth stage in every record and is at best a third closer, often no closer.
    dense=(
        row("1 -3/2 2/3"),
        row("0 1 -2/3"),
        row("0 1 -2/3"),
        row("0 -1/2 2/3"),
    ),
    dense_order=3,
    help="Four slopes per fixed step, error proportional to h^4.",
)
