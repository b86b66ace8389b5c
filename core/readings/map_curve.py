"""The graph of a scalar map, for the cobweb."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class MapCurve:
    """f over the visible range: z (N,) ascending; f (R, N), one curve per row of the batch data (R = 1 without)."""

    component: str
    z: Float[np.ndarray, "N"]
    f: Float[np.ndarray, "R N"]
