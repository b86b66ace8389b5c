"""The box that holds a scene in space: which number lies where on its edges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

Triple = tuple[float, float, float]
Ranges = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]


@dataclass(frozen=True)
class Cuboid:
    """ranges: the numbers at both ends of the three axes; lengths: of its edges, about the origin."""

    ranges: Ranges = ((0.0, 1.0), (0.0, 1.0), (0.0, 1.0))
    lengths: Triple = (1.0, 1.0, 1.0)

    @property
    def half(self) -> Float[np.ndarray, "3"]:
        """From the middle to the faces."""
        return np.array(self.lengths) / 2.0

    @property
    def radius(self) -> float:
        """Of the ball that holds it however it is turned."""
        return float(np.linalg.norm(self.half))

    def inside(self, points: Float[np.ndarray, "N 3"]) -> Float[np.ndarray, "N 3"]:
        """Points of the data as places about the middle of the box; outside of it for those beyond the ranges."""
        low, high = np.array(self.ranges).T
        with np.errstate(over="ignore", invalid="ignore"):
            result: np.ndarray = (points - low) * (np.array(self.lengths) / (high - low)) - self.half
        return result
