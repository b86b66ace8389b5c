"""The strong-stability-preserving method of order 3."""

from __future__ import annotations

from ..tableau import Tableau, row

TABLEAU = Tableau(
    name="ssprk_3",
    title="SSPRK 3",
    citation="C.-W. Shu, S. Osher, J. Comput. Phys. 77 (1988) 439",
    order=3,
    a=(
        row(""),
        row("1"),
        row("1/4 1/4"),
        row("1/6 1/6 2/3"),
    ),
    b=row("1/6 1/6 2/3 0"),
    c=row("0 1 1/2 1"),
    first_same_as_last=True,
    help=("Means of Euler steps: what no Euler step increases, such as a total variation, this one does not either."),
)
