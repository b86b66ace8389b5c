"""A table out of what a script learns from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .number_table import read_table
from .table_roles import CLASS

_SUFFIXES = (".csv", ".tsv", ".txt")


def is_table(data: object) -> bool:
    """Whether it is no name of a data set."""
    return not isinstance(data, str) or data.lower().endswith(_SUFFIXES)


def is_array(data: object) -> bool:
    """Whether it has columns without names."""
    return not (isinstance(data, str | os.PathLike | Mapping) or hasattr(data, "keys"))


def given_table(data: Any) -> tuple[dict[str, tuple[float, ...]], str]:
    """Columns by name, and the name of the file that they come from, "" where there is none.

    data: the path of a CSV file; columns by name (a mapping, or what has keys as one); points x (N, d); or a pair
    (x, y), y being classes as whole numbers (N,), or values (N,) or (N, k). Points become columns x1, x2, ..., what
    belongs to them class, y, or y1, y2, ....

    Raises TypeError or ValueError for what is none of these.
    """
    if isinstance(data, str | os.PathLike):
        return read_table(data), Path(data).name
    if not is_array(data):
        return {str(name): _column(str(name), data[name]) for name in data.keys()}, ""  # noqa: SIM118 - of tables too
    if isinstance(data, tuple):
        if len(data) != 2:
            raise TypeError(f"data are points x, or a pair (x, y), and not {len(data)} arrays")
        x, y = _matrix("x", data[0]), np.asarray(_plain(data[1]))
        if len(y.reshape(-1)) and len(y) != len(x):
            raise ValueError(f"there are {len(x)} points x, and y is of {len(y)}")
        return {**_named("x", x, always=True), **_answers(y)}, ""
    return _named("x", _matrix("x", data), always=True), ""


def _answers(y: np.ndarray) -> dict[str, tuple[float, ...]]:
    if y.ndim == 1 and y.dtype.kind in "iub":
        return {CLASS: _column(CLASS, y)}
    return _named("y", _matrix("y", y))


def _named(letter: str, rows: np.ndarray, *, always: bool = False) -> dict[str, tuple[float, ...]]:
    """always: number the columns where there is one alone."""
    if rows.shape[1] == 1 and not always:
        return {letter: tuple(rows[:, 0].tolist())}
    return {f"{letter}{place}": tuple(column.tolist()) for place, column in enumerate(rows.T, start=1)}


def _matrix(name: str, given: Any) -> np.ndarray:
    rows = _numbers(name, given)
    if rows.ndim not in (1, 2) or not rows.size:
        raise ValueError(f"{name} needs a row of numbers for each point, and has the shape {rows.shape}")
    return rows.reshape(len(rows), -1)


def _column(name: str, given: Any) -> tuple[float, ...]:
    column = _numbers(f"the column {name}", given)
    if column.ndim != 1:
        raise ValueError(f"the column {name} needs one number for each row, and has the shape {column.shape}")
    return tuple(column.tolist())


def _plain(given: Any) -> Any:
    """A tensor of torch as numpy can read it: without its gradient, and in memory."""
    return given.detach().cpu() if hasattr(given, "detach") else given


def _numbers(name: str, given: Any) -> np.ndarray:
    try:
        return np.asarray(_plain(given), dtype=np.float64)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be numbers, not {given!r:.60}") from None
