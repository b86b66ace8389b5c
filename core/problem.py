"""What is solved: frozen, independent of how."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .vector_field import VectorField

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class InitialValue:
    """z' = f(t, z), z(t0) = start for each of B samples, wanted at t1 (t1 < t0 integrates backward).

    start (B, n); span (t0, t1), the same for every sample.
    """

    field: VectorField
    start: Float[np.ndarray, "B n"]
    span: tuple[float, float]

    def __post_init__(self) -> None:
        start = np.array(self.start, dtype=np.float64, copy=None, ndmin=2)
        if start.shape[1] != self.field.size:
            raise ValueError(
                f"a start needs {self.field.size} numbers ({', '.join(self.field.components)}), not {start.shape[1]}"
            )
        if not all(map(math.isfinite, self.span)) or self.span[0] == self.span[1]:
            raise ValueError(f"the time span needs two different finite ends, not {self.span}")
        object.__setattr__(self, "start", start)
