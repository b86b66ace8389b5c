"""Where every point of a plane ends with each of several root solvers, and after how many iterations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .plane_map import PlaneMap

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class MapFigures:
    """What a map comes to in numbers.

    shares (k,): of the starts that come to each of the k ends; failed: of those that come to none, so that all sum
    to 1. iterations: the mean of those that come to one; NaN where none does.
    """

    shares: Float[np.ndarray, "k"]
    failed: float
    iterations: float

    @classmethod
    def of(cls, shown: PlaneMap) -> MapFigures:
        """Of every pixel alike."""
        there = shown.end >= 0
        counts = np.bincount(shown.end[there], minlength=len(shown.names))
        mean = float(shown.count[there].mean(dtype=np.float64)) if there.any() else float("nan")
        return cls(counts / shown.end.size, 1.0 - float(there.mean()), mean)


@dataclass(frozen=True)
class SolverMaps:
    """The same plane for the chosen solver and then its rivals, k of them.

    solvers, titles (k): their names in the catalogue, and for people. maps (k): of each, None while there is none; all
    have the same axes, ends and names, and so the same numbers of ends. A count is the number of the iteration at which
    the stopping rule ended the start. question: equal for readings that differ only in who races, and the maps' own.
    short_of_time: whether some are missing or coarse because finer ones would take longer than the run may.
    """

    solvers: tuple[str, ...]
    titles: tuple[str, ...]
    maps: tuple[PlaneMap | None, ...]
    question: str = ""
    short_of_time: bool = False

    @property
    def most(self) -> float:
        """The highest count of a start that comes to an end, in any map; 0 where none does."""
        counts = [float(one.count[one.end >= 0].max(initial=0.0)) for one in self.maps if one is not None]
        return max(counts, default=0.0)
