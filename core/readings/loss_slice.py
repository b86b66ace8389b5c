"""The loss of a network over a plane of its weights, and the path of its training in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float

    from ..weight_plane import WeightPlane
    from .nullclines import Polylines


@dataclass(frozen=True)
class LossSlice:
    """x (nx,), y (ny,): coordinates in the plane, evenly spaced. values (ny, nx): the loss at (x[j], y[i]), NaN where
    the solver fails. step: 1 of the finest grid, 2 and more while it is coarser.

    floor: what heights are counted from, 0 where the logarithm of the loss is shown. levels (L,), lines: heights, and
    curves of that height.

    plane: with the path of the training. place (2,): the weights at hand, through which it is laid; loss: theirs.
    points: training points of which it is the mean loss, without what regularises it; about: which loss it is.
    """

    x: Float[np.ndarray, "nx"]
    y: Float[np.ndarray, "ny"]
    values: Float[np.ndarray, "ny nx"]
    step: int
    floor: float
    levels: Float[np.ndarray, "L"]
    lines: tuple[Polylines, ...]
    plane: WeightPlane
    place: Float[np.ndarray, "2"]
    loss: float
    points: int
    about: str
