"""An ensemble as a file: CSV for every program, NPZ for numpy, both with what it comes from.

A row is one trajectory (counted from 1) at one time: t, the components, and how the trajectory ended. A trajectory
has no row after its end.
"""

from __future__ import annotations

import csv
import io
import json
import os
from typing import TYPE_CHECKING, Any

import numpy as np

from .atomic_file import write_atomically
from .provenance import header, provenance
from .step_rules import ENDINGS

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
    text = io.StringIO(newline="")
    text.writelines(header(experiment, system, _facts(run, experiment)))
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["trajectory", "t", *states.components, "outcome"])
    known = np.isfinite(states.z).all(axis=2)
    times = states.times.tolist()
    for number, (z, there, ending) in enumerate(zip(states.z.tolist(), known.tolist(), _names(run), strict=True), 1):
        rows.writerows([number, t, *point, ending] for t, point, seen in zip(times, z, there, strict=True) if seen)
    write_atomically(path, text.getvalue().encode("utf-8"))


def save_npz(path: str | os.PathLike[str], run: EnsembleRun, experiment: Experiment, system: System) -> None:
    """Write an NPZ file, read by `numpy.load(path, allow_pickle=False)`. Raises as `save_csv` does.

    Arrays: t (T,), z (B, T, n), NaN after a trajectory's end, starts (B, n), outcomes (B,), components (n,) and
    provenance, one string of JSON.
    """
    states = _states(run)
    arrays: dict[str, Any] = {
        "t": states.times,
        "z": states.z,
        "starts": states.z[:, 0],
        "outcomes": np.array(_names(run)),
        "components": np.array(states.components),
        "provenance": np.array(json.dumps(provenance(experiment, system) | _facts(run, experiment))),
    }
    data = io.BytesIO()
    np.savez_compressed(data, **arrays)
    write_atomically(path, data.getvalue())


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
    counts = {"arrived": run.arrived, "ran away": run.ran_away, "ended early": run.failed}
    return {"ensemble": {"count": run.count, "seed": choice.seed, "box": box, **counts}, "path": run.path}
