"""An ensemble as a file: CSV for every program, NPZ for numpy, both with what it comes from.

A row is one trajectory (counted from 1) at one time: t, the components, and how the trajectory ended. A trajectory
has no row after its end.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from .step_rules import ENDINGS
from .table_file import write_csv, write_npz

if TYPE_CHECKING:
    from .experiment import Experiment
    from .language import System
    from .readings import EnsembleRun
    from .readings.ensemble import EnsembleStates


def has_rows(run: EnsembleRun) -> bool:
    """Whether there is anything to write: a run that was left early has no states."""
    return run.states is not None and bool(run.states.z.size)


def save_csv(path: str | os.PathLike[str], run: EnsembleRun, experiment: Experiment, system: System) -> None:
    """Write a CSV file: lines of provenance behind "#", the column names, one line per trajectory and time.

    Numbers have a decimal point whatever the locale and read back bit by bit. Raises OSError, and ValueError where
    there are no states.
    """
    states = _states(run)
    columns = ["trajectory", "t", *states.components, "outcome"]
    write_csv(path, (experiment, system), columns, _rows(states, _names(run)), _facts(run, experiment))


def save_npz(path: str | os.PathLike[str], run: EnsembleRun, experiment: Experiment, system: System) -> None:
    """Write an NPZ file, read by `numpy.load(path, allow_pickle=False)`. Raises as `save_csv` does.

    Arrays: t (T,), z (B, T, n), NaN after a trajectory's end, starts (B, n), outcomes (B,), components (n,) and
    provenance, one string of JSON.
    """
    states = _states(run)
    arrays = {
        "t": states.times,
        "z": states.z,
        "starts": states.z[:, 0],
        "outcomes": np.array(_names(run)),
        "components": np.array(states.components),
    }
    write_npz(path, (experiment, system), arrays, _facts(run, experiment))


def _rows(states: EnsembleStates, endings: list[str]) -> Iterator[list[Any]]:
    known, times = np.isfinite(states.z).all(axis=2), states.times.tolist()
    # one trajectory at a time: a million lists at once would keep the collector of garbage, and so the window, busy
    for number, (z, there, ending) in enumerate(zip(states.z, known, endings, strict=True), 1):
        points = zip(times, z.tolist(), there.tolist(), strict=True)
        yield from ([number, t, *point, ending] for t, point, seen in points if seen)


def _states(run: EnsembleRun) -> EnsembleStates:
    if run.states is None:
        raise ValueError("the ensemble was not followed to its end")
    return run.states


def _names(run: EnsembleRun) -> list[str]:
    return [ENDINGS[ending] for ending in run.ending.tolist()]


def _facts(run: EnsembleRun, experiment: Experiment) -> dict[str, Any]:
    """What provenance adds for an ensemble."""
    choice = experiment.ensemble
    box = {name: list(ends) for name, ends in choice.box.items()}
    counts = {"arrived": run.arrived, "ran away": run.ran_away, "ended early": run.failed, "left out": run.left_out}
    return {"ensemble": {"count": run.count, "seed": choice.seed, "box": box, **counts}, "path": run.path}
