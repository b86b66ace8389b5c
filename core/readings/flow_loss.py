"""The objective along the gradient flow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .lowest_point import LowestPoint

if TYPE_CHECKING:
    from jaxtyping import Float, Int


@dataclass(frozen=True)
class FlowLoss:
    """loss, slope, sharpness (N,) at the start of every trajectory and at the ends of its accepted forward steps, at
    times t (N,): the objective, the length of its gradient, and the largest eigenvalue of its Hessian.

    offsets (m + 1,): trajectory i is the slice offsets[i]:offsets[i + 1], ascending in t. lowest: the lowest of all
    these points; None before there is one.
    """

    t: Float[np.ndarray, "N"]
    loss: Float[np.ndarray, "N"]
    slope: Float[np.ndarray, "N"]
    sharpness: Float[np.ndarray, "N"]
    offsets: Int[np.ndarray, "m_plus_1"]
    lowest: LowestPoint | None

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def curve(self, index: int) -> slice:
        """The slice of `t` and `loss` that holds trajectory `index`."""
        return slice(int(self.offsets[index]), int(self.offsets[index + 1]))
