"""Lotka and Volterra's predators and prey."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from ..deferred import deferred
from ..flow_pairs import FlowPairs
from ..parameter import Range

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float
else:
    np = deferred("numpy")  # data sets are listed before it is needed


@dataclass(frozen=True)
class PredatorAndPrey(FlowPairs):
    """x' = x - x y, y' = x y - y from (1, 2) to t = 20: a closed curve of the period 6.608."""

    gap: Annotated[float, Range(0.02, 2.0, log=True, help="time between the states of a pair")] = 0.25

    name: ClassVar[str] = "predator_and_prey"
    title: ClassVar[str] = "Predators and prey"
    citation: ClassVar[str] = "A. J. Lotka, Elements of Physical Biology (1925); V. Volterra, Nature 118 (1926)"
    help: ClassVar[str] = "Numbers of prey and predators, and what they are a moment later: a cycle to be found again."
    size = 2
    start = (1.0, 2.0)
    end = 20.0

    def rate(self, z: Float[np.ndarray, "2"]) -> Float[np.ndarray, "2"]:
        """Prey that grow and are eaten, predators that eat and die."""
        x, y = z
        return np.array([x - x * y, x * y - y])


DATA_SET = PredatorAndPrey
