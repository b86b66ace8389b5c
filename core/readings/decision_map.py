"""What a network answers over the plane of its inputs, beside the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float, Int

INPUT_PLANE = ("input 1", "input 2")
"""What a viewport that looks at the plane of the inputs calls its axes."""


@dataclass(frozen=True)
class DecisionMap:
    """x (W,), y (H,): where the inputs lie, centres of equal cells; answers (H, W, k): the network's there. k = 1 of
    two classes: the answer is then class 1 where it is positive; else a score for each class, and the largest is it.

    points (N, 2): some of the data; labels (N,): their classes; test (N,): whether they are test points; right (N,):
    whether the network is right.
    """

    x: Float[np.ndarray, "W"]
    y: Float[np.ndarray, "H"]
    answers: Float[np.ndarray, "H W k"]
    points: Float[np.ndarray, "N 2"]
    labels: Int[np.ndarray, "N"]
    test: np.ndarray
    right: np.ndarray
