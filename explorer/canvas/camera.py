"""From where a scene in space is looked at."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

_AZIMUTH, _ELEVATION = -60.0, 22.0


@dataclass(frozen=True)
class Camera:
    """A parallel projection from a direction: lengths along the axes stay in proportion, and nothing is hidden by size.

    azimuth: degrees from the first axis towards the second one; elevation: degrees above the plane of both. The third
    axis is never tilted to a side, so that up stays up and no turn adds to a roll.
    """

    azimuth: float = _AZIMUTH
    elevation: float = _ELEVATION

    def frame(self) -> Float[np.ndarray, "3 3"]:
        """An orthonormal, right-handed basis as rows: to the right, up, and towards the viewer."""
        a, e = math.radians(self.azimuth), math.radians(self.elevation)
        return np.array(
            [
                [-math.sin(a), math.cos(a), 0.0],
                [-math.sin(e) * math.cos(a), -math.sin(e) * math.sin(a), math.cos(e)],
                [math.cos(e) * math.cos(a), math.cos(e) * math.sin(a), math.sin(e)],
            ]
        )

    def seen(self, points: Float[np.ndarray, "N 3"]) -> Float[np.ndarray, "N 3"]:
        """Points as how far they are to the right, up, and towards the viewer."""
        return np.column_stack(self.columns(points.T))

    def columns(self, points: Float[np.ndarray, "3 N"]) -> tuple[Float[np.ndarray, "N"], ...]:
        """The same for the coordinates of very many points, each in its own row, and as such rows.

        Not as a product of matrices: BLAS would wake its threads, and wait for them, for three numbers a point.
        """
        x, y, z = points
        with np.errstate(over="ignore", invalid="ignore"):
            return tuple(a * x + b * y + c * z for a, b, c in self.frame().tolist())

    def turned(self, across: float, up: float) -> Camera:
        """Gone round by `across` degrees and up by `up`, no further than over the pole."""
        azimuth = (self.azimuth + across + 180.0) % 360.0 - 180.0
        return Camera(azimuth, min(90.0, max(-90.0, self.elevation + up)))
