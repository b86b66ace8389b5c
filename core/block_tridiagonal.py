"""Linear systems whose entries lie near the diagonal, by cyclic reduction: many blocks at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .array_library import NUMPY
from .dense_matrices import inverse

_SMALL = 8
"""Blocks below that size cost as much as these, for there are more rounds."""


class BlockLayout:
    """Entries of n x n matrices in a row of 2^k - 1 square blocks of m unknowns, which meet their neighbours only.

    places (n,): where every unknown stands in the order in which the entries lie near the diagonal. rows, columns: of
    the entries, each given once.
    """

    def __init__(self, places: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> None:
        size = len(places)
        reach = int(abs(places[rows] - places[columns]).max(initial=1))
        self.levels = 1
        while -(-size // (2 ** (self.levels + 1) - 1)) >= max(reach, _SMALL):
            self.levels += 1
        self.count = 2**self.levels - 1
        self.width = max(reach if self.levels > 1 else size, -(-size // self.count))
        row, column = places[rows], places[columns]
        block, other = row // self.width, column // self.width
        side = (other - block + 1) * self.width + column % self.width
        self._entries = (block * self.width + row % self.width) * 3 * self.width + side
        self._places = places
        spare = np.arange(size, self.count * self.width)
        self._spare = spare * 3 * self.width + self.width + spare % self.width

    def factored(self, entries: np.ndarray) -> BlockFactors:
        """The factors of the matrices whose entries these are (L, entries)."""
        lanes, count, width = len(entries), self.count, self.width
        table = np.zeros((lanes, count * width * 3 * width))
        table[:, self._entries] = entries
        table[:, self._spare] = 1.0
        whole = table.reshape(lanes, count, width, 3 * width)
        lower, middle, upper = (whole[..., begin * width : (begin + 1) * width] for begin in range(3))
        levels: list[_Level] = []
        while count > 1:
            inverted = _inverses(middle[:, ::2])
            behind, ahead = inverted @ lower[:, ::2], inverted @ upper[:, ::2]
            pulls = np.concatenate([lower[:, 1::2] @ inverted[:, :-1], upper[:, 1::2] @ inverted[:, 1:]], axis=-1)
            levels.append(_Level(inverted, pulls, np.concatenate([behind, ahead], axis=-1)))
            middle = middle[:, 1::2] - lower[:, 1::2] @ ahead[:, :-1] - upper[:, 1::2] @ behind[:, 1:]
            lower, upper = -lower[:, 1::2] @ behind[:, :-1], -upper[:, 1::2] @ ahead[:, 1:]
            count = count // 2
        return BlockFactors(self, levels, _inverses(middle))

    def gathered(self, right: np.ndarray) -> np.ndarray:
        """Right sides (L, n) block by block (L, blocks, m, 1)."""
        blocks = np.zeros((len(right), self.count * self.width))
        blocks[:, self._places] = right
        return blocks.reshape(len(right), self.count, self.width, 1)

    def scattered(self, blocks: np.ndarray) -> np.ndarray:
        """The other way round."""
        return blocks.reshape(len(blocks), -1)[:, self._places]


@dataclass(frozen=True)
class _Level:
    """Every second block is eliminated. inverted: of these; pulls: by which they act on those that stay; ends: by which
    those that stay act on their solution."""

    inverted: np.ndarray
    pulls: np.ndarray
    ends: np.ndarray


class BlockFactors:
    """With D, L and U the blocks on, before and behind the diagonal, an eliminated block is

    x_i = D_i^-1 (b_i - L_i x_(i-1) - U_i x_(i+1)), which leaves a matrix of the same form for the others, half as many.

    Nothing is exchanged between blocks: that is stable where a block's own unknowns weigh most, as in I - h J with a
    diffusing J, and has to be looked at elsewhere.
    Source: W. Gander, G. H. Golub, Cyclic reduction: history and applications (1997), section 3.
    """

    def __init__(self, layout: BlockLayout, levels: list[_Level], last: np.ndarray) -> None:
        self._layout, self._levels, self._last = layout, levels, last

    def solve(self, right: np.ndarray) -> np.ndarray:
        """x (L, n) with matrix x = right; not finite where there is none."""
        rest, sides = self._layout.gathered(right), []
        for level in self._levels:
            gone = rest[:, ::2]
            sides.append(gone)
            rest = rest[:, 1::2] - level.pulls @ np.concatenate([gone[:, :-1], gone[:, 1:]], axis=2)
        found: Any = self._last @ rest
        for level, gone in zip(reversed(self._levels), reversed(sides), strict=True):
            nothing = np.zeros_like(found[:, :1])
            beside = [np.concatenate([nothing, found], axis=1), np.concatenate([found, nothing], axis=1)]
            whole = np.empty((len(found), 2 * found.shape[1] + 1, *found.shape[2:]))
            whole[:, 1::2] = found
            whole[:, ::2] = level.inverted @ gone - level.ends @ np.concatenate(beside, axis=2)
            found = whole
        return self._layout.scattered(found)


def _inverses(blocks: np.ndarray) -> np.ndarray:
    """Of matrices (L, blocks, m, m)."""
    flat = inverse(NUMPY, blocks.reshape(-1, *blocks.shape[2:]))
    return np.asarray(flat).reshape(blocks.shape)
