"""The matrix functions phi_k of exponential integrators, the same for numpy and torch."""

from __future__ import annotations

from math import factorial
from typing import Any

from .array_library import ArrayLibrary

_DEGREE = 15
"""Of the Taylor polynomials: for matrices of a norm of at most 1/2 their rest is below a rounding."""
_MOST_DOUBLINGS = 1100
"""More than double precision has powers of two above 1."""


def phi_functions(library: ArrayLibrary, matrix: Any, most: int) -> list[Any]:
    """phi_0(A), ..., phi_most(A), each (L, n, n), of the matrices A (L, n, n):

    phi_0(A) = e^A, phi_k(A) = sum_j A^j / (j + k)!, so that A phi_(k+1)(A) = phi_k(A) - I / k!.

    Each matrix is halved until its norm is at most 1/2, and its functions are doubled as often: no difference of
    nearly equal numbers is divided by a small A. A sample's result does not depend on its batch mates; matrices with
    infinities or NaN give NaN.

    Source: M. Hochbruck, A. Ostermann, Acta Numerica 19 (2010) 209, section 2.1; B. V. Minchev, W. M. Wright,
    A review of exponential integrators (2005), section 5.
    """
    module = library.module
    norm = module.amax(abs(matrix).sum(2), axis=1)
    finite = module.isfinite(norm)
    bounded = library.where(finite & (norm > 0.5), norm, 0.5)
    doublings = library.where(finite, module.ceil(module.log2(bounded)) + 1.0, 0.0).clip(max=_MOST_DOUBLINGS)
    phis = _by_taylor(library, matrix * (0.5**doublings)[:, None, None], most)
    for count in range(int(doublings.max()) if len(matrix) else 0):
        wanted = (doublings > count)[:, None, None]
        phis = [library.where(wanted, new, old) for new, old in zip(doubled(library, phis), phis, strict=True)]
    return phis


def doubled(library: ArrayLibrary, phis: list[Any]) -> list[Any]:
    """The functions of 2A from those of A: phi_k(2A) = (phi_0 phi_k + sum_(j=1..k) phi_j / (k - j)!) / 2^k."""
    exponential = phis[0]
    found = [library.module.matmul(exponential, exponential)]
    for k in range(1, len(phis)):
        total = library.module.matmul(exponential, phis[k])
        for j in range(1, k + 1):
            total = total + phis[j] / factorial(k - j)
        found.append(total * 0.5**k)
    return found


def _by_taylor(library: ArrayLibrary, matrix: Any, most: int) -> list[Any]:
    """The highest one by Horner's rule, those below from it."""
    identity = library.eye(matrix.shape[1], matrix)
    highest = identity / factorial(_DEGREE + most) + 0.0 * matrix
    for power in range(_DEGREE - 1, -1, -1):
        highest = library.module.matmul(matrix, highest) + identity / factorial(power + most)
    phis = [highest]
    for k in range(most - 1, -1, -1):
        phis.append(library.module.matmul(matrix, phis[-1]) + identity / factorial(k))
    return phis[::-1]
