"""Iterations of root solvers as files: CSV for every program, NPZ for numpy, both with what they come from.

A row is one record: the solver, the sample (counted from 1) with its start and its row of the batch data, the number
of the iteration, the components of z, |f(z) - z|, what the stopping rule measured, and the calls of f so far.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from .atomic_file import write_atomically
from .provenance import header, provenance

if TYPE_CHECKING:
    from .experiment import Experiment
    from .language import System
    from .readings import Iterations, SolverRun


def save_csv(path: str | os.PathLike[str], iterations: Iterations, experiment: Experiment, system: System) -> None:
    """Write a CSV file: lines of provenance behind "#", the column names, one line per record, solver by solver.

    Numbers have a decimal point whatever the locale and read back bit by bit; one that is not there is empty. A
    sample has no line after its end. Raises OSError.
    """
    text = io.StringIO(newline="")
    text.writelines(header(experiment, system))
    rows = csv.writer(text, lineterminator="\n")
    names = ["solver", "sample", "row", "iteration", *iterations.components, "residual", "measure", "evaluations"]
    rows.writerow(names)
    for run in iterations.runs:
        rows.writerows(_records(iterations, run))
    write_atomically(path, text.getvalue().encode("utf-8"))


def save_npz(path: str | os.PathLike[str], iterations: Iterations, experiment: Experiment, system: System) -> None:
    """Write an NPZ file, read by `numpy.load(path, allow_pickle=False)`. Raises OSError.

    Arrays: starts (S, n), row (S,), components (n,), solvers, and for each solver, behind its name and a dot, those
    of `SolverRun`: iteration (R,), z (R, S, n), residual, measure, evaluations (R, S), iterations (S,),
    solution (S, n), outcomes (S,); and provenance, one string of JSON.
    """
    data = io.BytesIO()
    arrays: dict[str, Any] = {
        "starts": iterations.starts,
        "row": iterations.row,
        "components": np.array(iterations.components),
        "solvers": np.array([run.solver for run in iterations.runs]),
        "provenance": np.array(json.dumps(provenance(experiment, system))),
    }
    for run in iterations.runs:
        for name in ("iteration", "z", "residual", "measure", "evaluations", "iterations", "solution"):
            arrays[f"{run.solver}.{name}"] = getattr(run, name)
        arrays[f"{run.solver}.outcomes"] = np.array([outcome.name for outcome in run.outcomes])
    np.savez_compressed(data, **arrays)
    write_atomically(path, data.getvalue())


def _records(iterations: Iterations, run: SolverRun) -> Iterator[list[Any]]:
    for sample, last in enumerate(run.iterations.tolist()):
        for place, number in enumerate(run.iteration.tolist()):
            if number > last:
                break
            values = (*run.z[place, sample], run.residual[place, sample], run.measure[place, sample])
            numbers = ["" if value != value else value for value in (float(value) for value in values)]
            row, calls = int(iterations.row[sample]) + 1, int(run.evaluations[place, sample])
            yield [run.solver, sample + 1, row, number, *numbers, calls]
