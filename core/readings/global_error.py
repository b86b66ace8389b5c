"""How far a trajectory is from the solution, as a second, finer run tells."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .trajectories import Trajectories

if TYPE_CHECKING:
    from jaxtyping import Float

DOUBTFUL = 0.05
"""Part of a trajectory's size; where the error is larger the trajectory tells nothing of the solution."""


@dataclass(frozen=True)
class GlobalError:
    """An estimate, not a bound, of z_h(t) - z(t) of one trajectory, forward in time.

    trajectory: its number, from 0. components: names of the n components.
    t (K + 1,): the ends of its steps; error (K + 1, n): |z_h - z| there, NaN where the finer run does not come.
    end (n,): z_h at the end; size: the largest modulus of a component along the trajectory. halved: whether
    every step was halved; False: the finer run had a tenth of the tolerances.
    """

    trajectory: int
    components: tuple[str, ...]
    t: Float[np.ndarray, "K1"]
    error: Float[np.ndarray, "K1 n"]
    end: Float[np.ndarray, "n"]
    size: float
    halved: bool

    @property
    def at_end(self) -> float:
        """The largest error of a component at the last step's end; NaN where the finer run did not come so far."""
        return float(self.error[-1].max())

    @property
    def good_until(self) -> float | None:
        """The last time before the error exceeds a part, `DOUBTFUL`, of the size, or is not known any more; None where
        it is small to the end."""
        first = self._first_bad()
        return None if first is None else float(self.t[max(first - 1, 0)])

    @property
    def lost(self) -> bool:
        """Whether after `good_until` nothing is known, as the finer run did not come further."""
        first = self._first_bad()
        return first is not None and bool(np.isnan(self.error[first]).any())

    def _first_bad(self) -> int | None:
        with np.errstate(invalid="ignore"):
            good = self.error.max(axis=1) <= DOUBTFUL * self.size  # False for NaN
        return None if good.all() else int(np.argmin(good))

    def is_of(self, trajectories: Trajectories) -> bool:
        """Whether it is the error of one of these, and not of what was there before."""
        if self.trajectory >= len(trajectories):
            return False
        last = trajectories.curve(self.trajectory).stop - 1
        return bool(trajectories.t[last] == self.t[-1]) and np.array_equal(trajectories.z[last], self.end)

    def at(self, times: Float[np.ndarray, "T"]) -> Float[np.ndarray, "T n"]:
        """The errors at these times, linear between the ends of steps; NaN outside of them."""
        columns = [np.interp(times, self.t, column, left=math.nan, right=math.nan) for column in self.error.T]
        return np.stack(columns, axis=1)
