"""CSV files of numbers: columns by name, and where a fault lies."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from math import isfinite, isinf, nan
from pathlib import Path

MOST_ROWS = 5000
"""Rows of a table that is kept in an experiment."""
_LARGEST = 4_000_000
"""Bytes of the largest file that is read."""
MOST_COLUMNS = 1000
"""Of a table, which all have a name."""
_MOST_NUMBERS = 100_000
"""Of the largest table that is read."""
LONGEST_NAME = 64
"""Letters in the name of a column."""
_LONGEST_SOURCE = 255
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What no line of text can show, or what turns its order around."""


class TableError(ValueError):
    """What is no table of numbers, or not one that is wanted, with a sentence that says where."""


def check_names(names: Collection[str]) -> None:
    """Raises TableError for names of columns that are too many, too long, or that no line of text can show."""
    if len(names) > MOST_COLUMNS:
        raise TableError(f"the table has {len(names):,} columns, and {MOST_COLUMNS:,} are the most")
    for place, name in enumerate(names, start=1):
        if not 1 <= len(name) <= LONGEST_NAME or _CONTROL.search(name):
            wanted = f"1 to {LONGEST_NAME} letters, without signs that control a line"
            raise TableError(f"the name of column {place} is {name[:LONGEST_NAME]!r}: give it {wanted}")


def source_name(name: str) -> str:
    """The name of the file that a table came from, as a line of text can show it."""
    return _CONTROL.sub("?", name[:_LONGEST_SOURCE])


def read_table(path: str | os.PathLike[str]) -> dict[str, tuple[float, ...]]:
    """The numeric columns of a CSV file by the names in its first line; raises TableError with line and column."""
    try:
        if os.path.getsize(path) > _LARGEST:
            raise TableError(f"{Path(path).name} is larger than a table can be ({_LARGEST:,} bytes)")
        text = Path(path).read_text(encoding="utf-8-sig")
    except OSError as fault:
        raise TableError(f"{path} cannot be read: {fault.strerror or fault}") from fault
    except UnicodeDecodeError:
        raise TableError(f"{Path(path).name} is not UTF-8 text: save it as CSV") from None
    return parse_table(text)


def parse_table(text: str) -> dict[str, tuple[float, ...]]:
    """The columns of a CSV text: a line of names, then numbers; empty fields are missing. Comma, semicolon or tab.

    A column time, or T, holds the times where none is called t. Lines that begin with # and empty ones are passed over.
    """
    lines = list(islice(_lines(text), MOST_ROWS + 2))
    if len(lines) < 2:
        raise TableError("the table needs a line of names, such as t,x,y, and lines of numbers below it")
    delimiter = max(",;\t", key=lines[0][1].count)
    first, names = lines[0][0], _fields(lines[0][1], delimiter, lines[0][0])
    if len(names) == 1 and len(names[0].split()) > 1:
        raise TableError(f"line {first}: blanks part no columns: put commas, semicolons or tabs between them")
    if len(lines) > MOST_ROWS + 1:
        raise TableError(f"the table has more than {MOST_ROWS:,} rows, which are the most")
    if len(names) * (len(lines) - 1) > _MOST_NUMBERS:
        counts = f"{len(lines) - 1:,} rows of {len(names):,} numbers"
        raise TableError(
            f"the table has {counts}, and {_MOST_NUMBERS:,} numbers are the most: leave rows or columns out"
        )
    seen = set()
    for place, name in enumerate(names, start=1):
        if not name or _number(name) is not None:
            cure = "put a line such as t,x,y above" if name else "name it, or remove it from every line"
            raise TableError(f"line {first}, column {place}: a name of a column is wanted, not {name!r}: {cure}")
        if name in seen:
            raise TableError(f"line {first}, column {place}: there are two columns called {name!r}")
        seen.add(name)
    check_names(names)
    names = _with_times(names)
    body = list(_body(lines[1:], names, delimiter))
    return {name: tuple(_column(body, names, place, delimiter)) for place, name in enumerate(names)}


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Those that are read, numbered from 1 on."""
    for number, line in enumerate(io.StringIO(text, newline=None), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line


def _body(
    lines: Sequence[tuple[int, str]], names: Sequence[str], delimiter: str
) -> Iterator[tuple[int, Sequence[str]]]:
    """The lines of numbers; raises TableError at the first that has not a field for every name."""
    for number, line in lines:
        fields = _fields(line, delimiter, number)
        if len(fields) != len(names):
            sentence = f"line {number} has {len(fields)} columns, and the first line names {len(names)}"
            raise TableError(sentence + _cure(fields, names, delimiter))
        yield number, fields


def _with_times(names: Sequence[str]) -> list[str]:
    """A column "time", else "T", holds the times where none is called t."""
    if "t" in names:
        return list(names)
    times = next((name for name in names if name.lower() == "time"), "T")
    return ["t" if name == times else name for name in names]


def _column(body: Sequence[tuple[int, Sequence[str]]], names: Sequence[str], place: int, delimiter: str) -> list[float]:
    column = []
    for number, fields in body:
        field = fields[place]
        missing = not field or field.lower() in ("nan", "na")
        value = nan if missing else _number(field if delimiter == "," else field.replace(",", "."))
        if value is not None and isfinite(value):
            column.append(value)
            continue
        where = f"line {number}, column {place + 1} ({names[place]})"
        if value is None:
            raise TableError(f"{where}: {field!r} is not a number{_number_cure(field, delimiter, names[place])}")
        if isinf(value):
            raise TableError(f"{where}: {field!r} is not finite: leave the field empty where nothing was measured")
        if names[place] == "t":
            raise TableError(f"{where}: a time is missing")
        column.append(value)
    return column


def _number_cure(field: str, delimiter: str, name: str) -> str:
    """How what is meant as a number is written."""
    if "_" in field or (field.count(",") + field.count(".") > 1):
        return ": write it without signs between the thousands"
    if "," in field and delimiter == ",":
        return ": write a decimal point, or put semicolons or tabs between the columns"
    return ": number the classes 0, 1, and so on" if name == "class" else ""


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
        fields = next(csv.reader([line], delimiter=delimiter))
    except csv.Error as fault:
        raise TableError(f"line {number} is no line of a table: {fault}") from None
    if len(fields) > MOST_COLUMNS:
        raise TableError(f"line {number} has {len(fields):,} columns, and {MOST_COLUMNS:,} are the most")
    return [field.strip() for field in fields]


def _number(text: str) -> float | None:
    try:
        return None if "_" in text else float(text)
    except ValueError:
        return None
