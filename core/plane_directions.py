"""Directions in the space of weights: those in which a training moved, or others that are drawn at random."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .weight_plane import WeightPlane, coordinates, flat

if TYPE_CHECKING:
    from .stored_tensor import StoredTensor

FEWEST = 3
"""States of a path that have a plane of their own."""
_MOST_WORK, _MOST_NUMBERS = 4e7, 3e5
"""Products of numbers for the principal directions, and numbers of all states: what a window does not wait for."""
_FLAT = 1e-12
"""Of the largest variance: a smaller one is rounding."""


def principal_plane(iterations: Sequence[int], path: Sequence[Mapping[str, StoredTensor]]) -> WeightPlane | None:
    """Through the last state of a path, along the two principal directions of its states: the orthonormal eigenvectors
    of their covariance with the largest eigenvalues. None of fewer than three states, of one number, or of a path that
    does not move.

    A path along a line has one; the other is then any direction at a right angle. The first leads from the begin of the
    path to its end, along the second the farthest state lies above. Of long paths of many weights only some of the
    states are taken, evenly.

    Source: H. Li, Z. Xu, G. Taylor, C. Studer, T. Goldstein, Visualizing the loss landscape of neural nets, NeurIPS
    2018, section 7.2.
    """
    if len(path) < FEWEST:
        return None
    kept = _kept(len(path), flat(path[-1]).size)
    rows = np.stack([flat(path[place]) for place in kept]) - flat(path[-1])
    spread = rows - rows.mean(axis=0)
    variances, combinations = np.linalg.eigh(spread @ spread.T)
    largest, total = float(variances[-1]), float(np.trace(spread @ spread.T))
    if rows.shape[1] < 2 or not (math.isfinite(largest) and largest > 0.0):
        return None
    second = float(variances[-2]) if variances[-2] > _FLAT * largest else 0.0
    along = [combinations[:, -1] @ spread]
    along.append(combinations[:, -2] @ spread if second else np.random.default_rng(0).standard_normal(rows.shape[1]))
    directions = np.linalg.qr(np.stack(along, axis=1))[0].T
    seen = rows @ directions.T
    farthest = seen[np.abs(seen[:, 1]).argmax(), 1]
    signs = np.array([-1.0 if seen[0, 0] > 0.0 else 1.0, -1.0 if farthest < 0.0 else 1.0])
    directions = directions * signs[:, None]
    return WeightPlane(
        directions=directions,
        origin=coordinates(directions, flat(path[-1])),
        path=seen * signs,
        iterations=np.array([iterations[place] for place in kept]),
        shares=np.array([largest, second]) / total,
    )


def random_plane(weights: Mapping[str, StoredTensor], seed: int) -> WeightPlane:
    """Through these weights, along two normal directions of which every filter is as long as that of the weights: each
    row of a matrix, and each vector as a whole. Where all weights are 0 the directions have length 1.

    Raises ValueError where there is only one number. Source: as of `principal_plane`, section 4.
    """
    vector = flat(weights)
    if vector.size < 2:
        raise ValueError("one number that is learnt has no plane")
    directions = np.random.default_rng(seed).standard_normal((2, vector.size))
    if vector.any():
        begin = 0
        for tensor in weights.values():
            filters = np.asarray(tensor.array()).reshape(len(tensor) if len(tensor.shape) > 1 else 1, -1)
            part = directions[:, begin : begin + filters.size].reshape(2, *filters.shape)
            part *= (np.linalg.norm(filters, axis=1) / np.linalg.norm(part, axis=2))[..., None]
            begin += filters.size
    else:
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    nothing = np.empty(0)
    return WeightPlane(
        directions, coordinates(directions, vector), np.empty((0, 2)), np.empty(0, dtype=np.int64), nothing
    )


def _kept(count: int, numbers: int) -> list[int]:
    """Which states of a path are taken, the first and the last always among them."""
    most = max(FEWEST, min(count, math.isqrt(int(_MOST_WORK / numbers)), int(_MOST_NUMBERS / numbers)))
    return [int(place) for place in np.unique(np.linspace(0, count - 1, most).round())]
