"""The explicit midpoint method."""

from __future__ import annotations

from ..tableau import Tableau, row

TABLEAU = Tableau(
    name="midpoint",
    title="Midpoint 2",
    citation="C. Runge, Math. Ann. 46 (1895) 167; dense output M. Zennaro, Math. Comp. 46 (1986) 119",
    order=2,
    a=(
        row(""),
        row("1/2"),
    ),
    b=row("0 1"),
    c=row("0 1/2"),
    dense=(
        row("1 -1"),
        row("0 1"),
    ),
    dense_order=2,
    help="The slope at the middle of an Euler step moves the whole step.",
)
