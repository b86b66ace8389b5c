"""Data sets without an end: every point is made of random numbers."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from .data_set import DataSet, Points
from .deferred import deferred
from .random_rows import RandomRows, random_rows

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float

    from .gaussian_mixture import GaussianMixture
else:
    np = deferred("numpy")  # data sets are listed before it is needed

_TRAIN, _TEST = 0, 1
"""The streams of a seed."""


class DrawnSet(DataSet):
    """Says what a row of random words makes. words: how many it takes."""

    words: ClassVar[int]

    @abstractmethod
    def points(self, rows: RandomRows) -> Points:
        """One point a row, each of its own row alone."""

    def draw(self, count: int, seed: int) -> Points:
        """Points of the stream that `sets` trains on."""
        return self.points(random_rows(count, self.words, seed, _TRAIN))

    def sets(self, train: int, test: int, seed: int) -> tuple[Points, Points]:
        """What `draw` gives, and points of another stream of the same seed."""
        return self.draw(train, seed), self.points(random_rows(test, self.words, seed, _TEST))


class PlaneDensity(DrawnSet):
    """A density in the plane that has a formula."""

    about = "density"
    size = 2

    def log_density(self, x: Float[np.ndarray, "N 2"]) -> Float[np.ndarray, "N"]:
        """log p, exact, in nats; minus infinity where no point lies. Raises ValueError for another shape."""
        places = np.asarray(x, dtype=np.float64)
        if places.ndim != 2 or places.shape[1] != self.size:
            raise ValueError(f"{self.title} has a density of points (N, {self.size}), not of an array {places.shape}")
        return self.logarithm(places)

    @abstractmethod
    def logarithm(self, x: Float[np.ndarray, "N 2"]) -> Float[np.ndarray, "N"]:
        """What `log_density` gives, of float64 of the right shape."""

    @abstractmethod
    def integrate_entropy(self) -> float:
        """-E log p in nats, by quadrature of the density."""


class MixtureDensity(PlaneDensity):
    """Normal distributions of one width in the plane."""

    @abstractmethod
    def mixture(self) -> GaussianMixture:
        """Which they are."""

    def logarithm(self, x: Float[np.ndarray, "N 2"]) -> Float[np.ndarray, "N"]:
        """Of the sum of all."""
        return self.mixture().log_density(x)

    def integrate_entropy(self) -> float:
        """-integral p log p over the plane."""
        return self.mixture().entropy()

    def noised_score(
        self, x: Float[np.ndarray, "N 2"], kept: Float[np.ndarray, "N"], noise: Float[np.ndarray, "N"]
    ) -> Float[np.ndarray, "N 2"]:
        """Of wider distributions around nearer centres."""
        return self.mixture().noised_score(x, kept, noise)
