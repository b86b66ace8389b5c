"""A person's own table as a data set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isinf
from typing import TYPE_CHECKING

import numpy as np

from .data_set import DataSet, Points
from .number_table import MOST_ROWS, TableError, check_names
from .random_rows import random_rows
from .table_roles import CLASS, TIME, roles_of

if TYPE_CHECKING:
    from jaxtyping import Float, Int

    from .language import System

TABLE = "table"
"""What a training's `data` is called where it learns from its own table."""
MOST_NUMBERS = 25_000
"""In a table: what an experiment file has room for."""
_FEWEST, _MOST_CLASSES = 4, 100
_EQUAL = 1e-6
"""Gaps between times that differ by this part of themselves are one gap, in which files round."""

Table = Mapping[str, Sequence[float]]


class TableData(DataSet):
    """Points of a table, by `roles_of` its columns. Points and test points are all there are: of one trajectory the
    last part in time is tested with, of everything else rows drawn at random, from every class its share.

    Of a trajectory x is the state of a row and y that of the next, with their own times where these are not equally
    spaced, or the text asks for the time; of a text that does not, every begin is 0.

    Raises TableError for a table that cannot be learnt from by the system's text.
    """

    name = TABLE
    title = "Own table"
    citation = "from a file of your own"
    help = "Rows of a table: points with their classes or values, states over time, or points of a density."

    def __init__(self, table: Table, system: System, test_share: float) -> None:
        check_table(table)
        self.roles = roles_of(tuple(table), system)
        self.about, self.size = self.roles.about, len(self.roles.inputs)
        columns = _finite(table, self.roles.columns)
        self._test_share = test_share
        self._x = np.stack([columns[name] for name in self.roles.inputs], axis=1)
        self._y: Int[np.ndarray, "N"] | Float[np.ndarray, "N k"] | None = None
        self._spans: Float[np.ndarray, "N 2"] | None = None
        self._gap: tuple[float, float] | None = None
        self._trajectory: tuple[tuple[float, float], tuple[float, ...]] | None = None
        if self.roles.timed:
            self._pair(columns[TIME], system.autonomous)
        elif self.about == "classes":
            self._y, self.classes = _classes(columns[CLASS])
        elif self.about == "values":
            self._y = np.stack([columns[name] for name in self.roles.answers], axis=1)
        if len(self._x) < _FEWEST:
            what = "pairs of rows that follow each other" if self.roles.timed else "rows"
            raise TableError(
                f"the table has {len(self._x)} {what}, and {_FEWEST} are the fewest: some to learn from, some to test"
            )

    @property
    def layer_span(self) -> tuple[float, float] | None:
        """Of a trajectory as long as the longest gap between two rows."""
        return self._gap

    @property
    def trajectory(self) -> tuple[tuple[float, float], tuple[float, ...]] | None:
        """Of states over time: from when to when, and the first."""
        return self._trajectory

    def draw(self, count: int, seed: int) -> Points:
        """The first `count` of the training points, or all where there are fewer."""
        return self.sets(count, 1, seed)[0].part(slice(count))

    def sets(self, train: int, test: int, seed: int) -> tuple[Points, Points]:  # noqa: ARG002 - all there are
        """All points, in the two parts that the share of test points makes of them."""
        whole = Points(self._x, self._y, None, self._spans)
        if self.roles.timed:
            cut = len(self._x) - _tested(len(self._x), self._test_share)
            return whole.part(slice(cut)), whole.part(slice(cut, None))
        order = np.argsort(random_rows(len(self._x), 1, seed, 0).uniform(0), kind="stable")
        labels = self._y[order] if self._y is not None and self.about == "classes" else np.zeros(len(order))
        aside = np.zeros(len(order), dtype=bool)
        for label in np.unique(labels):
            (places,) = np.nonzero(labels == label)
            aside[places[len(places) - _tested(len(places), self._test_share) :]] = True
        first, second = whole.part(order[~aside]), whole.part(order[aside])
        return Points(first.x, first.y), Points(second.x, second.y)

    def entropy(self) -> None:
        """Nobody knows the density of a table's points."""

    def _pair(self, times: Float[np.ndarray, "N"], autonomous: bool) -> None:
        """States with the next ones."""
        order = np.argsort(times, kind="stable")
        times, states = times[order], self._x[order]
        gaps = np.diff(times)
        if not gaps.all():
            raise TableError(f"two rows have the time t = {times[:-1][gaps == 0.0][0]:g}: leave one of them out")
        self._x, self._y = states[:-1], states[1:]
        if len(gaps):
            self._trajectory = (float(times[0]), float(times[-1])), tuple(states[0].tolist())
        longest = float(gaps.max()) if len(gaps) else 0.0
        if autonomous and len(gaps) and np.ptp(gaps) <= _EQUAL * longest:
            self._gap = (0.0, float(gaps.mean()))
        elif len(gaps):
            begins = np.zeros(len(gaps)) if autonomous else times[:-1]
            self._gap = (float(begins[0]), float(begins[0]) + longest)
            self._spans = np.stack([begins, gaps if autonomous else times[1:]], axis=1)


def check_table(table: Table) -> None:
    """Raises TableError for columns that are too many, too long, not equally long or without a name, and for infinite
    numbers."""
    if not table:
        raise TableError("there is no table to learn from: load one")
    check_names(table)
    lengths = {len(column) for column in table.values()}
    if len(lengths) > 1:
        raise TableError("the columns of the table must be equally long")
    rows = lengths.pop()
    if rows > MOST_ROWS:
        raise TableError(f"the table has {rows:,} rows, and {MOST_ROWS:,} are the most")
    if rows * len(table) > MOST_NUMBERS:
        raise TableError(
            f"the table has {rows:,} rows of {len(table)} numbers, and {MOST_NUMBERS:,} numbers are the most that are "
            "kept in an experiment: leave rows or columns out"
        )
    for name, column in table.items():
        for row, value in enumerate(column, start=1):
            try:
                infinite = isinf(value)
            except (TypeError, OverflowError):
                raise TableError(f"row {row} of the column {name} is {value!r:.40}, and no number") from None
            if infinite:
                raise TableError(f"row {row} of the column {name} is infinite")


def _finite(table: Table, names: Sequence[str]) -> dict[str, Float[np.ndarray, "N"]]:
    """The columns as arrays; raises TableError where a number is missing."""
    found = {}
    for name in names:
        column = np.array(table[name], dtype=np.float64)
        missing = np.flatnonzero(np.isnan(column))
        if len(missing):
            raise TableError(f"row {missing[0] + 1} below the names has no {name}: fill it in, or leave the row out")
        found[name] = column
    return found


def _classes(column: Float[np.ndarray, "N"]) -> tuple[Int[np.ndarray, "N"], int]:
    """Numbers of classes from 0 on, in the order of what the column calls them, and how many there are."""
    if (column != np.round(column)).any():
        row = int(np.flatnonzero(column != np.round(column))[0])
        raise TableError(f"row {row + 1} of the column class is {column[row]:g}, and classes are whole numbers")
    known, numbers = np.unique(column, return_inverse=True)
    if len(known) == 1:
        raise TableError(f"all rows are of the class {known[0]:g}: of one class there is nothing to learn")
    if len(known) > _MOST_CLASSES:
        counts = f"{len(known)} different numbers, and {_MOST_CLASSES} classes are the most"
        raise TableError(f"the column class has {counts}: call values y")
    if len(known) == len(column) >= _FEWEST:
        raise TableError(
            "every class of the table has one row, and one of two rows at least is wanted: one to learn from, one to "
            "test"
        )
    return numbers.reshape(-1).astype(np.int64), len(known)


def _tested(count: int, share: float) -> int:
    """How many of so many points are tested with: one at least, and not all."""
    return min(max(1, round(share * count)), count - 1)
