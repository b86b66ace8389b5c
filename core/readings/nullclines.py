"""Zero contours of the velocity's components in the visible plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class Nullclines:
    """segments[i] (S, 2, 2): line segments (begin/end, x/y) on which component names[i] has velocity 0.

    names: the one or two component names on the axes; `x_name`, `y_name` the axes as in VelocityGrid.
    """

    x_name: str
    y_name: str
    names: tuple[str, ...]
    segments: tuple[Float[np.ndarray, "S 2 2"], ...]
