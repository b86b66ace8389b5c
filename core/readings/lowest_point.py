"""Where an objective was lowest, and how it curves there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class LowestPoint:
    """point (n,) and the loss there. minimum: whether Newton's method brought it to rest in a minimum.

    eigenvalues (n,) of the Hessian there, descending; empty where there are too many components to ask.
    """

    point: Float[np.ndarray, "n"]
    loss: float
    minimum: bool
    eigenvalues: Float[np.ndarray, "n"]

    @property
    def sharpness(self) -> float:
        """The largest eigenvalue of the Hessian; NaN where it is not known."""
        return float(self.eigenvalues[0]) if len(self.eigenvalues) else float("nan")
