"""Moons as a density: two half circles with noise, twice as large."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, pi
from typing import TYPE_CHECKING, Annotated, ClassVar

from ..data_set import Points
from ..deferred import deferred
from ..drawn_set import MixtureDensity
from ..gaussian_mixture import GaussianMixture, gauss_nodes
from ..half_moons import half_moons
from ..parameter import Range

if TYPE_CHECKING:
    import numpy as np

    from ..random_rows import RandomRows
else:
    np = deferred("numpy")  # data sets are listed before it is needed

_SCALE, _SHIFT = 2.0, (-1.0, -0.2)
_NODES = 120
"""On a half circle, and 12 more over the standard deviation: from far away a small piece of it is all that counts."""


@dataclass(frozen=True)
class DensityMoons(MixtureDensity):
    """2 (m + noise) - (1, 0.2), m anywhere on either half circle of radius 1.

    p is the mean over the half circles of the normal density around their points, by Gauss-Legendre quadrature.
    """

    noise: Annotated[float, Range(0.05, 0.5, help="standard deviation, before all is doubled")] = 0.1

    name: ClassVar[str] = "density_moons"
    title: ClassVar[str] = "Moons, as a density"
    citation: ClassVar[str] = "W. Grathwohl et al., FFJORD: free-form continuous dynamics, ICLR (2019)"
    help: ClassVar[str] = "Two half circles with noise, whose density is to be learnt."
    words = 4

    def points(self, rows: RandomRows) -> Points:
        """A half circle, a place on it, and normal noise in the plane."""
        place = half_moons(pi * rows.uniform(1), rows.index(0, 2) == 1)
        return Points(_SCALE * (place + rows.plane_noise(2, self.noise)) + np.array(_SHIFT), None)

    def mixture(self) -> GaussianMixture:
        """All points of the half circles together."""
        angle, weight = gauss_nodes(0.0, pi, ceil(_NODES + 12.0 / self.noise))
        lower = np.repeat([False, True], len(angle))
        centres = _SCALE * half_moons(np.tile(angle, 2), lower) + np.array(_SHIFT)
        return GaussianMixture(centres, np.tile(weight, 2) / 2.0, _SCALE * self.noise)


DATA_SET = DensityMoons
