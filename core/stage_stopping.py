"""When the iteration for the equations of a step is over: solved as exactly as the step needs it, or lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .array_library import ArrayLibrary
from .step_rules import root_mean_square

MOST = {"Newton": 12}
"""Iterations of a solver of that family."""
MOST_WITHOUT_MATRIX = 60
"""Iterations of any other."""
_GROWTH = 2.0
"""A move so many times longer than the one before will not end in a solution."""
_FLOOR_ULPS = 16.0
"""A move of at most that many roundings is none."""


@dataclass(frozen=True)
class StageSolution:
    """z (L, n): the solution, where `solved` (L,); calls, iterations (L,): evaluations of the map and iterations."""

    z: Any
    solved: Any
    calls: Any
    iterations: Any


class StageStopping:
    """Arguments as of `solve_stages`; first: the number of the iteration whose move is the first one.

    solved (L,): whose iteration has ended in a solution. nothing (L,): 0.
    """

    def __init__(self, library: ArrayLibrary, guess: Any, size: Any, scale: Any, tolerance: float, first: int) -> None:
        self._library, self._scale, self._tolerance, self._first = library, scale, tolerance, first
        self.nothing = library.full_like(guess[:, 0], 0.0)
        self.solved = self.nothing != 0.0
        self._least = _FLOOR_ULPS * library.epsilon(guess) * root_mean_square(size / scale)
        self._before = self.nothing

    def after(self, count: int, moved: Any, failed: Any, active: Any) -> Any:
        """Who goes on (L,) after the iteration `count` by `moved` (L, n). failed (L,): who had no step."""
        tolerance, before = self._tolerance, self._before
        move = root_mean_square(moved / self._scale)
        lost = failed | ~(move < float("inf"))
        if count == self._first:
            falls = move <= 1e-3 * tolerance
        else:
            rate = move / self._library.where(before > 0.0, before, 1.0)
            falls = (before > 0.0) & (rate < 1.0) & (move * rate / (1.0 - rate) <= tolerance)
            lost = lost | (rate > _GROWTH)
        done = active & ((move <= self._least) | falls)
        self.solved = self.solved | done & ~lost
        self._before = move
        return active & ~(done | lost)
