"""The version of the experiment file, and how older files are brought up to it.

A change of the format appends one function: it takes the table of the version before and returns the table of
the version after. Files are migrated in order, so a file of any age opens; no function is ever edited again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Table = dict[str, Any]
Migration = Callable[[Table], Table]

MIGRATIONS: tuple[Migration, ...] = ()
"""MIGRATIONS[k] turns a file of version k + 1 into one of version k + 2."""

VERSION = len(MIGRATIONS) + 1
"""The version that is written."""


def migrate(table: Table, migrations: Sequence[Migration] = MIGRATIONS) -> Table:
    """Return `table` in the newest version; `table["version"]` lies between 1 and len(migrations) + 1."""
    for version in range(table["version"], len(migrations) + 1):
        table = migrations[version - 1](table) | {"version": version + 1}
    return table
