"""Yoshida's method of order 4: three steps of Verlet's."""

from __future__ import annotations

from ..splitting_method import SplittingMethod
from ..splitting_step import composed

_OUTER = 1.0 / (2.0 - 2.0 ** (1.0 / 3.0))

METHOD = SplittingMethod(
    name="yoshida_4",
    title="Yoshida 4",
    citation="H. Yoshida, Phys. Lett. A 150 (1990) 262; E. Forest, R. D. Ruth, Physica D 43 (1990) 105",
    help="Three of Verlet's steps, the middle one backward: symplectic, of order 4.",
    order=4,
    parts=tuple(composed([_OUTER, 1.0 - 2.0 * _OUTER, _OUTER])),
)
