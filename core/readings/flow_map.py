"""A square grid of the visible plane on its way with the flow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float, Int

MOST_COMPONENTS = 8
"""Of a state whose flow map has a grid: a plane of more of them tells little of it."""


@dataclass(frozen=True)
class FlowMap:
    """Points of `lines` horizontal and then `lines` vertical lines, evenly over the plane at times[0].

    times (T,): evenly from the start of the span to its end. places, rates (T, m, 2): where the points are in the plane
    (x_name, y_name) then, and how fast they move in it; NaN from where a trajectory ended on. line (m,): which line a
    point is of, horizontal ones from the lowest and vertical ones from the left; along (m,): where on it, 0 to 1;
    both in rising order. log_det (T, lines, lines): log of det dz(t)/dz(t_0) where the lines cross, by row from the
    lowest. complete: whether lines are refined wherever they stretch.
    centre_times (S,), centre_log_det (S,): the same at the middle of the plane; centre_area (S,): of a small square
    about it, how many times as large it is as at first; NaN where the plane is not all of the state space.
    size: components of the state. path: the back end that ran.
    """

    x_name: str
    y_name: str
    lines: int
    times: Float[np.ndarray, "T"]
    places: Float[np.ndarray, "T m 2"]
    rates: Float[np.ndarray, "T m 2"]
    line: Int[np.ndarray, "m"]
    along: Float[np.ndarray, "m"]
    log_det: Float[np.ndarray, "T L L"]
    complete: bool
    centre_times: Float[np.ndarray, "S"]
    centre_log_det: Float[np.ndarray, "S"]
    centre_area: Float[np.ndarray, "S"]
    size: int
    path: str
