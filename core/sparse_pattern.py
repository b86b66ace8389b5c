"""Where a square matrix has entries, what of it can be computed at once, and an order that draws it to the diagonal."""

from __future__ import annotations

from functools import cached_property

import numpy as np


class SparsePattern:
    """The places of the entries of an n x n matrix, by rows. known: (n, n), true where an entry is not always 0."""

    def __init__(self, known: np.ndarray) -> None:
        self.size = len(known)
        self.rows, self.columns = np.nonzero(known)

    @cached_property
    def groups(self) -> np.ndarray:
        """By column the number of its group (n,): columns of one group have no row in common, so that one product of
        the matrix with their sum shows all their entries.

        Source: A. R. Curtis, M. J. D. Powell, J. K. Reid, J. Inst. Maths Applics 13 (1974) 117.
        """
        in_column: list[list[int]] = [[] for _ in range(self.size)]
        for row, column in zip(self.rows.tolist(), self.columns.tolist(), strict=True):
            in_column[column].append(row)
        taken = [0] * self.size
        groups = np.zeros(self.size, dtype=np.int64)
        for column, rows in enumerate(in_column):
            used = 0
            for row in rows:
                used |= taken[row]
            free = ~used & (used + 1)
            groups[column] = free.bit_length() - 1
            for row in rows:
                taken[row] |= free
        return groups

    @cached_property
    def order(self) -> np.ndarray:
        """The unknowns (n,) in the order of Cuthill and McKee, in which those that meet stand close together.

        Source: E. Cuthill, J. McKee, Proc. 24th Nat. Conf. ACM (1969) 157; the first unknown of a part is the farthest
        from any, found as by A. George, J. W. H. Liu, ACM Trans. Math. Software 5 (1979) 284.
        """
        meets: list[set[int]] = [set() for _ in range(self.size)]
        for row, column in zip(self.rows.tolist(), self.columns.tolist(), strict=True):
            if row != column:
                meets[row].add(column)
                meets[column].add(row)
        left, order = set(range(self.size)), []
        while left:
            begin = min(left, key=lambda unknown: (len(meets[unknown]), unknown))
            for _ in range(3):
                begin = _reached(begin, meets)[-1]
            part = _reached(begin, meets)
            left.difference_update(part)
            order += part
        return np.array(order)

    @cached_property
    def places(self) -> np.ndarray:
        """By unknown its place in that order (n,)."""
        places = np.empty(self.size, dtype=np.int64)
        places[self.order] = np.arange(self.size)
        return places

    @cached_property
    def reach(self) -> int:
        """How far from the diagonal an entry lies at most, in that order."""
        apart = self.places[self.rows] - self.places[self.columns]
        return int(abs(apart).max(initial=0))


def _reached(begin: int, meets: list[set[int]]) -> list[int]:
    """The unknowns that `begin` leads to, nearest first, those that meet few others before the rest."""
    found, seen = [begin], {begin}
    for unknown in found:
        new = sorted(meets[unknown] - seen, key=lambda other: (len(meets[other]), other))
        seen.update(new)
        found += new
    return found
