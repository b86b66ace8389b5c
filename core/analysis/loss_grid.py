"""A loss on a grid of one or two parameters, in passes, each finer than the last."""

from __future__ import annotations

from collections.abc import Generator
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from ..landscape_axis import LandscapeAxis
from .swept_losses import SweptLosses

if TYPE_CHECKING:
    from jaxtyping import Float

_COUNTS = {1: 161, 2: 41}
"""Places along an axis of the finest grid, where there are so many axes: one more than a multiple of 8 or 4."""
_STEPS = {1: (8, 2, 1), 2: (4, 2, 1)}
_LONGEST = 20.0
"""Seconds that a finer pass may be expected to take."""

Range = tuple[float, float]


class LossGrid:
    """The finest grid over `ranges` of places, of which a pass looks at every so many-th line.

    values (ny, nx): what is known, NaN elsewhere. steps: which lines, pass by pass, each a divisor of the last and of
    the number of lines less one.
    """

    def __init__(self, axes: tuple[LandscapeAxis, ...], ranges: tuple[Range, ...], steps: tuple[int, ...] = ()) -> None:
        self._axes, self._steps = axes, steps or _STEPS[len(axes)]
        count = _COUNTS[len(axes)]
        self.places = [np.linspace(*ends, count) for ends in ranges]
        self.step = self._steps[0]
        self._y = self.places[1] if len(axes) > 1 else np.zeros(1)
        self._values = np.full((len(self._y), count), np.nan)
        self._known = np.zeros(self._values.shape, dtype=bool)

    def passes(
        self, losses: SweptLosses, *, coarsest: bool = False, longest: float = _LONGEST
    ) -> Generator[float, None, None]:
        """Solve pass by pass; yields the share of all points that are done, once more after each pass, and between.

        coarsest: only the first. A pass that is expected to take more than `longest` seconds is not begun, nor is any
        after it.
        """
        per_point = 0.0
        for step in self._steps[: 1 if coarsest else None]:
            rows, columns = np.nonzero(self._wanted(step))
            if per_point * len(rows) > longest:
                return
            begun, before = perf_counter(), int(self._known.sum())
            work = losses(self._points(rows, columns))
            while True:
                try:
                    done = next(work)
                except StopIteration as end:
                    self._values[rows, columns] = end.value
                    break
                yield (before + done) / self._known.size
            self._known[rows, columns] = True
            self.step, per_point = step, (perf_counter() - begun) / max(1, len(rows))
            yield self.share

    @property
    def share(self) -> float:
        """Of the finest grid's points, those that are known."""
        return float(self._known.mean())

    def seen(self) -> tuple[Float[np.ndarray, "nx"], Float[np.ndarray, "ny"], Float[np.ndarray, "ny nx"]]:
        """Places across and up, and the values there, of the finest pass that is complete."""
        step = self.step
        return self.places[0][::step].copy(), self._y[::step].copy(), self._values[::step, ::step].copy()

    def _wanted(self, step: int) -> np.ndarray:
        """What a pass looks at and nobody has solved yet."""
        chosen = np.zeros_like(self._known)
        chosen[::step, ::step] = True
        return chosen & ~self._known

    def _points(self, rows: np.ndarray, columns: np.ndarray) -> Float[np.ndarray, "S k"]:
        """The parameters' values, the ends of a slider exactly."""
        numbers = [
            np.array([self._exact(axis, u) for u in line]) for axis, line in zip(self._axes, self.places, strict=True)
        ]
        places = (columns, rows)[: len(self._axes)]
        return np.stack([known[place] for known, place in zip(numbers, places, strict=True)], axis=1)

    @staticmethod
    def _exact(axis: LandscapeAxis, place: float) -> float:
        ends = dict(zip(axis.ends, (axis.lo, axis.hi), strict=True))
        return ends.get(float(place), axis.value(float(place)))
