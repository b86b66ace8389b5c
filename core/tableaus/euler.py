"""Euler's method."""

from __future__ import annotations

from fractions import Fraction as F

from ..tableau import Tableau

TABLEAU = Tableau(
    name="euler",
    title="Euler 1",
    citation="L. Euler, Institutionum calculi integralis I (1768), section 650",
    order=1,
    a=((),),
    b=(F(1),),
    c=(F(0),),
    dense=((F(1),),),
    dense_order=1,
    help="One slope per step, taken at its start. With z' = f(z) it is a residual network's layer.",
)
