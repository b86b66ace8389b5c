"""The density that a flow carries, over the plane of the data."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float

    from .euler_steps import EulerSteps


@dataclass(frozen=True)
class ModelDensity:
    """x (W,), y (H,): centres of equal cells; log_density (H, W): the flow's there, in nats; true_log_density (H, W):
    of the data set, None where that is not known. mass: the integral of the density over the picture.

    times (T,): between the base and the data, from the base on; samples (N, T, 2): points drawn from the base and
    carried to the data, with their way; data (M, 2): some of the test points, none where no data are chosen.
    round_trip: the largest distance between a test point, or without data a sample, and what comes back of it when it
    is carried to the base and back again.
    steps: of a density that Euler's steps carry; None of that of the differential equation.
    likelihood, true_likelihood: mean log density of the test points, of the flow and of the data set; NaN if unknown.
    """

    x: Float[np.ndarray, "W"]
    y: Float[np.ndarray, "H"]
    log_density: Float[np.ndarray, "H W"]
    true_log_density: Float[np.ndarray, "H W"] | None
    mass: float
    times: Float[np.ndarray, "T"]
    samples: Float[np.ndarray, "N T 2"]
    data: Float[np.ndarray, "M 2"]
    round_trip: float
    likelihood: float = nan
    true_likelihood: float = nan
    steps: EulerSteps | None = None
