"""Verlet's method, the leapfrog."""

from __future__ import annotations

from ..splitting_method import SplittingMethod
from ..splitting_step import composed

METHOD = SplittingMethod(
    name="verlet",
    title="Störmer-Verlet",
    citation="L. Verlet, Phys. Rev. 159 (1967) 98; E. Hairer, C. Lubich, G. Wanner, Acta Numerica 12 (2003) 399",
    help="Half a kick, a move, half a kick: symplectic, of order 2, and the same backward in time.",
    order=2,
    parts=tuple(composed([1.0])),
)
