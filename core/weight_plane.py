"""A plane in the space of all weights of a network, in which its loss is looked at."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float, Int

    from .stored_tensor import StoredTensor

SLICE_PLANE = ("direction 1", "direction 2")
"""What a viewport that looks at such a plane calls its axes."""
_ROOM = 0.3
"""Of the path's own length on either side of it."""
_NARROWEST = 0.3
"""Of one side to the other: across a path that is nearly straight there is something to be seen too."""

Ranges = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True)
class WeightPlane:
    """The plane of v + (a - a(v)) d_1 + (b - b(v)) d_2 through any weights v, whose own coordinates (a(v), b(v)) are
    those of the nearest point of v_0 + a d_1 + b d_2.

    directions (2, D): d_1 and d_2, all numbers of all tensors one behind the other, each row by row. origin (2,): the
    coordinates of v_0 counted from the weights 0.

    path (N, 2), iterations (N,): where a training was, seen in the plane. shares (2,): of the variance of its weights,
    the part along d_1, and that along d_2. All empty of directions that are drawn at random.
    """

    directions: Float[np.ndarray, "2 D"]
    origin: Float[np.ndarray, "2"]
    path: Float[np.ndarray, "N 2"]
    iterations: Int[np.ndarray, "N"]
    shares: Float[np.ndarray, "s"]

    @property
    def random(self) -> bool:
        """Whether no path chose the directions."""
        return not len(self.shares)

    def fits(self, weights: Mapping[str, StoredTensor]) -> bool:
        """Whether these are as many numbers."""
        return sum(math.prod(tensor.shape) for tensor in weights.values()) == int(self.directions.shape[1])

    def place(self, weights: Mapping[str, StoredTensor]) -> Float[np.ndarray, "2"]:
        """(a(v), b(v))."""
        return np.asarray(coordinates(self.directions, flat(weights)) - self.origin)

    def home(self, place: Float[np.ndarray, "2"]) -> Ranges:
        """What holds the path and a place, with room around them; about random directions from -1 to 1."""
        if self.random:
            low, high = place - 1.0, place + 1.0
        else:
            points = np.concatenate([self.path, place[None]])
            low, high = points.min(axis=0), points.max(axis=0)
            size = np.maximum(high - low, _NARROWEST * float((high - low).max()))
            middle = 0.5 * (low + high)
            low, high = middle - (0.5 + _ROOM) * size, middle + (0.5 + _ROOM) * size
        (left, bottom), (right, top) = low.tolist(), high.tolist()
        return (left, right), (bottom, top)


def flat(weights: Mapping[str, StoredTensor]) -> Float[np.ndarray, "D"]:
    """All numbers one behind the other."""
    return np.concatenate([np.asarray(tensor.array()).ravel() for tensor in weights.values()])


def coordinates(
    directions: Float[np.ndarray, "2 D"], vector: Float[np.ndarray, "*shape D"]
) -> Float[np.ndarray, "*shape 2"]:
    """Those of the nearest combination of the directions, which need not be orthonormal."""
    return np.asarray((np.linalg.pinv(directions @ directions.T, hermitian=True) @ directions @ vector.T).T)
