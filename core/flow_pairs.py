"""Data sets of a differential equation that is to be found again: pairs of states of one trajectory."""

from __future__ import annotations

from abc import abstractmethod
from functools import cache
from typing import TYPE_CHECKING, ClassVar

from .data_set import DataSet, Points
from .deferred import deferred
from .random_rows import MOST_ROWS, check_whole, random_rows

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float
else:
    np = deferred("numpy")  # data sets are listed before it is needed

_STEPS = 40
"""Of the classical Runge-Kutta method in the time from one state of a pair to the other."""


class FlowPairs(DataSet):
    """x: where one trajectory is at a time; y: where it is `gap` later. Training points lie in its first half, test
    points in its second, which shows whether the equation was found, or only the places it was seen at.

    start: where the trajectory begins; end: until when it is followed.
    """

    about = "values"
    start: ClassVar[tuple[float, ...]]
    end: ClassVar[float]
    gap: float

    @abstractmethod
    def rate(self, z: Float[np.ndarray, "n"]) -> Float[np.ndarray, "n"]:
        """z' of the equation."""

    @property
    def layer_span(self) -> tuple[float, float]:
        """A layer that finds y from x follows its equation for the time between them."""
        return (0.0, self.gap)

    def draw(self, count: int, seed: int) -> Points:
        """Pairs of the first half."""
        return self._pairs(count, seed, 0)

    def sets(self, train: int, test: int, seed: int) -> tuple[Points, Points]:
        """Pairs of the first half, and of the second."""
        return self._pairs(train, seed, 0), self._pairs(test, seed, 1)

    def _pairs(self, count: int, seed: int, half: int) -> Points:
        check_whole("count", count, 1, MOST_ROWS)
        states = _trajectory(self)
        places = (len(states) - 1) // 2 - _STEPS
        order = np.argsort(random_rows(places, 1, seed, half).uniform(0))  # none comes twice before all have come
        first = order[np.arange(count) % places] + half * ((len(states) - 1) // 2)
        return Points(states[first].copy(), states[first + _STEPS].copy())


@cache
def _trajectory(data: FlowPairs) -> Float[np.ndarray, "T n"]:
    """The states at equal distances by the classical Runge-Kutta method of order 4."""
    h = data.gap / _STEPS
    states = [np.array(data.start)]
    for _ in range(round(data.end / h)):
        z = states[-1]
        k1 = data.rate(z)
        k2 = data.rate(z + 0.5 * h * k1)
        k3 = data.rate(z + 0.5 * h * k2)
        k4 = data.rate(z + h * k3)
        states.append(z + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4))
    return np.array(states)
