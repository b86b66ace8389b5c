"""Attempted steps of the forward integration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int


@dataclass(frozen=True)
class StepSizes:
    """Every attempted step of every trajectory's forward part, in the order taken.

    t (K,) time at the step's beginning; h (K,) its length; error (K,) the error ratio (NaN: fixed step);
    accepted (K,); offsets (m + 1,): trajectory i is offsets[i]:offsets[i + 1].
    """

    t: Float[np.ndarray, "K"]
    h: Float[np.ndarray, "K"]
    error: Float[np.ndarray, "K"]
    accepted: Bool[np.ndarray, "K"]
    offsets: Int[np.ndarray, "m_plus_1"]

    def __len__(self) -> int:
        return len(self.offsets) - 1
