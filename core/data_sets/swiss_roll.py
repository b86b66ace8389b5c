"""The Swiss roll, seen from its end."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, pi
from typing import TYPE_CHECKING, Annotated, ClassVar

from ..data_set import Points
from ..deferred import deferred
from ..drawn_set import MixtureDensity
from ..gaussian_mixture import GaussianMixture, gauss_nodes
from ..parameter import Range

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float

    from ..random_rows import RandomRows
else:
    np = deferred("numpy")  # data sets are listed before it is needed

_SCALE = 1.0 / 5.0
_BEGIN, _END = 1.5 * pi, 4.5 * pi
_NODES = 440.0
"""Over the standard deviation: no two nodes are half of one apart."""


@dataclass(frozen=True)
class SwissRoll(MixtureDensity):
    """(t cos t, t sin t) and normal noise, t uniform from 3/2 pi to 9/2 pi: everything divided by 5.

    p is the mean over t of the normal density around the spiral's points, by Gauss-Legendre quadrature.
    """

    noise: Annotated[float, Range(0.5, 2.0, help="standard deviation, before all is divided by 5")] = 1.0

    name: ClassVar[str] = "swiss_roll"
    title: ClassVar[str] = "Swiss roll"
    citation: ClassVar[str] = "W. Grathwohl et al., FFJORD: free-form continuous dynamics, ICLR (2019)"
    help: ClassVar[str] = "One strand wound around itself: a flow unrolls it."
    words = 3

    def points(self, rows: RandomRows) -> Points:
        """A place on the spiral, and normal noise in the plane."""
        place = _spiral(_BEGIN + (_END - _BEGIN) * rows.uniform(0))
        return Points(_SCALE * (place + rows.plane_noise(1, self.noise)), None)

    def mixture(self) -> GaussianMixture:
        """All points of the spiral together."""
        t, weights = gauss_nodes(_BEGIN, _END, ceil(_NODES / self.noise))
        return GaussianMixture(_SCALE * _spiral(t), weights, _SCALE * self.noise)


def _spiral(t: Float[np.ndarray, "N"]) -> Float[np.ndarray, "N 2"]:
    return np.stack([t * np.cos(t), t * np.sin(t)], axis=1)


DATA_SET = SwissRoll
