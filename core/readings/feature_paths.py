"""How the layer moves the data: states over depth, from the input to where the layer ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float, Int


@dataclass(frozen=True)
class FeaturePaths:
    """depth (T,): the times of a differential equation, or the numbers of iterations; states (N, T, n): where N of the
    test points are there; labels (N,): their classes, or -1 of points without. answers (N, k): the network's at the
    end; targets (N, k): what they should be, NaN where that is a class. components: names of the n components; inputs:
    how many of them the data fill at the begin, the others are added and begin at 0. grid (L, P, T, n): points of lines
    over the plane of the inputs, carried as the test points are; none where that is no plane. shares: whether depth is
    the share of the time that each sample is followed for, which is not the same of all.
    """

    depth: Float[np.ndarray, "T"]
    states: Float[np.ndarray, "N T n"]
    labels: Int[np.ndarray, "N"]
    answers: Float[np.ndarray, "N k"]
    targets: Float[np.ndarray, "N k"]
    components: tuple[str, ...]
    inputs: int
    grid: Float[np.ndarray, "L P T n"]
    shares: bool = False
