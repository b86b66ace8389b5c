"""The Jacobian of a field whose slopes depend on few components each: its entries alone, and systems with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .array_library import NUMPY
from .block_tridiagonal import BlockLayout
from .dense_matrices import inverse, product
from .sparse_pattern import SparsePattern

_LEAST = 48
"""Components below which a matrix is inverted as quickly whole."""
_SHARE = 6
"""Entries lie near the diagonal where none is farther from it than a part of that many of the size."""
_MOST_NUMBERS = 2**20
"""Of the products that are computed at once."""
_CREDIBLE = 1e-9
"""By how much the solution for a trial may miss it, in the matrix's own size: more, and blocks had to be exchanged."""

Entries = Callable[[Any, np.ndarray], np.ndarray]
Products = Callable[[Any, np.ndarray, np.ndarray], np.ndarray]
"""t, z, v -> df/dz v, arrays of one shape (..., n), t (...)."""


def lies_near_diagonal(pattern: SparsePattern) -> bool:
    """Whether its systems are worth solving as such."""
    few = pattern.size >= _LEAST and len(pattern.rows) * _SHARE <= pattern.size**2
    return few and pattern.reach * _SHARE <= pattern.size


def entries_by_products(pattern: SparsePattern, products: Products) -> Entries:
    """The entries from as many products as the columns have groups."""
    groups = pattern.groups
    seeds, group = (groups == np.arange(groups.max() + 1)[:, None]).astype(np.float64), groups[pattern.columns]
    chunk = max(1, _MOST_NUMBERS // seeds.size)

    def entries(t: Any, z: np.ndarray) -> np.ndarray:
        found = np.empty((len(z), len(group)))
        for begin in range(0, len(z), chunk):
            part = slice(begin, begin + chunk)
            shape = (len(z[part]), *seeds.shape)
            times, points = np.broadcast_to(t[part, None], shape[:2]), np.broadcast_to(z[part, None], shape)
            columns = products(times, points, np.broadcast_to(seeds, shape))
            found[part] = columns[:, group, pattern.rows]
        return found

    return entries


class SparseJacobian:
    """df/dz as the entries that are not always 0. entries: t (L,), z (L, n) -> (L, entries), in the pattern's order."""

    def __init__(self, pattern: SparsePattern, entries: Entries) -> None:
        self.entries, self._pattern = entries, pattern
        self._systems: dict[int, _Places] = {}

    @property
    def summary(self) -> str:
        """Half a sentence about the matrices of its systems."""
        pattern = self._pattern
        return f"with matrices of {2 * pattern.reach + 1} diagonals in place of {pattern.size}"

    def shifted(self, width: Any, t: Any, z: np.ndarray) -> SparseSystem:
        """I - w df/dz for w (L, 1)."""
        places = self._places_of(1)
        return SparseSystem(places, places.with_unit(-width * self.entries(t, z)))

    def stages(self, width: Any, a: np.ndarray, t: Any, z: np.ndarray) -> SparseSystem:
        """The matrix of s stages at once, with blocks delta_ij I - w a_ij df/dz(t_j, z_j), for w (L, 1).

        a (s, s); t (L s,), z (L s, n): lane by lane. Its unknowns are those of the stages one after the other.
        """
        count = len(a)
        places = self._places_of(count)
        entries = self.entries(t, z).reshape(len(width), 1, count, -1)
        blocks = -width[:, :, None, None] * a[None, :, :, None] * entries
        return SparseSystem(places, places.with_unit(blocks.reshape(len(width), -1)))

    def _places_of(self, stages: int) -> _Places:
        if stages not in self._systems:
            self._systems[stages] = _Places(self._pattern, stages)
        return self._systems[stages]


class _Places:
    """Where the entries of a system of s stages lie: every stage in the same order, beside each other."""

    def __init__(self, pattern: SparsePattern, stages: int) -> None:
        self.size = stages * pattern.size
        stage, other = np.divmod(np.arange(stages**2), stages)
        rows = (stage[:, None] * pattern.size + pattern.rows).ravel()
        columns = (other[:, None] * pattern.size + pattern.columns).ravel()
        unknowns = np.arange(self.size)
        keys, self._target = np.unique(
            np.concatenate([rows * self.size + columns, unknowns * (self.size + 1)]), return_inverse=True
        )
        self.rows, self.columns = np.divmod(keys, self.size)
        self._unit, self._target = self._target[len(rows) :], self._target[: len(rows)]
        self.begins = np.searchsorted(self.rows, unknowns)
        self.by_column = np.argsort(self.columns, kind="stable")
        self.column_begins = np.searchsorted(self.columns[self.by_column], unknowns)
        self.layout = BlockLayout(
            (pattern.places * stages + np.arange(stages)[:, None]).ravel(), self.rows, self.columns
        )
        self.trial = np.cos(1.0 + unknowns**2)

    def with_unit(self, entries: np.ndarray) -> np.ndarray:
        """The entries row by row, those of the unit matrix added."""
        whole = np.zeros((len(entries), len(self.rows)))
        whole[:, self._target] = entries
        whole[:, self._unit] += 1.0
        return whole


class SparseSystem:
    """Matrices (L, n, n) by their entries, factored. A lane whose blocks should be exchanged is inverted whole."""

    def __init__(self, places: _Places, entries: np.ndarray) -> None:
        self._places, self._entries = places, entries
        self._factors = places.layout.factored(entries)
        sizes = abs(entries)
        largest = np.maximum.reduceat(sizes, places.begins, axis=1)
        self._rows = np.where(largest > 0.0, largest, 1.0)
        scaled = (sizes / self._rows[:, places.rows])[:, places.by_column]
        self._columns = np.maximum.reduceat(scaled, places.column_begins, axis=1)
        self._has_numbers = np.isfinite(entries).all(axis=1)
        self._trial = np.broadcast_to(places.trial, (len(entries), places.size))
        self._whole = self._inverted_whole()

    @property
    def singular(self) -> np.ndarray:
        """Which matrices of numbers have no solution for the trial (L,)."""
        solved = np.isfinite(self.solve(self._trial)).all(axis=1)
        return np.asarray(self._has_numbers & ~solved)

    def times(self, v: np.ndarray) -> np.ndarray:
        """Of vectors (L, n)."""
        places = self._places
        return np.asarray(np.add.reduceat(self._entries * v[:, places.columns], places.begins, axis=1))

    def solve(self, right: np.ndarray) -> np.ndarray:
        """x (L, n) with matrix x = right; not finite where there is none."""
        found = self._factors.solve(right)
        if self._whole is not None:
            poor, inverted = self._whole
            found[poor] = product(NUMPY, inverted, right[poor])
        return found

    def too_long(self, move: np.ndarray, residual: np.ndarray) -> np.ndarray:
        """Where a step is so long that the matrix is singular but for rounding (L,): see `singular_to_rounding`."""
        share = 4.0 * self._places.size * NUMPY.epsilon(self._entries)
        reach = NUMPY.norm(move * self._columns) * share
        return np.asarray(reach > NUMPY.norm(residual / self._rows))

    def _inverted_whole(self) -> tuple[np.ndarray, np.ndarray] | None:
        """The lanes (some,) that are solved poorly block by block, and their inverses; None where there are none."""
        places = self._places
        found = self._factors.solve(self._trial)
        missed = abs(self.times(found) - self._trial) / self._rows
        allowed = _CREDIBLE * (1.0 + abs(found * self._columns).max(axis=1))
        poor = np.flatnonzero(~(missed.max(axis=1) <= allowed) & self._has_numbers)
        if not len(poor):
            return None
        whole = np.zeros((len(poor), places.size, places.size))
        whole[:, places.rows, places.columns] = self._entries[poor]
        return poor, inverse(NUMPY, whole)
