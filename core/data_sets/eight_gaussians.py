"""Eight Gaussians around 0."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import TYPE_CHECKING, Annotated, ClassVar

from ..data_set import Points
from ..deferred import deferred
from ..drawn_set import MixtureDensity
from ..gaussian_mixture import GaussianMixture
from ..parameter import Range

if TYPE_CHECKING:
    import numpy as np

    from ..random_rows import RandomRows
else:
    np = deferred("numpy")  # data sets are listed before it is needed

_SCALE = 1.0 / 1.414
"""As published: not quite 1/sqrt(2)."""
_MODES = 8


@dataclass(frozen=True)
class EightGaussians(MixtureDensity):
    """One of eight normal distributions, their means evenly spaced on a circle: everything divided by 1.414."""

    radius: Annotated[float, Range(0.5, 8.0, help="of the circle of means, before all is divided by 1.414")] = 4.0
    noise: Annotated[float, Range(0.2, 2.0, help="standard deviation, before all is divided by 1.414")] = 0.5

    name: ClassVar[str] = "eight_gaussians"
    title: ClassVar[str] = "Eight Gaussians"
    citation: ClassVar[str] = "W. Grathwohl et al., FFJORD: free-form continuous dynamics, ICLR (2019)"
    help: ClassVar[str] = "Eight heaps with almost nothing between them, where a flow leaves thin bridges."
    words = 3

    def points(self, rows: RandomRows) -> Points:
        """A mean, and normal noise in the plane."""
        mixture = self.mixture()
        means = mixture.centres[rows.index(0, _MODES)]
        return Points(means + rows.plane_noise(1, mixture.deviation), None)

    def mixture(self) -> GaussianMixture:
        """The eight."""
        angle = np.arange(_MODES) * (2.0 * pi / _MODES)
        means = self.radius * _SCALE * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        return GaussianMixture(means, np.full(_MODES, 1.0 / _MODES), self.noise * _SCALE)


DATA_SET = EightGaussians
