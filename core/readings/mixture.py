"""A matrix of weights times a matrix of values: what the rows sum to, and where the output lies beside the values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Bool, Float


@dataclass(frozen=True)
class NamedMatrix:
    """Weights that were or could be used.

    name: as the text has it, or an expression; symbol: short, for display. weights (m, k); row_sums (m,), 1 of weights
    that are an average's. output (m, d): the weights times the values; inside (m, d): whether a number of it lies
    within the range of its column of the values, up to rounding, as every average does.
    """

    name: str
    symbol: str
    weights: Float[np.ndarray, "m k"]
    row_sums: Float[np.ndarray, "m"]
    output: Float[np.ndarray, "m d"]
    inside: Bool[np.ndarray, "m d"]

    @property
    def smallest(self) -> float:
        """The smallest weight: negative where the rows average nothing. NaN where a weight is."""
        return float(self.weights.min())


@dataclass(frozen=True)
class Mixture:
    """Y <- (weights)(values) of one sample.

    state, values_name: symbols of Y and of the values, as the text has them; values (k, d). matrices: the weights in
    force first, then the other named matrices of their shape, in the order of the text.
    """

    state: str
    values_name: str
    values: Float[np.ndarray, "k d"]
    matrices: tuple[NamedMatrix, ...]

    @property
    def weights(self) -> Float[np.ndarray, "m k"]:
        """The weights in force."""
        return self.matrices[0].weights

    @property
    def row_sums(self) -> Float[np.ndarray, "m"]:
        """Of the weights in force."""
        return self.matrices[0].row_sums

    @property
    def smallest(self) -> float:
        """Of the weights in force."""
        return self.matrices[0].smallest

    @property
    def output(self) -> Float[np.ndarray, "m d"]:
        """Y, by the weights in force."""
        return self.matrices[0].output

    @property
    def inside(self) -> Bool[np.ndarray, "m d"]:
        """Which numbers of Y lie within the range of their column of the values."""
        return self.matrices[0].inside

    @property
    def names(self) -> tuple[str, str]:
        """The weights in force and the values, as the text has them."""
        return self.matrices[0].name, self.values_name

    @property
    def low(self) -> Float[np.ndarray, "d"]:
        """The smallest of every column of the values."""
        smallest: np.ndarray = self.values.min(axis=0)
        return smallest

    @property
    def high(self) -> Float[np.ndarray, "d"]:
        """The largest of every column of the values."""
        largest: np.ndarray = self.values.max(axis=0)
        return largest
