"""Iterations of root solvers as files: CSV for every program, NPZ for numpy, both with what they come from.

A row is one record: the solver, the sample (counted from 1) with its start and its row of the batch data, the number
of the iteration, the components of z, |f(z) - z|, what the stopping rule measured, and the calls of f so far.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from .table_file import write_csv, write_npz

if TYPE_CHECKING:
    from .experiment import Experiment
    from .language import System
    from .readings import Iterations, SolverRun


def save_csv(path: str | os.PathLike[str], iterations: Iterations, experiment: Experiment, system: System) -> None:
    """Write a CSV file: lines of provenance behind "#", the column names, one line per record, solver by solver.

    Numbers have a decimal point whatever the locale and read back bit by bit; one that is not there is empty. A
    sample has no line after its end. Raises OSError.
    """
    names = ["solver", "sample", "row", "iteration", *iterations.components, "residual", "measure", "evaluations"]
    records = chain.from_iterable(_records(iterations, run) for run in iterations.runs)
    write_csv(path, (experiment, system), names, records)


def save_npz(path: str | os.PathLike[str], iterations: Iterations, experiment: Experiment, system: System) -> None:
    """Write an NPZ file, read by `numpy.load(path, allow_pickle=False)`. Raises OSError.

    Arrays: starts (S, n), row (S,), components (n,), solvers, and for each solver, behind its name and a dot, those
    of `SolverRun`: iteration (R,), z (R, S, n), residual, measure, evaluations (R, S), iterations (S,),
    solution (S, n), outcomes (S,); and provenance, one string of JSON.
    """
    arrays = {
        "starts": iterations.starts,
        "row": iterations.row,
        "components": np.array(iterations.components),
        "solvers": np.array([run.solver for run in iterations.runs]),
    }
    for run in iterations.runs:
        for name in ("iteration", "z", "residual", "measure", "evaluations", "iterations", "solution"):
            arrays[f"{run.solver}.{name}"] = getattr(run, name)
        arrays[f"{run.solver}.outcomes"] = np.array([outcome.name for outcome in run.outcomes])
    write_npz(path, (experiment, system), arrays)


def _records(iterations: Iterations, run: SolverRun) -> Iterator[list[Any]]:
    for sample, last in enumerate(run.iterations.tolist()):
        for place, number in enumerate(run.iteration.tolist()):
            if number > last:
                break
            values = (*run.z[place, sample], run.residual[place, sample], run.measure[place, sample])
            numbers = ["" if value != value else value for value in (float(value) for value in values)]
            row, calls = int(iterations.row[sample]) + 1, int(run.evaluations[place, sample])
            yield [run.solver, sample + 1, row, number, *numbers, calls]
