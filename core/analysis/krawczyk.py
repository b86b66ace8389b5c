"""Krawczyk's operator: where a box can have roots at all.

R. Krawczyk, Computing 4 (1969) 187; R. E. Moore, SIAM J. Numer. Anal. 14 (1977) 611: with the midpoint m of a box X
and Y near G'(m)^-1, every root of G in X lies in K(X) = m - Y G(m) + (I - Y G'(X)) (X - m); a K(X) in the interior of
X proves that X holds exactly one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .enclosed_map import EnclosedMap
from .interval_matrices import Bounds, corners, defect, inverses, largest, product, rounded_up

if TYPE_CHECKING:
    from jaxtyping import Float


def reach(
    mapping: EnclosedMap, centre: Float[np.ndarray, "B n"], radius: Float[np.ndarray, "B n"]
) -> Float[np.ndarray, "B n"]:
    """How far K(X) reaches from the centre of X, |z - centre| <= radius; NaN where nothing is known."""
    steps, spread = _parts(mapping, centre, radius)
    return rounded_up(largest(steps) + spread)


def narrowed(
    mapping: EnclosedMap, low: Float[np.ndarray, "B n"], high: Float[np.ndarray, "B n"]
) -> tuple[Float[np.ndarray, "B n"], Float[np.ndarray, "B n"]]:
    """The part of every box in which its roots are: X and K(X) together; low > high where there are none."""
    centre = 0.5 * low + 0.5 * high
    steps, spread = _parts(mapping, centre, np.nextafter(np.maximum(high - centre, centre - low), np.inf))
    # two roundings, and K(X) may be far larger than X
    ends = (np.nextafter(centre - steps[1], -np.inf), np.nextafter(centre - steps[0], np.inf))
    bottom, top = np.nextafter(ends[0] - spread, -np.inf), np.nextafter(ends[1] + spread, np.inf)
    return np.fmax(low, bottom), np.fmin(high, top)


def _parts(
    mapping: EnclosedMap, centre: Float[np.ndarray, "B n"], radius: Float[np.ndarray, "B n"]
) -> tuple[Bounds, Float[np.ndarray, "B n"]]:
    """Y G(m), and how far (I - Y G'(X)) (X - m) reaches."""
    slopes = mapping.slopes(*corners(centre, radius))
    inverse = inverses(slopes)
    steps = product(inverse, mapping.values(centre, centre))
    with np.errstate(all="ignore"):
        spread = rounded_up((largest(defect(inverse, slopes)) * radius[:, None]).sum(axis=2))
    return steps, spread
