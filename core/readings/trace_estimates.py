"""Estimates of a field's divergence by products with its Jacobian."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float


@dataclass(frozen=True)
class NoisyTraces:
    """Of one kind of noise, `name` in the catalogue. estimates (N,): independent ones, each of one noise vector.

    predicted: their standard deviation by the formula for the noise.
    """

    name: str
    title: str
    estimates: Float[np.ndarray, "N"]
    predicted: float


@dataclass(frozen=True)
class TraceEstimates:
    """exact: tr df/dz at the start `at` (n,) of trajectory `index`; kinds: estimates of it by every kind of noise."""

    index: int
    at: Float[np.ndarray, "n"]
    exact: float
    kinds: tuple[NoisyTraces, ...]
