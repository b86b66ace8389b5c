"""The standard normal distribution, from which flows of densities begin."""

from __future__ import annotations

import operator
from math import log, pi
from typing import TYPE_CHECKING, Any

import numpy as np

from .noise_refusal import checked_seed

if TYPE_CHECKING:
    from jaxtyping import Float


def normal_log_density(z: Any) -> Any:
    """log N(z; 0, I) in nats of points z (*B, n), an array or a tensor -> (*B,)."""
    return -0.5 * (z * z).sum(-1) - 0.5 * z.shape[-1] * log(2.0 * pi)


def normal_draw(count: int, size: int, seed: int) -> Float[np.ndarray, "count size"]:
    """Points of it; the same seed draws the same, and the first of any longer draw.

    Raises ValueError or TypeError for a count or a seed that is none.
    """
    if isinstance(count, bool) or not hasattr(count, "__index__"):
        raise TypeError(f"count must be a whole number, not {count!r}")
    if operator.index(count) < 1:
        raise ValueError(f"count must be at least 1, not {count}")
    return np.random.Generator(np.random.Philox(key=checked_seed(seed))).standard_normal((count, size))
