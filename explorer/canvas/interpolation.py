"""Where every trajectory is at one time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.readings import Trajectories

if TYPE_CHECKING:
    from jaxtyping import Float


def states_at(trajectories: Trajectories, t: float) -> Float[np.ndarray, "m n"]:
    """The state of every curve at `t`, linear between its points; NaN for a curve that does not reach `t`."""
    count, size = len(trajectories), len(trajectories.components)
    result = np.full((count, size), np.nan)
    if not count or not len(trajectories.t):
        return result
    times, offsets = trajectories.t, trajectories.offsets
    # points not later than t, counted per curve: t ascends inside each
    earlier = np.concatenate([[0], np.cumsum(times <= t)])
    first, last = offsets[:-1], offsets[1:] - 1
    left = first + (earlier[offsets[1:]] - earlier[offsets[:-1]]) - 1
    filled = last >= first
    safe_last = np.clip(last, 0, len(times) - 1)
    # a playhead at the very end stands on the last point, whatever was rounded on the way
    slack = 1e-9 * max(1.0, abs(t))
    reached = filled & (left >= first) & (t <= times[safe_last] + slack)
    left = np.clip(left, 0, len(times) - 1)
    right = np.minimum(left + 1, safe_last)
    gap = times[right] - times[left]
    part = np.clip((t - times[left]) / np.where(gap > 0, gap, 1.0), 0.0, 1.0)[:, None]
    with np.errstate(invalid="ignore"):  # infinite states stay what they are: not drawn
        between = trajectories.z[left] * (1 - part) + trajectories.z[right] * part
    result[reached] = between[reached]
    return result
