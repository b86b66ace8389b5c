"""How trajectories are stroked: forward strong, backward faint, what is pointed at stronger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.readings import Trajectories

from .lines import polyline_begins
from .segments import Stroke, StrokeGroup

if TYPE_CHECKING:
    from ..theme import Theme

_MANY = 20_000
"""Segments from which on every curve is one pixel thin: more would not be told apart anyway."""
_FORWARD = (1.8, 1.0)
_BACKWARD = (1.0, 0.5)
_EMPHASISED = (2.8, 1.0)
_FAINT = (1.0, 0.35)


class CurveStrokes:
    """The segments of a set of trajectories, sorted out once, grouped anew for every emphasis."""

    def __init__(self, trajectories: Trajectories) -> None:
        self._begin = polyline_begins(trajectories.offsets, trajectories.jumps)
        self._owner = np.searchsorted(trajectories.offsets, self._begin, side="right") - 1
        self._ahead = trajectories.t[self._begin] >= trajectories.start_time
        self._count = len(trajectories)

    def groups(self, theme: Theme, emphasised: frozenset[int]) -> list[StrokeGroup]:
        """Stroke groups, faint ones first; `emphasised` trajectories lie on top."""
        strong = np.isin(self._owner, list(emphasised)) if emphasised else np.zeros(len(self._owner), dtype=bool)
        colours = min(self._count, len(theme.series))
        forward = (1.0, 1.0) if len(self._begin) > _MANY else _FORWARD
        kinds = ((~self._ahead & ~strong, _BACKWARD), (self._ahead & ~strong, forward), (strong, _EMPHASISED))
        return [
            StrokeGroup(self._begin[chosen], Stroke(theme.colour_of(index), weight, opacity))
            for members, (weight, opacity) in kinds
            for index in range(colours)
            if (chosen := members & (self._owner % len(theme.series) == index)).any()
        ]

    def faint_groups(self, theme: Theme, left_out: int | None) -> list[StrokeGroup]:
        """Every trajectory but one as a thin, faint line in its colour."""
        weight, opacity = _FAINT
        members = self._owner != (-1 if left_out is None else left_out)
        return [
            StrokeGroup(self._begin[chosen], Stroke(theme.colour_of(index), weight, opacity))
            for index in range(min(self._count, len(theme.series)))
            if (chosen := members & (self._owner % len(theme.series) == index)).any()
        ]

    def only(self, index: int, stroke: Stroke) -> StrokeGroup:
        """One trajectory."""
        return StrokeGroup(self._begin[self._owner == index], stroke)
