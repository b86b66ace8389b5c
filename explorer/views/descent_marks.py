"""What the plots of optimisers have in common: colours, marks, the playhead's record, the learning rate's limit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.readings import DescentRun, Descents, FlowLoss, LowestPoint

from ..canvas.number_text import number_text

if TYPE_CHECKING:
    from ..theme import Theme

_Mark = Literal["plus", "square", "diamond", "triangle", "star", "cross"]
"""Marks that are glyphs in a picture and swatches in a legend."""
_GLYPHS: tuple[_Mark, ...] = ("plus", "square", "diamond", "triangle", "star", "cross")
_COLOURS = (7, 6, 5, 4, 3, 2)
"""Optimisers take the series' colours from the far end: the near ones are the trajectories'."""


def descent_colour(theme: Theme, run: DescentRun) -> str:
    """An optimiser's own colour, whichever others there are."""
    return theme.series[_COLOURS[run.place % len(_COLOURS)]]


def descent_glyph(run: DescentRun) -> _Mark:
    """The mark that tells an optimiser from the others without its colour."""
    return _GLYPHS[run.place % len(_GLYPHS)]


def last_record(run: DescentRun, sample: int) -> int:
    """The last record of `sample`; -1 where it has none."""
    known = np.flatnonzero(np.isfinite(run.loss[:, sample]))
    return int(known[-1]) if known.size else -1


def record_at(run: DescentRun, iteration: float, sample: int) -> int:
    """The last record of `sample` not later than `iteration`, or its end; -1 where there is none."""
    reached = int(np.searchsorted(run.iteration, math.floor(iteration + 1e-6), side="right")) - 1
    return min(max(reached, 0), last_record(run, sample))


def lowest_of(descents: Descents | None, flow: FlowLoss | None) -> LowestPoint | None:
    """The lowest point that the optimisers or the flow came to."""
    found = [one.lowest for one in (descents, flow) if one is not None and one.lowest is not None]
    return min(found, key=lambda lowest: lowest.loss, default=None)


def rate_text(descents: Descents | None, flow: FlowLoss | None) -> tuple[str, str, bool]:
    """The learning rate against the strictest limit of the optimisers shown, at the lowest point: in short, in a
    sentence, and whether it is too large. Empty where there is no minimum."""
    lowest = lowest_of(descents, flow)
    if descents is None or lowest is None or descents.lowest is None or not lowest.sharpness > 0.0:
        return "", "", False
    # the limits of the reading are those of the optimisers' own lowest point
    part = descents.lowest.sharpness / lowest.sharpness
    limits = [(run.limit * part, run) for run in descents.runs if 0.0 < run.limit < math.inf]
    if not limits:
        return "", "", False
    limit, run = min(limits, key=lambda pair: pair[0])
    large = descents.eta >= limit
    bound = f"{number_text(limit * lowest.sharpness, 3)}/λ = {number_text(limit, 3)}"
    text = f"η = {number_text(descents.eta, 3)} {'≥' if large else '<'} {bound}: {'too large' if large else 'stable'}"
    about = f"λ = {number_text(lowest.sharpness)} is the largest eigenvalue of the Hessian at the lowest point"
    end = f"{run.title} will bounce out of the minimum" if large else f"{run.title} settles in the minimum"
    return text, f"{text}; {about}: {end}", large
