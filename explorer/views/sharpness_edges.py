"""The sharpness from which on an optimiser cannot stay in a minimum, dashed across the plot of the loss."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from core.readings import DescentRun

from ..canvas.segments import Segments, Stroke, StrokeGroup
from .descent_marks import descent_colour

if TYPE_CHECKING:
    from ..theme import Theme

_DASHES = 24


class SharpnessEdges:
    """One dashed line per optimiser that has an edge."""

    def __init__(self, theme: Theme) -> None:
        self.lines = Segments(theme, z=-5)
        self.heights: Mapping[str, float] = {}
        """log10 of the edge, by the optimiser's name."""

    def paint(self, theme: Theme, runs: tuple[DescentRun, ...], span: tuple[float, float]) -> None:
        """Those of `runs`, from the first to the last place along the axis."""
        edged = [run for run in runs if 0.0 < run.edge < math.inf]
        self.heights = {run.method: math.log10(run.edge) for run in edged}
        across = np.linspace(*span, 2 * _DASHES)
        points, groups = [np.empty((0, 2))], []
        for place, run in enumerate(edged):
            points.append(np.stack([across, np.full_like(across, self.heights[run.method])], axis=1))
            dashes = place * len(across) + 2 * np.arange(_DASHES)
            groups.append(StrokeGroup(dashes, Stroke(descent_colour(theme, run), 1.2)))
        self.lines.set_segments(np.concatenate(points), groups)
