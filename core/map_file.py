"""A map of a plane as a file: CSV for every program, NPZ for numpy, both with what it comes from.

A row is one pixel: its place on the axes, the end it goes to, counted from 0, -1 where it runs away and -2 where it
is undecided, and the iterations (of a flow, the time) until then.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from .table_file import write_csv, write_npz

if TYPE_CHECKING:
    from .experiment import Experiment
    from .language import System
    from .readings import PlaneMap


def has_rows(shown: PlaneMap) -> bool:
    """Whether there is anything to write."""
    return bool(shown.end.size)


def save_csv(path: str | os.PathLike[str], shown: PlaneMap, experiment: Experiment, system: System) -> None:
    """Write a CSV file: lines of provenance behind "#", the column names, one line per pixel, row by row.

    Numbers have a decimal point whatever the locale and read back bit by bit. Raises OSError.
    """
    across = shown.x.tolist()
    lines = zip(shown.y.tolist(), shown.end.tolist(), shown.count.tolist(), strict=True)
    rows = ([x, y, *found] for y, *line in lines for x, *found in zip(across, *line, strict=True))
    write_csv(path, (experiment, system), [shown.x_name, shown.y_name, "end", "count"], rows, _facts(shown))


def save_npz(path: str | os.PathLike[str], shown: PlaneMap, experiment: Experiment, system: System) -> None:
    """Write an NPZ file, read by `numpy.load(path, allow_pickle=False)`. Raises OSError.

    Arrays: x (nx,), y (ny,), end (ny, nx), count (ny, nx), ends (k, n), names (k,), axes (2,) and provenance, one
    string of JSON. See `PlaneMap`.
    """
    arrays = {
        "x": shown.x,
        "y": shown.y,
        "end": shown.end,
        "count": shown.count,
        "ends": shown.ends,
        "names": np.array(shown.names, dtype=np.str_),
        "axes": np.array([shown.x_name, shown.y_name]),
    }
    write_npz(path, (experiment, system), arrays, _facts(shown))


def _facts(shown: PlaneMap) -> dict[str, Any]:
    """What provenance adds for a map."""
    ends = [{"end": place, "name": name, "point": shown.ends[place].tolist()} for place, name in enumerate(shown.names)]
    facts = {"method": shown.method, "most": shown.most, "step": shown.step, "slice": dict(shown.slice_at)}
    if shown.instead_of:
        facts["instead of"] = shown.instead_of
    return {"map": facts, "ends": ends, "path": shown.path}
