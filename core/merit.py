"""|g| with g = f(z) - z as the merit of a point: when it may be called smaller, and why no step makes it so.

A = I - J is Newton's matrix, D (S, n) the greatest length that each of its columns has had on the way: lengths
D_j z_j do not depend on the units of z.
"""

from __future__ import annotations

from typing import Any

from .array_library import ArrayLibrary
from .dense_matrices import transposed_product
from .root_watch import LINE_SEARCH, LOCAL_MINIMUM

_FLOOR_ULPS = 64.0
"""A residual of that many roundings of |z| may be noise, and need not fall."""


def rounding_floor(library: ArrayLibrary, z: Any) -> Any:
    """The residual (S,) below which rounding may be all that is left of it."""
    return _FLOOR_ULPS * library.epsilon(z) * library.norm(z)


def grown_scale(library: ArrayLibrary, scale: Any, matrix: Any) -> Any:
    """D (S, n) with the columns of one more matrix (S, n, n)."""
    columns = library.norm(matrix.swapaxes(1, 2))
    return library.where(columns > scale, columns, scale)


def scaled_columns(library: ArrayLibrary, matrix: Any, scale: Any) -> tuple[Any, Any]:
    """A D^-1 (S, n, n), and D (S, n) with 1 for a column that was always 0."""
    scale = library.where(scale > 0.0, scale, 1.0)
    return matrix / scale[:, None, :], scale


def unit(library: ArrayLibrary, vector: Any) -> Any:
    """`vector` (S, n) made 1 long; 0 stays."""
    length = library.norm(vector)
    return vector / library.where(length > 0.0, length, 1.0)[:, None]


def full_step(library: ArrayLibrary, matrix: Any, residual: Any, newton: Any, singular: Any, step: Any) -> Any:
    """What the criterion "step" measures of a step that was cut short: Newton's (S, n).

    Where it does not exist, the longer one of `step` and |g| / |A|, which no d with A d = g falls below.
    """
    frobenius = library.norm(library.norm(matrix))
    least = residual / library.where(frobenius > 0.0, frobenius, 1.0)[:, None]
    longer = library.where((library.norm(step) > library.norm(least))[:, None], step, least)
    return library.where(singular[:, None], longer, newton)


def no_descent(library: ArrayLibrary, matrix: Any, scale: Any, z: Any, residual: Any, full: Any) -> Any:
    """The fault (S,) of a sample for which every step was too long.

    LOCAL_MINIMUM where the gradient of |g|, D^-1 A^T g / |g|, is below the cube root of the rounding: near a minimum
    rounding hides what is below its square root. Not where Newton's step is that short beside z, for there is a root.
    LINE_SEARCH elsewhere.
    """
    small = library.epsilon(z) ** (1.0 / 3.0)
    scaled, _ = scaled_columns(library, matrix, scale)
    slope = library.norm(transposed_product(library, scaled, unit(library, residual)))
    minimum = (slope <= small) & (library.norm(full) > small * library.norm(z))
    return library.where(minimum, float(LOCAL_MINIMUM), library.full_like(slope, float(LINE_SEARCH)))
