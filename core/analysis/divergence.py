"""Divergence and vorticity of a vector field at the points of a plane, from its exact derivatives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..plane_view import TIME
from .plane import Plane

if TYPE_CHECKING:
    from jaxtyping import Float

_NUMBERS = 500_000
"""Of Jacobians that are held at once."""


def divergence_and_vorticity(
    plane: Plane, x: Float[np.ndarray, "nx"], y: Float[np.ndarray, "ny"]
) -> tuple[Float[np.ndarray, "ny nx"], Float[np.ndarray, "ny nx"]]:
    """div f = sum_i df_i/dz_i, over all components, and dv/dx - du/dy of the velocity (u, v) along the axes.

    Along a t-axis the velocity is 1 and the slope by it df/dt. Both are NaN where they are no finite number.
    """
    size, shape = plane.field.size, (len(y), len(x))
    divergence, vorticity = np.empty(shape), np.empty(shape)
    rows = max(1, _NUMBERS // (size * size * len(x)))
    for begin in range(0, len(y), rows):
        part = slice(begin, begin + rows)
        across, up = np.meshgrid(x, y[part])
        divergence[part], vorticity[part] = _at(plane, across, up)
    return divergence, vorticity


def _at(plane: Plane, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    names, components = (plane.x_name, plane.y_name), plane.field.components
    time = next((values for name, values in zip(names, (x, y), strict=True) if name == TIME), plane.time)
    states = plane.states(x, y)
    jacobian = plane.field.jacobian()(time, states)

    def slope(of: str, by: str) -> np.ndarray:
        if of == TIME:
            return np.zeros_like(x)
        if by == TIME:
            return np.asarray(plane.field.time_slope()(time, states)[..., components.index(of)])
        return np.asarray(jacobian[..., components.index(of), components.index(by)])

    with np.errstate(all="ignore"):
        found = np.trace(jacobian, axis1=-2, axis2=-1), slope(names[1], names[0]) - slope(*names)
    spread, turning = (np.where(np.isfinite(values), values, np.nan) for values in found)
    return spread, turning
