"""Rings: circles around 0 with noise."""

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

_OUTERMOST = 3.0


@dataclass(frozen=True)
class Rings(PlaneDensity):
    """Circles of evenly spaced radii up to 3, one as likely as another, and normal noise."""

    count: Annotated[int, Range(1, 8, help="how many rings there are")] = 4
    noise: Annotated[float, Range(0.02, 0.4, help="standard deviation around the circles")] = 0.08

    name: ClassVar[str] = "rings"
    title: ClassVar[str] = "Rings"
    citation: ClassVar[str] = "W. Grathwohl et al., FFJORD: free-form continuous dynamics, ICLR (2019)"
    help: ClassVar[str] = "Rings within rings: a flow of the plane must tear open what it makes them of."
    words = 4

    def points(self, rows: RandomRows) -> Points:
        """A circle, a place on it, and normal noise in the plane."""
        place = self._circles().points(rows.index(0, self.count), rows.uniform(1))
        return Points(place + rows.plane_noise(2, self.noise), None)

    def logarithm(self, x: Float[np.ndarray, "N 2"]) -> Float[np.ndarray, "N"]:
        """The mean over the circles of the density of Rice."""
        return self._circles().log_density(x)

    def integrate_entropy(self) -> float:
        """-integral p log p over all radii."""
        return self._circles().entropy()

    def _circles(self) -> NoisyCircles:
        radii = tuple(_OUTERMOST * (ring + 1) / self.count for ring in range(self.count))
        return NoisyCircles(radii, self.noise)


DATA_SET = Rings
