"""Fixed points found in and around the visible range, whoever converges to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Complex, Float


@dataclass(frozen=True)
class FixedPoint:
    """z (n,) with f(z) = z: the residual |f(z) - z|, eigenvalues (n,) of df/dz by descending modulus, and their
    radius; attracting: whether Picard's method converges to it from nearby, None where the radius is 1 to rounding."""

    point: Float[np.ndarray, "n"]
    residual: float
    eigenvalues: Complex[np.ndarray, "n"]
    radius: float
    attracting: bool | None


@dataclass(frozen=True)
class FixedPoints:
    """row: of the batch data they belong to. note: a sentence where the list is not the whole truth."""

    components: tuple[str, ...]
    points: tuple[FixedPoint, ...]
    row: int = 0
    note: str = ""
