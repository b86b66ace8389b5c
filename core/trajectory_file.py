"""Trajectories as files: CSV for every program, NPZ for numpy, both with what they come from.

A row is one point: the trajectory it belongs to (counted from 1), t, the components, and whether an accepted
step ended there (False: dense output between two steps). Of a text with events there is a column more for each: whether
it was met there. A point that an event changed stands twice, before and after.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from .table_file import write_csv, write_npz

if TYPE_CHECKING:
    from .experiment import Experiment
    from .language import System
    from .readings import Trajectories


def save_csv(path: str | os.PathLike[str], trajectories: Trajectories, experiment: Experiment, system: System) -> None:
    """Write a CSV file: lines of provenance behind "#", the column names, one line per point.

    Numbers have a decimal point whatever the locale and read back bit by bit. Raises OSError.
    """
    points = np.column_stack([trajectories.t, trajectories.z]).tolist()
    met = trajectories.met()
    flags = np.column_stack([trajectories.step_end, *met.values()]).astype(int).tolist()
    lines = zip(_owners(trajectories), points, flags, strict=True)
    rows = ([owner, *point, *flag] for owner, point, flag in lines)
    write_csv(path, (experiment, system), ["trajectory", "t", *trajectories.components, "step_end", *met], rows)


def save_npz(path: str | os.PathLike[str], trajectories: Trajectories, experiment: Experiment, system: System) -> None:
    """Write an NPZ file, read by `numpy.load(path, allow_pickle=False)`. Raises OSError.

    Arrays: trajectory (N,), t (N,), z (N, n), step_end (N,), offsets (m + 1,), starts (m, n), components (n,)
    and provenance, one string of JSON. Of a text with events also met (e, N), and events (e,), their conditions.
    """
    met = trajectories.met()
    arrays = {
        "trajectory": _owners(trajectories),
        "t": trajectories.t,
        "z": trajectories.z,
        "step_end": trajectories.step_end,
        "offsets": trajectories.offsets,
        "starts": trajectories.starts,
        "components": np.array(trajectories.components),
    }
    if met:
        arrays |= {
            "met": np.array(list(met.values())),
            "events": np.array([event.text for event in trajectories.events]),
        }
    write_npz(path, (experiment, system), arrays)


def _owners(trajectories: Trajectories) -> np.ndarray:
    return np.repeat(np.arange(1, len(trajectories) + 1), np.diff(trajectories.offsets))
