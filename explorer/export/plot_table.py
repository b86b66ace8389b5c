"""The data of one plot as a table."""

from __future__ import annotations

import csv
import io
import os
from typing import TYPE_CHECKING

from core.atomic_file import write_atomically

if TYPE_CHECKING:
    from ..view import Table


def save_table(path: str | os.PathLike[str], table: Table, title: str) -> None:
    """Write the columns as CSV below a line that names the plot; missing numbers are empty. Raises OSError."""
    text = io.StringIO(newline="")
    text.write(f"# {title}\n")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(table.columns)
    columns = [column.tolist() for column in table.columns.values()]
    rows.writerows([("" if value != value else value) for value in row] for row in zip(*columns, strict=True))
    write_atomically(path, text.getvalue().encode("utf-8"))
