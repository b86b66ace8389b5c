"""Where every point of the visible plane ends, and after how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float, Int

RAN_AWAY, UNDECIDED = -1, -2
"""Values of `PlaneMap.end`: beyond every bound or no number; neither there nor away when the budget was used up."""


@dataclass(frozen=True)
class PlaneMap:
    """One pixel per start: a Newton fractal, basins of attraction, or escape times.

    x_name, y_name: quantities on the axes, components or parameters; x (nx,), y (ny,) the pixels' centres, ascending.
    end   (ny, nx) int16: the place in `ends` of what attracts the start, or RAN_AWAY or UNDECIDED.
    count (ny, nx) float32: iterations until it was there or away, with a fraction where it escapes; of a flow, time.
    ends  (k, n): where starts end, k of them; a cycle by one of its points.
    names (k,): what they are, such as "(1, 0)" or "cycle of period 3".
    method: what was iterated, in words: "Newton's method", "the map", "the flow". most: the largest possible count.
    step: pixels of the finest grid per pixel of this one: 1 when it is sharp.
    slice_at: components that are on no axis, with their values. path: the back end that ran, "kernel" or "python",
    which is numpy here. instead_of: the chosen root solver, where it comes to no root and another was taken.
    short_of_time: whether no finer one follows because it would take longer than the run may.
    question: equal for maps that differ only in the rectangle that they show, and in the slice.
    """

    x_name: str
    y_name: str
    x: Float[np.ndarray, "nx"]
    y: Float[np.ndarray, "ny"]
    end: Int[np.ndarray, "ny nx"]
    count: Float[np.ndarray, "ny nx"]
    ends: Float[np.ndarray, "k n"]
    names: tuple[str, ...]
    method: str
    most: float
    step: int
    slice_at: tuple[tuple[str, float], ...]
    path: str = ""
    instead_of: str = ""
    short_of_time: bool = False
    question: str = ""
