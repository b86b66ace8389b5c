"""The singly diagonally implicit method of five stages and order 4."""

from __future__ import annotations

from ..implicit_tableau import ImplicitTableau
from ..tableau import row

TABLEAU = ImplicitTableau(
    name="sdirk4",
    title="SDIRK 4(3)",
    citation="E. Hairer, G. Wanner, Solving Ordinary Differential Equations II (1996), IV.6, table 6.5",
    order=4,
    a=(
        row("1/4 0 0 0 0"),
        row("1/2 1/4 0 0 0"),
        row("17/50 -1/25 1/4 0 0"),
        row("371/1360 -137/2720 15/544 1/4 0"),
        row("25/24 -49/48 125/16 -85/12 1/4"),
    ),
    b=row("25/24 -49/48 125/16 -85/12 1/4"),
    c=row("1/4 3/4 11/20 1/2 1"),
    estimate=row("0 59/48 -17/96 225/32 -85/12 0"),
    estimate_order=3,
    filter=row("1/4")[0],
    dense=(
        row("11/3 -463/72 217/36 -20/9"),
        row("11/2 -385/16 661/24 -10"),
        row("-125/18 20125/432 -8875/216 250/27"),
        row("0 -85/4 85/6 0"),
        row("-11/9 557/108 -359/54 80/27"),
    ),
    dense_order=3,
    help="Five equations with the same matrix in each step, order 4; for stiff systems at middling accuracy.",
)
