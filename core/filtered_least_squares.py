"""Least squares without the columns that depend on those before them."""

from __future__ import annotations

from typing import Any

from .array_library import ArrayLibrary


def filtered_least_squares(library: ArrayLibrary, columns: Any, right: Any, usable: Any, sine: float) -> Any:
    """gamma (S, k) that makes |right - sum_j gamma_j columns_j| least; 0 for columns that are left out.

    columns (S, k, n), k > 0; right (S, n). A column is left out where it is not usable (S, k; None: all are), is 0, or
    where the sine of its angle to the span of the columns kept before it is not above `sine` < 1: in a QR
    factorisation |r_jj| <= sine |columns_j|. Modified Gram-Schmidt; after S. Pollock, L. G. Rebholz, SIAM J. Sci.
    Comput. 45 (2023) A1571.
    """
    count = columns.shape[1]
    basis: list[Any] = []
    upper: list[list[Any]] = []
    shares: list[Any] = []
    for place in range(count):
        rest = columns[:, place]
        length = library.norm(rest)
        above = []
        for unit in basis:
            above.append(library.total(unit * rest))
            rest = rest - above[-1][:, None] * unit
        left = library.norm(rest)
        kept = left > sine * length
        kept = kept if usable is None else kept & usable[:, place]
        left = library.where(kept, left, 1.0)
        basis.append(library.where(kept[:, None], rest / left[:, None], 0.0))
        upper.append([*above, left])
        shares.append(library.total(basis[-1] * right))
        right = right - shares[-1][:, None] * basis[-1]
    gamma = shares
    for place in reversed(range(count)):
        gamma[place] = gamma[place] / upper[place][place]
        for before in range(place):
            gamma[before] = gamma[before] - upper[place][before] * gamma[place]
    return library.stack(gamma, axis=1)
