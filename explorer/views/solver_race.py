"""What the plots of iterations have in common: the solvers' colours and marks, and how a sample's run ended."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from core.lengths import length
from core.readings import Iterations, SolverRun

from ..canvas.glyphs import Glyph

if TYPE_CHECKING:
    from ..theme import Theme

SOLVER_GLYPHS: tuple[Glyph, ...] = ("disc", "square", "diamond", "triangle", "star", "wedge", "plus", "arrow")
"""Of the chosen solver and its rivals, over and over."""
_RIVALS = (6, 5, 4, 7, 3, 2, 1)
"""Rivals take the series' colours from the far end: the near ones are the samples'."""
_CHUNK = 256
"""Records that are looked through at once."""
_LONGEST_PERIOD = 16
_SAME = 1e-6
"""Part of a step within which a point of a cycle returns to itself."""


def solver_colour(theme: Theme, run: int, sample: int = 0) -> str:
    """The chosen solver (run 0) is drawn in the sample's own colour, its rivals each in one of theirs."""
    return theme.colour_of(sample) if run == 0 else theme.series[_RIVALS[(run - 1) % len(_RIVALS)]]


def solver_glyph(run: int) -> Glyph:
    """The mark that tells a solver from the others without its colour."""
    return SOLVER_GLYPHS[run % len(SOLVER_GLYPHS)]


def record_at(run: SolverRun, iteration: float, sample: int) -> int:
    """The record of `sample` that the playhead at `iteration` shows: the last not later one, or its end; -1: none."""
    last = last_record(run, sample)
    if last < 0 or math.isnan(iteration):
        return last
    reached = int(np.searchsorted(run.iteration, math.floor(iteration + 1e-9), side="right")) - 1
    return min(max(reached, 0), last)


def last_record(run: SolverRun, sample: int) -> int:
    """The last record of `sample` with a finite point; -1 where it has none."""
    for end in range(len(run.z), 0, -_CHUNK):  # most runs have one among the very last
        begin = max(0, end - _CHUNK)
        finite = np.flatnonzero(np.isfinite(run.z[begin:end, sample]).all(axis=1))
        if finite.size:
            return begin + int(finite[-1])
    return -1


def period(run: SolverRun, sample: int) -> int:
    """The length of the cycle that a run without success ended in; 0 where it ended in none."""
    last = last_record(run, sample)
    outcome = run.outcomes[sample]
    if last < 2 or outcome.success or outcome.name in ("running", "float_floor"):
        return 0
    end = run.z[last, sample]
    step = length(end - run.z[last - 1, sample])
    if step <= 1e-12 * length(end):
        return 0
    for count in range(2, min(_LONGEST_PERIOD, last) + 1):
        consecutive = run.iteration[last] - run.iteration[last - count] == count  # else thinned: not to be told
        if consecutive and length(end - run.z[last - count, sample]) <= _SAME * step:
            return count
    return 0


def ending(run: SolverRun, sample: int) -> str:
    """ "12" iterations of a run that converged; else what became of it, in a word or two."""
    outcome, count = run.outcomes[sample], int(run.iterations[sample])
    if outcome.success:
        return str(count)
    if outcome.name == "running":
        return f"{count} …"
    repeats = period(run, sample)
    return f"period {repeats}" if repeats else f"failed at {count}"


def focus_sample(iterations: Iterations, wanted: int) -> int:
    """The sample in focus, also where there are fewer of them now."""
    return min(wanted, max(0, len(iterations) - 1))
