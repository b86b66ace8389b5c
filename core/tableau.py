"""Butcher tableaus in exact fractions that check themselves."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

Row = tuple[Fraction, ...]


@dataclass(frozen=True)
class Tableau:
    """An explicit Runge-Kutta method of s stages.

    k_i = f(t + c_i h, z + h sum_{j<i} a_ij k_j),  z1 = z + h sum_i b_i k_i.

    name: short unique name ("dopri5"); title: for people ("Dormand-Prince 5(4)"); order p.
    embedded: weights b_hat of the error estimate h sum (b_i - b_hat_i) k_i, or None; embedded_order its order.
    dense: coefficients of the interpolant, dense[i][j] the factor of theta^(j+1) in b_i(theta):
    z(t + theta h) = z + h sum_i b_i(theta) k_i; None: cubic Hermite from both ends.
    first_same_as_last: the last stage is f at the step's end and serves as the next first stage.
    """

    name: str
    title: str
    citation: str
    order: int
    a: tuple[Row, ...]
    b: Row
    c: Row
    embedded: Row | None = None
    embedded_order: int | None = None
    dense: tuple[Row, ...] | None = None
    first_same_as_last: bool = False
    help: str = ""
