"""Lengths of vectors, and the angle between two, also where their squares overflow."""

from __future__ import annotations

from math import inf, nan
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


def length(vector: Float[np.ndarray, "n"]) -> float:
    """The Euclidean length; infinite or NaN where a component is."""
    largest = float(np.abs(vector).max(initial=0.0))
    if not 0.0 < largest < inf:
        return largest
    return largest * float(np.linalg.norm(vector / largest))


def cosine(first: Float[np.ndarray, "n"], second: Float[np.ndarray, "n"]) -> float:
    """Of the angle between two vectors; NaN where one has no length, or no finite one."""
    sizes = [float(np.abs(vector).max(initial=0.0)) for vector in (first, second)]
    if not all(0.0 < size < inf for size in sizes):
        return nan
    first, second = first / sizes[0], second / sizes[1]
    quotient = float(first @ second) / float(np.linalg.norm(first) * np.linalg.norm(second))
    return min(max(quotient, -1.0), 1.0)
