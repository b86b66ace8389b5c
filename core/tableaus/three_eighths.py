"""Kutta's 3/8 rule."""

from __future__ import annotations

from ..tableau import Tableau, row

TABLEAU = Tableau(
    name="three_eighths",
    title="3/8 rule 4",
    citation="W. Kutta, Z. Math. Phys. 46 (1901) 435; dense output M. Zennaro, Math. Comp. 46 (1986) 119",
    order=4,
    a=(
        row(""),
        row("1/3"),
        row("-1/3 1"),
        row("1 -1 1"),
    ),
    b=row("1/8 3/8 3/8 1/8"),
    c=row("0 1/3 2/3 1"),
    dense=(
        row("1 -15/8 1"),
        row("0 15/8 -3/2"),
        row("0 3/8 0"),
        row("0 -3/8 1/2"),
    ),
    dense_order=3,
    help="Four slopes at thirds of the step, with a somewhat smaller error than the classic method.",
)
