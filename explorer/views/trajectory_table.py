"""Trajectories as columns."""

from __future__ import annotations

import numpy as np

from core.readings import Trajectories
from core.request import Viewport

from ..view import Table


def trajectory_table(trajectories: Trajectories | None, visible: Viewport | None = None) -> Table:
    """Every drawn point: trajectory (counted from 1), t, the components, and whether a step ended there.

    visible: keep only the points inside this rectangle.
    """
    if trajectories is None:
        return Table({})
    owner = np.repeat(np.arange(1, len(trajectories) + 1), np.diff(trajectories.offsets))
    columns: dict[str, np.ndarray] = {"trajectory": owner, "t": trajectories.t}
    for index, name in enumerate(trajectories.components):
        columns[name] = trajectories.z[:, index]
    columns["step_end"] = trajectories.step_end
    if visible is not None:
        inside = np.ones(len(owner), dtype=bool)
        for name, (low, high) in ((visible.x, visible.x_range), (visible.y, visible.y_range)):
            inside &= (columns[name] >= low) & (columns[name] <= high)
        columns = {name: values[inside] for name, values in columns.items()}
    return Table(columns)
