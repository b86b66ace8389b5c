"""Yoshida's method of order 6, solution A: seven steps of Verlet's."""

from __future__ import annotations

from ..splitting_method import SplittingMethod
from ..splitting_step import composed

_WEIGHTS = (0.784513610477560, 0.235573213359357, -1.17767998417887)
_MIDDLE = 1.0 - 2.0 * sum(_WEIGHTS)

METHOD = SplittingMethod(
    name="yoshida_6",
    title="Yoshida 6",
    citation="H. Yoshida, Phys. Lett. A 150 (1990) 262, table 1, solution A",
    help="Seven of Verlet's steps, some backward: symplectic, of order 6.",
    order=6,
    parts=tuple(composed([*_WEIGHTS, _MIDDLE, *reversed(_WEIGHTS)])),
)
