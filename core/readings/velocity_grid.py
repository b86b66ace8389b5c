"""The vector field on a regular grid of the visible plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class VelocityGrid:
    """u, v (ny, nx): velocity along the horizontal and vertical axis at (x[j], y[i]); x, y ascending.

    On a t-axis u is 1. `x_name`, `y_name` are the axes' quantities. `time` is where an explicitly
    time-dependent field is frozen, None for an autonomous one. `slice_at` names and values the components
    that are held fixed (empty for a plane system).
    """

    x_name: str
    y_name: str
    x: Float[np.ndarray, "nx"]
    y: Float[np.ndarray, "ny"]
    u: Float[np.ndarray, "ny nx"]
    v: Float[np.ndarray, "ny nx"]
    time: float | None
    slice_at: tuple[tuple[str, float], ...]
