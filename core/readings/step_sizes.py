"""Attempted steps of the forward integration."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ..outcome import Outcome

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int


@dataclass(frozen=True)
class StepSizes:
    """Every attempted step of every trajectory's forward part, in the order taken.

    t (K,) time at the step's beginning; h (K,) its length; error (K,) the error ratio (NaN: fixed step);
    accepted (K,); offsets (m + 1,): trajectory i is offsets[i]:offsets[i + 1]. nodes: where in a step, from 0 to 1, the
    field is evaluated. outcomes (m,): how every trajectory ended; empty while it runs. iterations (K,): of the root
    solver that solved the equations of the step, 0 where it had none; None of a method without equations.
    """

    t: Float[np.ndarray, "K"]
    h: Float[np.ndarray, "K"]
    error: Float[np.ndarray, "K"]
    accepted: Bool[np.ndarray, "K"]
    offsets: Int[np.ndarray, "m_plus_1"]
    nodes: Float[np.ndarray, "s"] = field(default_factory=lambda: np.empty(0))
    outcomes: tuple[Outcome, ...] = ()
    iterations: Int[np.ndarray, "K"] | None = None

    def __len__(self) -> int:
        return len(self.offsets) - 1
