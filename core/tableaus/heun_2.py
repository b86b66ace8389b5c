"""Heun's method of order 2, with Euler's method as the error estimate."""

from __future__ import annotations

from ..tableau import Tableau, row

TABLEAU = Tableau(
    name="heun_2",
    title="Heun-Euler 2(1)",
    citation="K. Heun, Z. Math. Phys. 45 (1900) 23; dense output M. Zennaro, Math. Comp. 46 (1986) 119",
    order=2,
    a=(
        row(""),
        row("1"),
    ),
    b=row("1/2 1/2"),
    c=row("0 1"),
    embedded=row("1 0"),
    embedded_order=1,
    dense=(
        row("1 -1/2"),
        row("0 1/2"),
    ),
    dense_order=2,
    help="The mean of the slopes at both ends of an Euler step; its difference from that step is the error.",
)
