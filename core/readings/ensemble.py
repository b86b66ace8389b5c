"""An ensemble of trajectories in the visible plane: how long it stays where, and where it is when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..step_rules import ENDINGS

if TYPE_CHECKING:
    from jaxtyping import Float, Float32, Int, UInt16, UInt32

NOWHERE = 65_535
"""In `EnsembleRun.places`: the trajectory has ended, or is far out of sight."""
_RAN_AWAY = ENDINGS.index("nonfinite_state")
_SUCCESS = ENDINGS.index("success")


@dataclass(frozen=True)
class EnsembleStates:
    """Where all trajectories are at some times, for a file: times (T,), the first that of the starts; z (B, T, n), NaN
    where a trajectory has ended; components (n,): their names."""

    components: tuple[str, ...]
    times: Float[np.ndarray, "T"]
    z: Float[np.ndarray, "B T n"]


@dataclass(frozen=True)
class EnsembleRun:
    """Forward in time from `count` starts; while it grows, and where the run's seconds are over, of those that have
    been followed.

    x_name, y_name: the quantities on the axes; x (nx,), y (ny,) the centres of the pixels, ascending.
    visits (ny, nx) uint32: how often a trajectory is in the pixel, `unit` of its time each.
    bright: the visits that 99.2 % of the pixels do not exceed.
    step: pixels of the screen per pixel of this picture: 1 when it is sharp.
    times (T,) ascending, places (T, m, 2) uint16: where the first m trajectories are then, as fractions of `reach` in
    65,534ths, (NOWHERE, NOWHERE) beyond; empty while it grows.
    reach: the ends of both axes between which places lie.
    ending (k,) int8: of every trajectory that has been followed, its place in `step_rules.ENDINGS`.
    evaluations: of the field by all of them; path: the back end that followed them; seconds: what it took.
    states: of all of them, where the request asks for what is exported and they have been followed.
    """

    x_name: str
    y_name: str
    x: Float[np.ndarray, "nx"]
    y: Float[np.ndarray, "ny"]
    visits: UInt32[np.ndarray, "ny nx"]
    unit: float
    bright: float
    step: int
    times: Float[np.ndarray, "T"]
    places: UInt16[np.ndarray, "T m 2"]
    reach: tuple[tuple[float, float], tuple[float, float]]
    count: int
    ending: Int[np.ndarray, "k"]
    evaluations: int
    path: str
    seconds: float
    states: EnsembleStates | None = None

    @property
    def left_out(self) -> int:
        """How many were not followed when the run's seconds were over; 0 while it grows."""
        return self.count - len(self.ending) if len(self.times) else 0

    @property
    def arrived(self) -> int:
        """How many reached the end of the time span."""
        return int(np.count_nonzero(self.ending == _SUCCESS))

    @property
    def ran_away(self) -> int:
        """How many grew beyond every number."""
        return int(np.count_nonzero(self.ending == _RAN_AWAY))

    @property
    def failed(self) -> int:
        """How many ended for another reason."""
        return len(self.ending) - self.arrived - self.ran_away

    def places_at(self, index: int) -> Float32[np.ndarray, "m 2"]:
        """The places at times[index] in data coordinates; NaN beyond the reach."""
        places = self.places[index]
        low, high = np.array(self.reach).T
        points: np.ndarray = (low + (high - low) / (NOWHERE - 1.0) * places).astype(np.float32)
        points[places[:, 0] == NOWHERE] = np.nan
        return points
