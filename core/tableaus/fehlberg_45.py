"""Fehlberg's method of order 4 with an error estimate of order 5."""

from __future__ import annotations

from ..tableau import Tableau, row

TABLEAU = Tableau(
    name="fehlberg_45",
    title="Fehlberg 4(5)",
    citation=(
        "E. Fehlberg, Computing 6 (1970) 61; dense output: the conditions of order 4 solved for these "
        "stages, E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I, II.6"
    ),
    order=4,
    a=(
        row(""),
        row("1/4"),
        row("3/32 9/32"),
        row("1932/2197 -7200/2197 7296/2197"),
        row("439/216 -8 3680/513 -845/4104"),
        row("-8/27 2 -3544/2565 1859/4104 -11/40"),
        row("25/216 0 1408/2565 2197/4104 -1/5 0"),
    ),
    b=row("25/216 0 1408/2565 2197/4104 -1/5 0 0"),
    c=row("0 1/4 3/8 12/13 1 1/2 1"),
    embedded=row("16/135 0 6656/12825 28561/56430 -9/50 2/55 0"),
    embedded_order=5,
    dense=(
        row("1 -23131/9216 34321/13824 -2633/3072"),
        row("0 0 0 0"),
        row("0 863/171 -20258/2565 17/5"),
        row("0 -595387/175104 2348593/262656 -15379/3072"),
        row("0 289/256 -1957/640 2213/1280"),
        row("0 -113/64 113/32 -113/64"),
        row("0 3/2 -4 5/2"),
    ),
    dense_order=4,
    first_same_as_last=True,
    help=("Six slopes per adaptive step. The step itself is the one of order 4, whose error is what is estimated."),
)
