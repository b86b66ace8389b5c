"""Cash and Karp's method of order 5 with an error estimate of order 4."""

from __future__ import annotations

from ..tableau import Tableau, row

TABLEAU = Tableau(
    name="cash_karp_5",
    title="Cash-Karp 5(4)",
    citation=(
        "J. R. Cash, A. H. Karp, ACM TOMS 16 (1990) 201; dense output: the conditions of order 4 solved "
        "for these stages, E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations "
        "I, II.6"
    ),
    order=5,
    a=(
        row(""),
        row("1/5"),
        row("3/40 9/40"),
        row("3/10 -9/10 6/5"),
        row("-11/54 5/2 -70/27 35/27"),
        row("1631/55296 175/512 575/13824 44275/110592 253/4096"),
        row("37/378 0 250/621 125/594 0 512/1771"),
    ),
    b=row("37/378 0 250/621 125/594 0 512/1771 0"),
    c=row("0 1/5 3/10 3/5 1 7/8 1"),
    embedded=row("2825/27648 0 18575/48384 13525/55296 277/14336 1/4 0"),
    embedded_order=4,
    dense=(
        row("1 -974639/344064 4733095/1548288 -166091/147456"),
        row("0 0 0 0"),
        row("0 7981975/1978368 -57501775/8902656 729475/258048"),
        row("0 -271325/360448 11421775/4866048 -408175/294912"),
        row("0 -97677/229376 97677/114688 -97677/229376"),
        row("0 -172659/113344 238195/56672 -153/64"),
        row("0 3/2 -4 5/2"),
    ),
    dense_order=4,
    first_same_as_last=True,
    help="Six slopes per adaptive step, made for right-hand sides with sharp fronts.",
)
