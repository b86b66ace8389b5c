"""Points that a curve is to go through, and the CSV files that they come from."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from .nearest_name import suggestion

if TYPE_CHECKING:
    from jaxtyping import Float

MOST_ROWS = 5000
"""Rows of a table that is kept in an experiment."""
_LARGEST = 4_000_000
"""Bytes of the largest file that is read."""


class FitDataError(ValueError):
    """A table that is no data, with a sentence that says where."""


@dataclass(frozen=True)
class FitData:
    """t (T,) ascending; columns: by component, what was measured at each time, (T,), NaN where nothing was."""

    t: Float[np.ndarray, "T"]
    columns: Mapping[str, Float[np.ndarray, "T"]]

    def __len__(self) -> int:
        return len(self.t)

    @property
    def count(self) -> int:
        """How many numbers there are to go through."""
        return sum(int(np.isfinite(column).sum()) for column in self.columns.values())

    @classmethod
    def of(cls, table: Mapping[str, Iterable[float]], components: Sequence[str]) -> FitData:
        """A table with a column "t" and columns of components. Raises FitDataError where it is none.

        Rows are brought into the order of time; columns that are no component are left out only where one is left.
        """
        arrays = {name: np.array(list(column), dtype=np.float64) for name, column in table.items()}
        if "t" not in arrays:
            raise FitDataError(f"the data need a column t with the times{suggestion('t', arrays)}")
        known = {name: column for name, column in arrays.items() if name in components}
        if not known:
            others = [name for name in arrays if name != "t"] or ["t alone"]
            raise FitDataError(f"the data have {', '.join(others)}, and none of the components {', '.join(components)}")
        if len({len(column) for column in arrays.values()}) != 1:
            raise FitDataError("the columns of the data must be equally long")
        times = arrays["t"]
        if not np.isfinite(times).all():
            raise FitDataError("every time t of the data must be a finite number")
        for name, column in known.items():
            if np.isinf(column).any():
                place = times[np.isinf(column)][0]
                raise FitDataError(f"{name} is infinite at t = {place:g}: write nan where nothing was measured")
        order = np.argsort(times, kind="stable")
        data = cls(times[order], MappingProxyType({name: column[order] for name, column in known.items()}))
        if not data.count:
            raise FitDataError("the data hold no number beside the times")
        return data


def read_table(path: str | os.PathLike[str]) -> dict[str, tuple[float, ...]]:
    """The numeric columns of a CSV file by the names in its first line; raises FitDataError with line and column."""
    try:
        if os.path.getsize(path) > _LARGEST:
            raise FitDataError(f"{Path(path).name} is larger than data for a fit can be ({_LARGEST:,} bytes)")
        text = Path(path).read_text(encoding="utf-8-sig")
    except OSError as fault:
        raise FitDataError(f"{path} cannot be read: {fault.strerror or fault}") from fault
    except UnicodeDecodeError:
        raise FitDataError(f"{Path(path).name} is not UTF-8 text: save it as CSV") from None
    return parse_table(text)


def parse_table(text: str) -> dict[str, tuple[float, ...]]:
    """The columns of a CSV text: a line of names, then numbers; empty fields are missing. Comma, semicolon or tab.

    Lines that begin with # and empty ones are passed over.
    """
    lines = [
        (number, line)
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if len(lines) < 2:
        raise FitDataError("the table needs a line of names, such as t,x,y, and lines of numbers below it")
    delimiter = max(",;\t", key=lines[0][1].count)
    rows = [(number, _fields(line, delimiter)) for number, line in lines]
    (first, names), body = rows[0], rows[1:]
    if len(body) > MOST_ROWS:
        raise FitDataError(f"the table has {len(body):,} rows, and a fit takes {MOST_ROWS:,} at most")
    for place, name in enumerate(names, start=1):
        if not name or _number(name) is not None:
            raise FitDataError(f"line {first}, column {place}: a name of a column is wanted, not {name!r}")
        if name in names[: place - 1]:
            raise FitDataError(f"line {first}, column {place}: there are two columns called {name!r}")
    return {name: tuple(_column(body, names, place)) for place, name in enumerate(names)}


def _column(body: Sequence[tuple[int, Sequence[str]]], names: Sequence[str], place: int) -> list[float]:
    column = []
    for number, fields in body:
        if len(fields) != len(names):
            raise FitDataError(f"line {number} has {len(fields)} columns, and the first line names {len(names)}")
        field = fields[place]
        value = nan if not field or field.lower() in ("nan", "na") else _number(field)
        if value is None:
            raise FitDataError(f"line {number}, column {place + 1} ({names[place]}): {field!r} is not a number")
        if names[place] == "t" and not isfinite(value):
            raise FitDataError(f"line {number}, column {place + 1} (t): a time is missing")
        column.append(value)
    return column


def _fields(line: str, delimiter: str) -> list[str]:
    """The fields of a line; beside semicolons a comma is a decimal point."""
    fields = [field.strip() for field in next(csv.reader([line], delimiter=delimiter))]
    return [field.replace(",", ".") for field in fields] if delimiter == ";" else fields


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
