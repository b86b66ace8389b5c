"""What a map settles to, for every value of a parameter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float, Int


@dataclass(frozen=True)
class OrbitDiagram:
    """How often the orbit of each parameter value visits each pixel, after a transient.

    parameter (on the horizontal axis), component (on the vertical one): names.
    values (nx,): parameter values of the columns, ascending; y (ny,): centres of the rows, ascending.
    visits (ny, nx) uint32. transient, kept: iterations before and during the counting.
    period (nx,) int32: the period of the orbit up to 64, 0 where none was found, -1 where it ran away.
    step: columns of the finest grid per column of this one: 1 when it is sharp.
    """

    parameter: str
    component: str
    values: Float[np.ndarray, "nx"]
    y: Float[np.ndarray, "ny"]
    visits: Int[np.ndarray, "ny nx"]
    transient: int
    kept: int
    period: Int[np.ndarray, "nx"]
    step: int
