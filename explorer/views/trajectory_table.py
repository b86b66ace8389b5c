"""Trajectories as columns."""

from __future__ import annotations

import numpy as np

from core.readings import Separatrices, Trajectories
from core.request import Viewport

from ..view import Table


def trajectory_table(
    trajectories: Trajectories | None, visible: Viewport | None = None, branches: Separatrices | None = None
) -> Table:
    """Every drawn point: trajectory (counted from 1), t, the components, whether a step ended, which events happened.

    visible: keep only the points inside this rectangle. branches: rows of trajectory 0 for those of saddles, with
    their number and "stable" or "unstable" in two further columns.
    """
    if trajectories is None:
        return Table({})
    owner = np.repeat(np.arange(1, len(trajectories) + 1), np.diff(trajectories.offsets))
    columns: dict[str, np.ndarray] = {"trajectory": owner, "t": trajectories.t}
    for index, name in enumerate(trajectories.components):
        columns[name] = trajectories.z[:, index]
    columns["step_end"] = trajectories.step_end
    columns |= trajectories.met()
    if branches is not None and branches.branches and branches.components == trajectories.components:
        columns = _with_branches(columns, branches)
    if visible is not None:
        inside = np.ones(len(columns["t"]), dtype=bool)
        for name, (low, high) in ((visible.x, visible.x_range), (visible.y, visible.y_range)):
            inside &= (columns[name] >= low) & (columns[name] <= high)
        columns = {name: values[inside] for name, values in columns.items()}
    return Table(columns)


def _with_branches(columns: dict[str, np.ndarray], found: Separatrices) -> dict[str, np.ndarray]:
    """The columns with the points of the branches below."""
    count, sizes = len(columns["t"]), [len(branch.t) for branch in found.branches]
    points = np.concatenate([branch.points for branch in found.branches])
    more: dict[str, np.ndarray] = {
        "trajectory": np.zeros(len(points), dtype=np.int64),
        "t": np.concatenate([branch.t for branch in found.branches]),
        **{name: points[:, index] for index, name in enumerate(found.components)},
        "step_end": np.zeros(len(points), dtype=bool),
    }
    kinds = np.array(["stable" if branch.stable else "unstable" for branch in found.branches])
    return {
        **{name: np.concatenate([values, more[name]]) for name, values in columns.items()},
        "separatrix": np.concatenate([np.zeros(count, dtype=np.int64), np.repeat(np.arange(1, 1 + len(sizes)), sizes)]),
        "manifold": np.concatenate([np.full(count, ""), np.repeat(kinds, sizes)]),
    }
