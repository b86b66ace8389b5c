"""How far what a flow keeps has moved along the trajectories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int


@dataclass(frozen=True)
class Invariants:
    """names, symbols (k,): of the text's expressions I that no equation needs.

    t (N,): the ends of accepted forward steps, the start first; trajectory i is offsets[i]:offsets[i + 1].
    drift (k, N): I(t) - I(0), divided by |I(0)| where relative (k, m). first (k, m): I(0). largest (k, m): of |drift|,
    over all steps, of which a long curve holds only some; NaN where I is no number at the start.
    """

    names: tuple[str, ...]
    symbols: tuple[str, ...]
    t: Float[np.ndarray, "N"]
    drift: Float[np.ndarray, "k N"]
    offsets: Int[np.ndarray, "m_plus_1"]
    first: Float[np.ndarray, "k m"]
    relative: Bool[np.ndarray, "k m"]
    largest: Float[np.ndarray, "k m"]

    def __len__(self) -> int:
        return len(self.offsets) - 1
