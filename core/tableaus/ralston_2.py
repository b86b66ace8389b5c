"""Ralston's method of order 2."""

from __future__ import annotations

from ..tableau import Tableau, row

TABLEAU = Tableau(
    name="ralston_2",
    title="Ralston 2",
    citation="A. Ralston, Math. Comp. 16 (1962) 431; dense output M. Zennaro, Math. Comp. 46 (1986) 119",
    order=2,
    a=(
        row(""),
        row("2/3"),
    ),
    b=row("1/4 3/4"),
    c=row("0 2/3"),
    dense=(
        row("1 -3/4"),
        row("0 3/4"),
    ),
    dense_order=2,
    help="Of the methods with two slopes the one with the smallest bound of the error of a step.",
)
