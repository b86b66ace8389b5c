"""The layers and the solution as rows."""

from __future__ import annotations

import numpy as np

from core.readings import DepthLimit

from ..view import Table
from .iteration_table import rows_where, within


def depth_table(
    depth: DepthLimit,
    index: int | None = None,
    further: bool = True,
    visible: tuple[float, float] | None = None,
) -> Table:
    """A row for every state. curve: "layers", "solution" or, after the span, "further"; layers: N, 0 of a solution;
    layer: k; then t, the components, and the distance |z_k - z(t_k)|, NaN of a solution.

    All networks; or with `visible`, a range of time, only the one at `index`, if any, and what is further only if asked
    for, within it.
    """
    rows = np.arange(len(depth.t))
    if visible is not None:
        part = slice(0) if index is None else depth.network(index)
        rows = rows[part]
    owner = np.searchsorted(depth.offsets, rows, side="right") - 1
    curve, beyond = len(depth.curve_t), len(depth.further_t) if further else 0
    none = np.zeros(curve + beyond, dtype=np.int64)
    names = np.array(["layers", "solution", "further"], dtype=object)
    columns = {
        "curve": np.repeat(names, [len(rows), curve, beyond]),
        "layers": np.concatenate([depth.layers[owner], none]),
        "layer": np.concatenate([rows - depth.offsets[owner], none]),
        "t": np.concatenate([depth.t[rows], depth.curve_t, depth.further_t[:beyond]]),
    }
    states = np.concatenate([depth.z[rows], depth.curve_z, depth.further_z[:beyond]])
    columns |= {name: states[:, place] for place, name in enumerate(depth.components)}
    columns["distance"] = np.concatenate([depth.gap[rows], np.full(curve + beyond, np.nan)])
    table = Table(columns)
    return table if visible is None else rows_where(table, within(columns["t"], visible))
