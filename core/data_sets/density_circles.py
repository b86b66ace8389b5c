"""Circles as a density: one circle within another, with noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from ..data_set import Points
from ..drawn_set import PlaneDensity
from ..noisy_circles import NoisyCircles
from ..parameter import Range

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float

    from ..random_rows import RandomRows

_SCALE = 3.0


@dataclass(frozen=True)
class DensityCircles(PlaneDensity):
    """3 (c + noise), c anywhere on the circle of radius 1 or on that of radius `factor`."""

    factor: Annotated[float, Range(0.1, 0.9, help="radius of the inner circle over that of the outer")] = 0.5
    noise: Annotated[float, Range(0.02, 0.3, help="standard deviation, before all is tripled")] = 0.08

    name: ClassVar[str] = "density_circles"
    title: ClassVar[str] = "Circles, as a density"
    citation: ClassVar[str] = "W. Grathwohl et al., FFJORD: free-form continuous dynamics, ICLR (2019)"
    help: ClassVar[str] = "A circle within another, with noise, whose density is to be learnt."
    words = 4

    def points(self, rows: RandomRows) -> Points:
        """A circle, a place on it, and normal noise in the plane."""
        circles = self._circles()
        place = circles.points(rows.index(0, 2), rows.uniform(1))
        return Points(place + rows.plane_noise(2, circles.deviation), None)

    def logarithm(self, x: Float[np.ndarray, "N 2"]) -> Float[np.ndarray, "N"]:
        """The mean over both circles of the density of Rice."""
        return self._circles().log_density(x)

    def integrate_entropy(self) -> float:
        """-integral p log p over all radii."""
        return self._circles().entropy()

    def _circles(self) -> NoisyCircles:
        return NoisyCircles((_SCALE, _SCALE * self.factor), _SCALE * self.noise)


DATA_SET = DensityCircles
