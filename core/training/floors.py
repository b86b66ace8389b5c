"""Losses that no training gets below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


def monotone_floor(x: Float[np.ndarray, "N"], y: Float[np.ndarray, "N"], loss: str) -> float:
    """The least mean loss of all functions of x that never fall: trajectories on a line cannot cross, so the flow of a
    differential equation with one unknown is one of them.

    Pools adjacent violators: the best such function is constant on blocks, on each the value that suits the block best.
    Source: R. E. Barlow and others, Statistical Inference under Order Restrictions (1972), section 1.2.
    """
    groups: list[np.ndarray] = [y[x == value] for value in np.unique(x)]
    blocks: list[np.ndarray] = []
    for group in groups:
        blocks.append(group)
        while len(blocks) > 1 and _centre(blocks[-2], loss) >= _centre(blocks[-1], loss):
            last = blocks.pop()
            blocks[-1] = np.concatenate([blocks[-1], last])
    return float(sum(_losses(block - _centre(block, loss), loss).sum() for block in blocks) / len(y))


def _losses(distance: Float[np.ndarray, "N"], loss: str) -> Float[np.ndarray, "N"]:
    if loss == "squares":
        return distance**2
    size = np.abs(distance)
    return np.asarray(np.where(size < 1.0, 0.5 * size**2, size - 0.5))


def _centre(values: Float[np.ndarray, "N"], loss: str) -> float:
    """Where the mean loss of a constant is least: the mean, or the zero of the sum of clipped distances."""
    if loss == "squares":
        return float(values.mean())
    low, high = float(values.min()), float(values.max())
    for _ in range(80):
        middle = 0.5 * (low + high)
        if np.clip(values - middle, -1.0, 1.0).sum() > 0.0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
