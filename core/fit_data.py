"""Points that a curve is to go through, and the CSV files that they come from."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, isinf, nan
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

    A column time, or T, holds the times where none is called t. Lines that begin with # and empty ones are passed over.
    """
    lines = [
        (number, line)
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if len(lines) < 2:
        raise FitDataError("the table needs a line of names, such as t,x,y, and lines of numbers below it")
    delimiter = max(",;\t", key=lines[0][1].count)
    rows = [(number, _fields(line, delimiter, number)) for number, line in lines]
    (first, names), body = rows[0], rows[1:]
    if len(names) == 1 and len(names[0].split()) > 1:
        raise FitDataError(f"line {first}: blanks part no columns: put commas, semicolons or tabs between them")
    if len(body) > MOST_ROWS:
        raise FitDataError(f"the table has {len(body):,} rows, and a fit takes {MOST_ROWS:,} at most")
    for place, name in enumerate(names, start=1):
        if not name or _number(name) is not None:
            cure = "put a line such as t,x,y above" if name else "name it, or remove it from every line"
            raise FitDataError(f"line {first}, column {place}: a name of a column is wanted, not {name!r}: {cure}")
        if name in names[: place - 1]:
            raise FitDataError(f"line {first}, column {place}: there are two columns called {name!r}")
    names = _with_times(names)
    return {name: tuple(_column(body, names, place, delimiter)) for place, name in enumerate(names)}


def span_with_data(data: Mapping[str, Sequence[float]], span: tuple[float, float]) -> tuple[float, float]:
    """The time span in which data can be fitted: `span` as far as it must grow, or, where the data lie further from it
    than they are long, such as years, that of the data, whose first time is the start's."""
    times = data.get("t", ())
    if not times:
        return span
    first, last = min(times), max(times)
    low, high = min(span), max(span)
    if last > first and max(first - high, low - last) > 0.0 and max(first - low, low - last) > last - first:
        return first, last
    return min(span[0], first, high), max(high, last, span[0])


def _with_times(names: Sequence[str]) -> list[str]:
    """A column "time", else "T", holds the times where none is called t."""
    if "t" in names:
        return list(names)
    times = next((name for name in names if name.lower() == "time"), "T")
    return ["t" if name == times else name for name in names]


def _column(body: Sequence[tuple[int, Sequence[str]]], names: Sequence[str], place: int, delimiter: str) -> list[float]:
    column = []
    for number, fields in body:
        if len(fields) != len(names):
            sentence = f"line {number} has {len(fields)} columns, and the first line names {len(names)}"
            raise FitDataError(sentence + _cure(fields, names, delimiter))
        field = fields[place]
        missing = not field or field.lower() in ("nan", "na")
        value = nan if missing else _number(field if delimiter == "," else field.replace(",", "."))
        where = f"line {number}, column {place + 1} ({names[place]})"
        if value is None:
            raise FitDataError(f"{where}: {field!r} is not a number{_number_cure(field, delimiter)}")
        if isinf(value):
            raise FitDataError(f"{where}: {field!r} is not finite: leave the field empty where nothing was measured")
        if names[place] == "t" and not isfinite(value):
            raise FitDataError(f"{where}: a time is missing")
        column.append(value)
    return column


def _number_cure(field: str, delimiter: str) -> str:
    """How what is meant as a number is written."""
    if "_" in field or (field.count(",") + field.count(".") > 1):
        return ": write it without signs between the thousands"
    if "," in field and delimiter == ",":
        return ": write a decimal point, or put semicolons or tabs between the columns"
    return ""


def _cure(fields: Sequence[str], names: Sequence[str], delimiter: str) -> str:
    """Why a line may have other columns than the first."""
    if len(fields) == len(names) + 1 and not fields[-1]:
        return ": remove the comma at its end" if delimiter == "," else ": remove what parts columns at its end"
    if len(fields) > len(names) and delimiter == ",":
        return ": where commas are decimal points, put semicolons or tabs between the columns"
    return ""


def _fields(line: str, delimiter: str, number: int) -> list[str]:
    """The fields of a line."""
    try:
        return [field.strip() for field in next(csv.reader([line], delimiter=delimiter))]
    except csv.Error as fault:
        raise FitDataError(f"line {number} is no line of a table: {fault}") from None


def _number(text: str) -> float | None:
    try:
        return None if "_" in text else float(text)
    except ValueError:
        return None
