"""What is measured while a network learns."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from ..training_state import LearningCurves

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass
class _Column:
    """Rows of a growing array."""

    rows: np.ndarray
    count: int

    def add(self, row: object) -> None:
        """One more."""
        if self.count == len(self.rows):
            room = np.empty((max(64, 2 * len(self.rows)), *self.rows.shape[1:]), self.rows.dtype)
            room[: self.count] = self.rows
            self.rows = room
        self.rows[self.count] = row
        self.count += 1

    def array(self) -> np.ndarray:
        """A copy of all of them."""
        return self.rows[: self.count].copy()


_EACH = ("loss", "rate", "forward", "backward", "gradient_norms", "seconds", "failed")
_TESTED = ("tested", "test_loss", "accuracy", "spectral_radius")


def no_curves(weights: int) -> LearningCurves:
    """Before the first iteration."""
    each = {name: np.empty(0) for name in _EACH} | {"gradient_norms": np.empty((0, weights))}
    tests = {name: np.empty(0) for name in _TESTED} | {"tested": np.empty(0, dtype=np.int64)}
    return LearningCurves(**each, **tests)


@dataclass
class Record:
    """Goes on from curves that are there."""

    begun: LearningCurves
    _columns: dict[str, _Column] = field(init=False)

    def __post_init__(self) -> None:
        known = {name: np.array(getattr(self.begun, name)) for name in (*_EACH, *_TESTED)}
        self._columns = {name: _Column(rows, len(rows)) for name, rows in known.items()}

    @property
    def seconds(self) -> float:
        """Of work so far."""
        column = self._columns["seconds"]
        return float(column.rows[column.count - 1]) if column.count else 0.0

    @property
    def last_loss(self) -> float:
        """Of the last iteration's batch; NaN before the first."""
        column = self._columns["loss"]
        return float(column.rows[column.count - 1]) if column.count else nan

    @property
    def last_tested(self) -> int:
        """The iteration at which the test points were last looked at; -1 before the first time."""
        column = self._columns["tested"]
        return int(column.rows[column.count - 1]) if column.count else -1

    def add(self, **row: float | Float[np.ndarray, "W"]) -> None:
        """One iteration, or one look at the test points."""
        for name, value in row.items():
            self._columns[name].add(value)

    def curves(self) -> LearningCurves:
        """All of it."""
        return LearningCurves(**{name: column.array() for name, column in self._columns.items()})
