"""Dormand and Prince's method of order 5 with an error estimate of order 4."""

from __future__ import annotations

from ..tableau import Tableau, row

TABLEAU = Tableau(
    name="dopri5",
    title="Dormand-Prince 5(4)",
    citation=(
        "J. R. Dormand, P. J. Prince, J. Comput. Appl. Math. 6 (1980) 19; "
        "dense output L. F. Shampine, Math. Comp. 46 (1986) 135"
    ),
    order=5,
    a=(
        row(""),
        row("1/5"),
        row("3/40 9/40"),
        row("44/45 -56/15 32/9"),
        row("19372/6561 -25360/2187 64448/6561 -212/729"),
        row("9017/3168 -355/33 46732/5247 49/176 -5103/18656"),
        row("35/384 0 500/1113 125/192 -2187/6784 11/84"),
    ),
    b=row("35/384 0 500/1113 125/192 -2187/6784 11/84 0"),
    c=row("0 1/5 3/10 4/5 8/9 1 1"),
    embedded=row("5179/57600 0 7571/16695 393/640 -92097/339200 187/2100 1/40"),
    embedded_order=4,
    dense=(
        row("1 -8048581381/2820520608 8663915743/2820520608 -12715105075/11282082432"),
        row("0 0 0 0"),
        row("0 131558114200/32700410799 -68118460800/10900136933 87487479700/32700410799"),
        row("0 -1754552775/470086768 14199869525/1410260304 -10690763975/1880347072"),
        row("0 127303824393/49829197408 -318862633887/49829197408 701980252875/199316789632"),
        row("0 -282668133/205662961 2019193451/616988883 -1453857185/822651844"),
        row("0 40617522/29380423 -110615467/29380423 69997945/29380423"),
    ),
    dense_order=4,
    first_same_as_last=True,
    help="Six new slopes per adaptive step; the step follows from the difference of orders 5 and 4.",
)
