"""How far an error may grow before it shrinks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class TransientGrowth:
    """|J^k|_2 for k = 0..K, J = df/dz where a sample ended: the most that k iterations magnify a small error by.

    sample: which one. norms (K + 1,). radius: the spectral radius rho, whose powers |J^k|_2 follows in the end, and
    never falls below; NaN where it is not known. at (n,): the point; solved: whether it is a fixed point.
    """

    sample: int
    norms: Float[np.ndarray, "K+1"]
    radius: float
    at: Float[np.ndarray, "n"]
    solved: bool
