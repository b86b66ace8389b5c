"""Two half circles of radius 1 that reach into each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .deferred import deferred

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Bool, Float
else:
    np = deferred("numpy")  # data sets are listed before it is needed


def half_moons(angle: Float[np.ndarray, "N"], lower: Bool[np.ndarray, "N"]) -> Float[np.ndarray, "N 2"]:
    """(cos a, sin a) on the upper one, (1 - cos a, 1/2 - sin a) on the lower, a from 0 to pi."""
    first, second = np.cos(angle), np.sin(angle)
    return np.stack([np.where(lower, 1.0 - first, first), np.where(lower, 0.5 - second, second)], axis=1)
