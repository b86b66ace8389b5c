"""The objective on the visible plane, and its contours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .nullclines import Polylines

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class LossContours:
    """lines[i]: the curves in the plane (x_name, y_name) on which the objective is levels[i], ascending.

    floor: what the levels are counted from, evenly in the logarithm of level - floor: the minimum below the lowest
    point of the grid, or that point's own value. values (ny, nx): the objective at (x[j], y[i]).
    """

    x_name: str
    y_name: str
    floor: float
    levels: Float[np.ndarray, "L"]
    lines: tuple[Polylines, ...]
    x: Float[np.ndarray, "nx"]
    y: Float[np.ndarray, "ny"]
    values: Float[np.ndarray, "ny nx"]
