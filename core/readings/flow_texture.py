"""Noise smeared along the flow of the visible plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float, UInt8


@dataclass(frozen=True)
class FlowTexture:
    """levels (ny, nx): brightness from 0 to 255 of the pixels about (x[j], y[i]), 0 where the field is no number.

    x, y ascending and evenly spaced. step: pixels of the screen per pixel of this, 1 when it is sharp. seconds: wall
    time that it took. The other fields are those of `VelocityGrid`.
    """

    x_name: str
    y_name: str
    x: Float[np.ndarray, "nx"]
    y: Float[np.ndarray, "ny"]
    levels: UInt8[np.ndarray, "ny nx"]
    step: int
    seconds: float
    time: float | None
    slice_at: tuple[tuple[str, float], ...]
