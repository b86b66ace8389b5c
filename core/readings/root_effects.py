"""What every parameter does to the solutions that the samples ended at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Bool, Float


@dataclass(frozen=True)
class RootEffects:
    """Of the first S samples of a layer with P parameters, n components.

    at (S, n): the fixed point that the chosen solver, a rival or Newton's method found; solved (S,): whether it is
    one. effects (S, n, P): dz*/dp there, NaN where it does not exist. condition (S,) of I - df/dz in the 2-norm;
    distance (S,) from 1 of the nearest eigenvalue of df/dz: a small one tells of a fold nearby.
    """

    parameters: tuple[str, ...]
    at: Float[np.ndarray, "S n"]
    solved: Bool[np.ndarray, "S"]
    effects: Float[np.ndarray, "S n P"]
    condition: Float[np.ndarray, "S"]
    distance: Float[np.ndarray, "S"]
