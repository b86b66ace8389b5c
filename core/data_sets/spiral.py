"""The cubic spiral on which neural differential equations are usually shown."""

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
class Spiral(FlowPairs):
    """x' = -0.1 x^3 - 2 y^3, y' = 2 x^3 - 0.1 y^3 from (2, 0) to t = 25."""

    gap: Annotated[float, Range(0.02, 2.0, log=True, help="time between the states of a pair")] = 0.25

    name: ClassVar[str] = "spiral"
    title: ClassVar[str] = "Cubic spiral"
    citation: ClassVar[str] = "R. T. Q. Chen and others, Neural ordinary differential equations, NeurIPS (2018)"
    help: ClassVar[str] = "States of one spiral and where they are a moment later: which equation moves them?"
    size = 2
    start = (2.0, 0.0)
    end = 25.0

    def rate(self, z: Float[np.ndarray, "2"]) -> Float[np.ndarray, "2"]:
        """Row vectors times A = [[-0.1, 2], [-2, -0.1]] after a cube."""
        x, y = z**3
        return np.array([-0.1 * x - 2.0 * y, 2.0 * x - 0.1 * y])


DATA_SET = Spiral
