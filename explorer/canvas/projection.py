"""Where data lies on the plot: the map between data coordinates and pixels of the plot's box."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class Projection:
    """A linear map. Pixels count from the top left corner of the box, y downwards.

    x_range, y_range: data at the left and right, bottom and top edge; width, height: the box in pixels.
    """

    x_range: tuple[float, float]
    y_range: tuple[float, float]
    width: float
    height: float

    @property
    def scale(self) -> tuple[float, float]:
        """Pixels per unit along x and (negative: pixels grow downwards) along y."""
        return (
            self.width / (self.x_range[1] - self.x_range[0]),
            -self.height / (self.y_range[1] - self.y_range[0]),
        )

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw on."""
        return self.width <= 0 or self.height <= 0

    def pixels(self, points: Float[np.ndarray, "*shape 2"]) -> Float[np.ndarray, "*shape 2"]:
        """Data points as pixels; what is not finite stays so."""
        points = np.asarray(points, dtype=np.float64)
        result = np.empty_like(points)
        with np.errstate(over="ignore", invalid="ignore"):
            for axis, (origin, scale) in enumerate(zip((self.x_range[0], self.y_range[1]), self.scale, strict=True)):
                result[..., axis] = (points[..., axis] - origin) * scale
        return result

    def data(self, pixels: Float[np.ndarray, "*shape 2"]) -> Float[np.ndarray, "*shape 2"]:
        """Pixels as data points."""
        origin = np.array([self.x_range[0], self.y_range[1]])
        return np.asarray(pixels, dtype=np.float64) / np.array(self.scale) + origin
