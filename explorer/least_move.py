"""The smallest move of the sliders that moves a root as wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

_RANK = 1e-9
"""Singular values below this part of the largest are zero."""


def least_move(
    effects: Float[np.ndarray, "m P"],
    wanted: Float[np.ndarray, "m"],
    now: Float[np.ndarray, "P"],
    first: Float[np.ndarray, "P"],
) -> Float[np.ndarray, "P"]:
    """Positions s in [0, 1] of the sliders with the smallest |s - first| for which effects (s - now) = wanted.

    s = first + effects^+ (wanted + effects (now - first)): linearised at `now`, and measured from where a drag began,
    so that a drag there and back ends where it began. Where no s moves the root so, the nearest in least squares. A
    slider that would leave its range stays at its end, and the others do what it cannot. effects: by position.
    """
    first = np.clip(first, 0.0, 1.0)
    total = wanted + effects @ (now - first)
    step = np.zeros_like(first)
    free = np.ones(len(first), dtype=bool)
    while free.any():
        left = total - effects[:, ~free] @ step[~free]
        step[free] = np.linalg.pinv(effects[:, free], rcond=_RANK) @ left
        excess = np.maximum(first + step - 1.0, -(first + step)) * free
        worst = int(excess.argmax())
        if excess[worst] <= 0.0:
            break
        free[worst] = False
        step[worst] = (1.0 if step[worst] > 0 else 0.0) - first[worst]
    return np.clip(first + step, 0.0, 1.0)
