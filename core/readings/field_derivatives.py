"""How the vector field spreads and turns on a grid of the visible plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class FieldDerivatives:
    """Divergence and vorticity at (x[j], y[i]), both (ny, nx); x, y ascending and evenly spaced; NaN where unknown.

    divergence: trace of df/dz, of all components, however many lie in the plane. vorticity: dv/dx - du/dy of the
    velocity (u, v) along the axes. The other fields are those of `VelocityGrid`.
    """

    x_name: str
    y_name: str
    x: Float[np.ndarray, "nx"]
    y: Float[np.ndarray, "ny"]
    divergence: Float[np.ndarray, "ny nx"]
    vorticity: Float[np.ndarray, "ny nx"]
    time: float | None
    slice_at: tuple[tuple[str, float], ...]
