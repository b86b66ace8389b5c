"""Zero contours of the velocity's components in the visible plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float, Int


@dataclass(frozen=True)
class Polylines:
    """Curves one behind the other: curve k is points[offsets[k]:offsets[k + 1]], (P, 2), in order along it."""

    points: Float[np.ndarray, "P 2"]
    offsets: Int[np.ndarray, "K_plus_1"]

    def curves(self) -> list[Float[np.ndarray, "p 2"]]:
        """Every curve for itself."""
        return np.split(self.points, self.offsets[1:-1]) if len(self.offsets) > 1 else []


@dataclass(frozen=True)
class Nullclines:
    """lines[i]: the curves in the plane (x, y) on which component names[i] has velocity 0.

    names: the one or two component names on the axes; `x_name`, `y_name` the axes as in VelocityGrid.
    """

    x_name: str
    y_name: str
    names: tuple[str, ...]
    lines: tuple[Polylines, ...]
