"""Euler's symplectic method."""

from __future__ import annotations

from ..splitting_method import SplittingMethod

METHOD = SplittingMethod(
    name="symplectic_euler",
    title="Symplectic Euler",
    citation="E. Hairer, C. Lubich, G. Wanner, Geometric Numerical Integration (2006), I.1.2 and VI.3",
    help="Kicks the momenta, then moves the positions with the new ones: areas of the phase plane stay.",
    order=1,
    parts=((1.0, 1.0),),
)
