"""How a network of K equal layers comes near the implicit layer, in its output and in its gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class DepthErrors:
    """z_(K+1) = f(z_K) from the start, for depths K = 0, 1, ..., D, beside the fixed point z*.

    sample: which; at (n,) is z*. radius: spectral radius of df/dz there.
    distance (D+1,): |z_K - z*|. gradient_error (D+1,): |g_K - g| / |g|, g_K the gradient of the loss of z_K through all
    K layers, g the implicit one; at depth 0, where nothing is differentiated, it is 1.
    note: why there is no curve, or what is to be said about it; else empty.
    """

    sample: int
    at: Float[np.ndarray, "n"]
    radius: float
    distance: Float[np.ndarray, "D1"]
    gradient_error: Float[np.ndarray, "D1"]
    note: str = ""
