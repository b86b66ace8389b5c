"""Points that are spread evenly in a box."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

_GOLDEN_SEQUENCE_SEED = 0.5


def spread(lower: Float[np.ndarray, "n"], upper: Float[np.ndarray, "n"], count: int) -> Float[np.ndarray, "m n"]:
    """Points of the additive recurrence with the generalised golden ratio: even in every dimension.

    The box's centre and the origin, where many systems have an equilibrium, come first.
    Source: H. Niederreiter, Random Number Generation and Quasi-Monte Carlo Methods, 1992, section 3.3.
    """
    n = lower.size
    ratio = 2.0
    for _ in range(60):  # the positive root of x^(n + 1) = x + 1
        ratio = (1.0 + ratio) ** (1.0 / (n + 1))
    steps = ratio ** -np.arange(1, n + 1)
    unit = (_GOLDEN_SEQUENCE_SEED + np.arange(1, count + 1)[:, None] * steps) % 1.0
    special = np.stack([0.5 * (lower + upper), np.clip(0.0, lower, upper)])
    return np.concatenate([special, lower + unit * (upper - lower)])
