"""The loss over one or two parameters, and what every gradient method claims of it at the present values."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from ..landscape_axis import LandscapeAxis

if TYPE_CHECKING:
    from jaxtyping import Float

    from .nullclines import Polylines

CURVE = "the loss"
"""The vertical axis where there is one parameter: no parameter's name has a blank."""
FLAT = 1e-12
"""Of the largest loss in sight: a reference no longer than that, across the whole picture, is none."""


@dataclass(frozen=True)
class ClaimedSlope:
    """What one method says that d loss / d place is: (k,) for the k axes, NaN where it has no gradient, and why.

    exact: whether it claims to be the derivative of what was computed.
    """

    method: str
    title: str
    slope: Float[np.ndarray, "k"]
    exact: bool
    note: str = ""


@dataclass(frozen=True)
class LossLandscape:
    """A loss on a grid of places (see `LandscapeAxis`) of one or two parameters.

    axes (k): the first lies across, the second up. x (nx,), y (ny,): places, y one 0 where there is one axis.
    values (ny, nx): the loss at (x[j], y[i]), NaN where the solve did not succeed. step: 1 of the finest grid, 2 and
    more while it is coarser. levels (L,), lines: heights, and curves of that height; none over one parameter.
    point (k,): the places of the present values; loss: there. reference (k,): d loss / d place, as exact as it can be.
    slopes: of the methods that have been asked, of `total`. note: why there is no gradient; else empty.
    """

    axes: tuple[LandscapeAxis, ...]
    x: Float[np.ndarray, "nx"]
    y: Float[np.ndarray, "ny"]
    values: Float[np.ndarray, "ny nx"]
    step: int
    levels: Float[np.ndarray, "L"]
    lines: tuple[Polylines, ...]
    point: Float[np.ndarray, "k"]
    loss_text: str
    loss: float = nan
    reference: Float[np.ndarray, "k"] | None = None
    slopes: tuple[ClaimedSlope, ...] = ()
    total: int = 0
    note: str = ""

    @property
    def lengths(self) -> Float[np.ndarray, "k"]:
        """Of the axes, end to end of the sliders: the unit in which directions are compared."""
        return np.array([axis.length for axis in self.axes])

    @property
    def steepness(self) -> Float[np.ndarray, "k"] | None:
        """The reference by positions 0 to 1 of the sliders; None where it is not known, or 0 but for rounding."""
        if self.reference is None or not np.isfinite(self.reference).all():
            return None
        found = self.reference * self.lengths
        known = np.abs(self.values[np.isfinite(self.values)])
        return found if np.linalg.norm(found) > FLAT * float(known.max(initial=abs(self.loss))) else None

    def descends(self, claimed: ClaimedSlope) -> bool:
        """Whether the loss really falls along a method's own way down, -slope by positions of the sliders.

        Which side of the contour a way leads to is the same on every screen; which way is the steepest is not, and
        needs a unit on either axis: the length of its slider. True where nothing is known of either.
        """
        true = self.steepness
        if true is None or not np.isfinite(claimed.slope).all():
            return True
        return float(np.dot(claimed.slope * self.lengths, true)) > 0.0
