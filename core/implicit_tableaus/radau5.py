"""The Radau IIA method of three stages and order 5."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..collocation import collocation
from ..implicit_tableau import ImplicitTableau
from ..surd import root

_NODES = ((4 - root(6)) / 10, (4 + root(6)) / 10, Fraction(1))
_A, _B, _DENSE = collocation(_NODES)
_GAMMA = Fraction(27488882958919, 10**14)
"""1 / the real eigenvalue of A^-1; any positive number would do here."""
_SHARES: tuple[Any, ...] = (*(_GAMMA * (-13 + sign * 7 * root(6)) / 3 for sign in (-1, 1)), -_GAMMA / 3)
"""The second solution differs from the first by h gamma f + sum_i share_i Z_i, Z_i = h sum_j a_ij k_j."""

TABLEAU = ImplicitTableau(
    name="radau5",
    title="Radau IIA 5",
    citation="E. Hairer, G. Wanner, Solving Ordinary Differential Equations II (1996), IV.5 and IV.8 (RADAU5)",
    order=5,
    a=_A,
    b=_B,
    c=_NODES,
    estimate=(
        _GAMMA,
        *(
            weight + sum((share * row[place] for share, row in zip(_SHARES, _A, strict=True)), start=Fraction(0))
            for place, weight in enumerate(_B)
        ),
    ),
    estimate_order=3,
    filter=_GAMMA,
    dense=_DENSE,
    dense_order=3,
    help="Collocation at three points, solved together: the first choice for stiff systems at high accuracy.",
)
