"""Bounds of the growth of distances by Gronwall's lemma: the Jacobian between two trajectories."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..vector_field import ArrayField

if TYPE_CHECKING:
    from jaxtyping import Float


class GrowthRates(NamedTuple):
    """lipschitz: the largest |J|_2; growth: the largest mu(J); decay: the largest mu(-J); of -J where time falls."""

    lipschitz: float
    growth: float
    decay: float


def growth_rates(
    jacobian: ArrayField,
    t: Float[np.ndarray, "T"],
    first: Float[np.ndarray, "T n"],
    second: Float[np.ndarray, "T n"],
    places: int,
) -> GrowthRates:
    """The rates that bound |second - first|_2, of J = df/dz at `places` points of each segment, its ends among them.

    d/dt |w| <= mu(J) |w| for w' = J w, with mu(J) the largest eigenvalue of (J + J^T)/2, and >= -mu(-J) |w|; for
    w = z_b - z_a the mean of J along the segment does, and mu of a mean is at most the largest mu. mu(J) <= |J|_2.
    Where t falls, w grows by what -J says, and both of mu change places. NaN where J is not finite.
    Source: G. Soderlind, The logarithmic norm, BIT 46 (2006) 631; E. Hairer, S. P. Norsett, G. Wanner, Solving
    Ordinary Differential Equations I, section I.10.
    """
    share = np.linspace(0.0, 1.0, places)[:, None, None]
    points = (1.0 - share) * first + share * second
    with np.errstate(all="ignore"):
        slopes = jacobian(np.broadcast_to(t, points.shape[:2]), points)
    if not np.isfinite(slopes).all():
        return GrowthRates(np.nan, np.nan, np.nan)
    symmetric = np.linalg.eigvalsh(0.5 * (slopes + np.swapaxes(slopes, -1, -2)))
    norms = np.linalg.norm(slopes, 2, axis=(-2, -1))
    growth, decay = float(symmetric[..., -1].max()), float(-symmetric[..., 0].min())
    return GrowthRates(float(norms.max()), *((growth, decay) if t[-1] >= t[0] else (decay, growth)))
