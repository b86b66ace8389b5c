"""Kutta's method of order 3."""

from __future__ import annotations

from ..tableau import Tableau, row

TABLEAU = Tableau(
    name="kutta_3",
    title="Kutta 3",
    citation="W. Kutta, Z. Math. Phys. 46 (1901) 435",
    order=3,
    a=(
        row(""),
        row("1/2"),
        row("-1 2"),
        row("1/6 2/3 1/6"),
    ),
    b=row("1/6 2/3 1/6 0"),
    c=row("0 1/2 1 1"),
    first_same_as_last=True,
    help=(
        "Three slopes, weighted as in Simpson's rule. The slope at the step's end, which the next step "
        "needs anyway, makes the curve between steps smooth."
    ),
)
