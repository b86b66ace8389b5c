"""BiCGStab for many systems at once, each until it is solved.

H. A. van der Vorst, SIAM J. Sci. Stat. Comput. 13 (1992) 631.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from .array_library import ArrayLibrary
from .linear_answer import LinearAnswer, Product


@dataclass(frozen=True)
class _Search:
    """Of the systems A x = b with |b| = 1: x with the residual r, the direction p, and rho = b . r."""

    x: Any
    r: Any
    p: Any
    rho: Any
    wants: Any
    broken: Any


def bicgstab(
    library: ArrayLibrary, product: Product, right: Any, tolerance: Any, wanted: Any, most: int
) -> LinearAnswer:
    """x with |b - A x| <= tolerance, from x = 0, with two products an iteration and eight vectors in all.

    right: b (S, n). tolerance (S,): absolute. wanted (S,): the systems to be solved. most: iterations at most.

    Residuals rise and fall: the x with the least one is the answer. Once its vectors turn orthogonal, which a
    regular A does not rule out, it cannot go on.
    """
    size = library.norm(right)
    wants = wanted & ~(size <= tolerance)
    scale = library.where(wants, size, 1.0)
    shadow = library.where(wants[:, None], right / scale[:, None], 0.0)
    zero = library.full_like(size, 0.0)
    search = _Search(library.full_like(right, 0.0), shadow, shadow, zero + 1.0, wants, zero > 0.0)
    best, least = search.x, zero + 1.0
    iterations = products = zero
    for _ in range(most):
        if not bool(search.wants.any()):
            break
        first, alpha, length = _half(library, product, shadow, search)
        products = products + library.where(search.wants, 1.0, 0.0)
        iterations = iterations + library.where(first.wants, 1.0, 0.0)
        best, least = _better(library, (best, least), (first.x, length), first.wants)
        first = replace(first, wants=first.wants & (length * scale > tolerance))
        products = products + library.where(first.wants, 1.0, 0.0)
        search, length = _other_half(library, product, shadow, first, alpha)
        best, least = _better(library, (best, least), (search.x, length), first.wants)
        search = replace(search, wants=search.wants & (length * scale > tolerance))
    residual = library.where(wants, least * scale, size)
    return LinearAnswer(best * scale[:, None], residual, iterations, products, search.broken)


def _half(
    library: ArrayLibrary, product: Product, shadow: Any, search: _Search
) -> tuple[_Search, tuple[Any, Any], Any]:
    """Go along p until the residual is orthogonal to b: the search, (alpha, A p), and |r|."""
    v = library.where(search.wants[:, None], product(search.p), 0.0)
    slope = library.total(shadow * v)
    goes = search.wants & (abs(slope) > library.epsilon(v) * library.norm(v))
    alpha = library.where(goes, search.rho / library.where(goes, slope, 1.0), 0.0)
    x, r = search.x + alpha[:, None] * search.p, search.r - alpha[:, None] * v
    broken = search.broken | (search.wants & ~goes)
    return replace(search, x=x, r=r, wants=goes, broken=broken), (alpha, v), library.norm(r)


def _other_half(
    library: ArrayLibrary, product: Product, shadow: Any, search: _Search, half: tuple[Any, Any]
) -> tuple[_Search, Any]:
    """Go along r until the residual is least, and turn p: the search and |r|."""
    (alpha, v), epsilon = half, library.epsilon(search.r)
    t = library.where(search.wants[:, None], product(search.r), 0.0)
    length, reach = library.norm(search.r), library.norm(t)
    unit = t / library.where(reach > 0.0, reach, 1.0)[:, None]
    along = library.total(unit * search.r)
    goes = search.wants & (abs(along) > epsilon * length)
    omega = library.where(goes, along / library.where(goes, reach, 1.0), 0.0)
    x = search.x + omega[:, None] * search.r
    r = search.r - library.where(goes, along, 0.0)[:, None] * unit
    length, rho = library.norm(r), library.total(shadow * r)
    turns = goes & (abs(rho) > epsilon * length)
    beta = library.where(turns, (rho / search.rho) * (alpha / library.where(turns, omega, 1.0)), 0.0)
    p = library.where(turns[:, None], r + beta[:, None] * (search.p - omega[:, None] * v), 0.0)
    rho = library.where(turns, rho, search.rho)
    return _Search(x, r, p, rho, turns, search.broken | (search.wants & ~turns)), length


def _better(library: ArrayLibrary, best: tuple[Any, Any], found: tuple[Any, Any], where: Any) -> tuple[Any, Any]:
    """The x of the lower residual, and that residual."""
    lower = where & (found[1] < best[1])
    return library.where(lower[:, None], found[0], best[0]), library.where(lower, found[1], best[1])
