"""Verner's robust method of order 6 with an error estimate of order 5."""

from __future__ import annotations

from ..tableau import Tableau, row

TABLEAU = Tableau(
    name="verner_6",
    title="Verner 6(5)",
    citation=(
        "J. H. Verner, Numer. Algorithms 53 (2010) 383; dense output: bootstrapped, W. H. Enright, K. R. "
        "Jackson, S. P. Norsett, P. G. Thomsen, ACM TOMS 12 (1986) 193"
    ),
    order=6,
    a=(
        row(""),
        row("9/50"),
        row("29/324 25/324"),
        row("1/16 0 3/16"),
        row("79129/250000 0 -261237/250000 19663/15625"),
        row("1336883/4909125 0 -25476/30875 194159/185250 8225/78546"),
        row("-2459386/14727375 0 19504/30875 2377474/13615875 -6157250/5773131 902/735"),
        row("2699/7410 0 -252/1235 -1393253/3993990 236875/72618 -135/49 15/22"),
        row("11/144 0 0 256/693 0 125/504 125/528 5/72"),
        row("12721/152640 0 0 7648/24255 1125/2597 -3091/7056 283/2112 29/576 -5/64"),
    ),
    b=row("11/144 0 0 256/693 0 125/504 125/528 5/72 0 0"),
    c=row("0 9/50 1/6 1/4 53/100 3/5 4/5 1 1 1/2"),
    embedded=row("28/477 0 0 212/441 -312500/366177 2125/1764 0 -2105/35532 2995/17766 0"),
    embedded_order=5,
    dense=(
        row("1 -101/24 71889343/9143136 -2559457/380964 6523429/3047712"),
        row("0 0 0 0 0"),
        row("0 0 0 0 0"),
        row("0 640/77 -899894/37737 1134852/46123 -1203910/138369"),
        row("0 0 -281250/222229 562500/222229 -281250/222229"),
        row("0 125/42 -5732425/603792 284275/25158 -912475/201264"),
        row("0 125/88 -455825/57504 336725/26356 -1272025/210848"),
        row("0 0 -136261/86256 4201/1198 -53407/28752"),
        row("0 -1/2 17/4 -8 17/4"),
        row("0 -8 32 -40 16"),
    ),
    dense_order=5,
    first_same_as_last=True,
    extra_stages=1,
    help="Nine slopes per adaptive step, one of them for the dense output alone.",
)
