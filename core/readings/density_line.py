"""The density that a flow of one component carries, on its way from the base to the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float

    from .euler_steps import EulerSteps


@dataclass(frozen=True)
class DensityLine:
    """times (T,): from the base on to the data. x (M, T), density (M, T): points of the base, in their order, carried
    to the data, and the density where they then are; NaN from where one does not go on.

    samples (N, T): points drawn from the base, with their way. mass: of the density at the data, which is the part of
    the base that comes there. round_trip: the largest distance between a sample there and what comes back of it when it
    is carried to the base and back again; NaN where that was not asked for. steps: of a density that Euler's steps
    carry; None of that of the differential equation.
    """

    times: Float[np.ndarray, "T"]
    x: Float[np.ndarray, "M T"]
    density: Float[np.ndarray, "M T"]
    samples: Float[np.ndarray, "N T"]
    mass: float
    round_trip: float
    steps: EulerSteps | None = None
