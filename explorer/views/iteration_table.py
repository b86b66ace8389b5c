"""Iterations as columns."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from core.readings import Iterations

from ..canvas.view_history import Rectangle
from ..view import Table


def iteration_table(
    iterations: Iterations | None,
    *,
    runs: Iterable[int] | None = None,
    components: Iterable[int] = (),
    times: bool = False,
) -> Table:
    """Every record: solver, sample (counted from 1), iteration, evaluations, residual, measure, components of z.

    runs: of which solvers; None is all of them. components: indices of the components of z that are listed. times:
    also the milliseconds that the solver had computed by then, NaN where no one looked at the clock.
    """
    if iterations is None:
        return Table({})
    chosen = range(len(iterations.runs)) if runs is None else runs
    parts: dict[str, list[np.ndarray]] = {}
    for index in chosen:
        run = iterations.runs[index]
        records, samples = np.nonzero(np.isfinite(run.z).all(axis=2))
        order = np.lexsort((records, samples))
        records, samples = records[order], samples[order]
        columns = {
            "solver": np.full(len(records), run.title),
            "sample": samples + 1,
            "iteration": run.iteration[records],
            "evaluations": run.evaluations[records, samples],
            "residual": run.residual[records, samples],
            "measure": run.measure[records, samples],
        }
        if times:
            columns["milliseconds"] = 1e3 * run.seconds[records] if len(run.seconds) else np.full(len(records), np.nan)
        columns |= {iterations.components[each]: run.z[records, samples, each] for each in components}
        for name, column in columns.items():
            parts.setdefault(name, []).append(column)
    return Table({name: np.concatenate(columns) for name, columns in parts.items()})


def rows_where(table: Table, inside: np.ndarray) -> Table:
    """The rows of a table for which `inside` is True."""
    return Table({name: column[inside] for name, column in table.columns.items()})


def within(values: np.ndarray, limits: tuple[float, float]) -> np.ndarray:
    """Which values lie between two limits; NaN does not."""
    with np.errstate(invalid="ignore"):
        inside: np.ndarray = (values >= limits[0]) & (values <= limits[1])
    return inside


def in_rectangle(x: np.ndarray, y: np.ndarray, rectangle: Rectangle) -> np.ndarray:
    """Which points lie in a rectangle."""
    inside: np.ndarray = within(x, rectangle[0]) & within(y, rectangle[1])
    return inside
