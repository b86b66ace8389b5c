"""Kvaerno's method of seven stages and order 5, whose first stage is explicit."""

from __future__ import annotations

from fractions import Fraction

from ..implicit_tableau import ImplicitTableau
from ..tableau import row

_SIXTH = row("0.13855640231268224 0 -0.04245337201752043 0.02446657898003141 0.61943039072480676 0.26 0")
_SEVENTH = row(
    "0.13659751177640291 0 -0.05496908796538376 -0.04118626728321046 0.62993304899016403 0.06962479448202728 0.26"
)

TABLEAU = ImplicitTableau(
    name="kvaerno5",
    title="Kværnø 5(4)",
    citation="A. Kværnø, BIT Numer. Math. 44 (2004) 489",
    order=5,
    a=(
        row("0 0 0 0 0 0 0"),
        row("0.26 0.26 0 0 0 0 0"),
        row("0.13 0.84033320996790809 0.26 0 0 0 0"),
        row("0.22371961478320505 0.47675532319799699 -0.06470895363112615 0.26 0 0 0"),
        row("0.16648564323248321 0.10450018841591720 0.03631482272098715 -0.13090704451073998 0.26 0 0"),
        _SIXTH,
        _SEVENTH,
    ),
    b=_SEVENTH,
    c=row("0 0.52 1.23033320996790809 0.89576598435007589 0.43639360985864758 1 1"),
    estimate=(Fraction(0), *_SIXTH),
    estimate_order=4,
    rounding=Fraction(1, 10**16),
    help="Six equations with the same matrix in each step, order 5; for stiff systems at high accuracy.",
)
