"""The inverse of I - J that Broyden's method builds along a forward solve, from the points that were kept."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

from .array_library import TORCH
from .deferred import deferred
from .gradient_method import SolvedLayer
from .low_rank_inverse import applied, extended, good_pair
from .vector_jacobian import Inputs

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")

MOST = 50
"""Pairs of points that are taken at most, the last ones."""
_NOISE = 100.0
"""A change of f - z of at most so many roundings of z is nothing but rounding."""


def forward_inverse(solve: SolvedLayer, inputs: Inputs) -> tuple[Callable[[Tensor], Tensor], int, int]:
    """w (S, n) -> P w with P about (I - J^T)^-1; the evaluations of f that it took, and the vectors that it keeps.

    Broyden's good updates for the last points of the path, whatever solver found them; f is evaluated at each anew,
    for a solve keeps its points alone. After Broyden's method this is the inverse that it ended with, as long as it
    never began again. P is the identity where no path was kept, or one of a single point.
    """
    points = () if solve.path is None else tuple(solve.path[-MOST - 1 :])
    if len(points) < 2:
        return lambda w: w, 0, 0
    left = right = None
    with torch.no_grad():
        epsilon = TORCH.epsilon(solve.z)
        before = solve.f(points[0], inputs) - points[0]
        for last, point in pairwise(points):
            after = solve.f(point, inputs) - point
            u, v = good_pair(TORCH, left, right, point - last, after - before)
            noise = TORCH.norm(after - before) <= _NOISE * epsilon * TORCH.norm(point)
            left, right = extended(TORCH, left, right, u.masked_fill(noise[:, None], torch.nan), v)
            before = after
    # H is about (J - I)^-1, and its transpose has left and right exchanged
    return lambda w: -applied(TORCH, right, left, w), len(points), 2 * (len(points) - 1)
