"""Ralston's method of order 3."""

from __future__ import annotations

from ..tableau import Tableau, row

TABLEAU = Tableau(
    name="ralston_3",
    title="Ralston 3",
    citation="A. Ralston, Math. Comp. 16 (1962) 431",
    order=3,
    a=(
        row(""),
        row("1/2"),
        row("0 3/4"),
        row("2/9 1/3 4/9"),
    ),
    b=row("2/9 1/3 4/9 0"),
    c=row("0 1/2 3/4 1"),
    first_same_as_last=True,
    help=(
        "Of the methods with three slopes the one with the smallest bound of the error of a step. The "
        "slope at the step's end, which the next step needs anyway, makes the curve between steps smooth."
    ),
)
