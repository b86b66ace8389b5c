"""Euler's method."""

from __future__ import annotations

from ..tableau import Tableau, row

TABLEAU = Tableau(
    name="euler",
    title="Euler 1",
    citation="L. Euler, Institutionum calculi integralis I (1768), section 650",
    order=1,
    a=(row(""),),
    b=row("1"),
    c=row("0"),
    dense=(row("1"),),
    dense_order=1,
    help="One slope per step, taken at its start. With z' = f(z) it is a residual network's layer.",
)
