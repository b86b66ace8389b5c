"""Bogacki and Shampine's method of order 3 with an error estimate of order 2."""

from __future__ import annotations

from ..tableau import Tableau, row

TABLEAU = Tableau(
    name="bogacki_shampine_3",
    title="Bogacki-Shampine 3(2)",
    citation="P. Bogacki, L. F. Shampine, Appl. Math. Lett. 2 (1989) 321",
    order=3,
    a=(
        row(""),
        row("1/2"),
        row("0 3/4"),
        row("2/9 1/3 4/9"),
    ),
    b=row("2/9 1/3 4/9 0"),
    c=row("0 1/2 3/4 1"),
    embedded=row("7/24 1/4 1/3 1/8"),
    embedded_order=2,
    first_same_as_last=True,
    help="Three new slopes per adaptive step: cheap where a relative error of a thousandth is enough.",
)
