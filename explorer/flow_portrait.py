"""What the gallery's small pictures show of a minimisation: contours of the loss, and the flow down from its starts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from core.analysis.contours import zero_contour
from core.analysis.loss_levels import loss_levels
from core.analysis.polylines import joined
from core.experiment import starting_points
from core.objective import Objective

from .edits import span_of
from .portrait import Line, Portrait

if TYPE_CHECKING:
    from core.experiment import Experiment
    from core.language import System

_STEPS = 240
_STEPS_AT_ONCE = 10
_SHORTEST = 1e-5
"""Of the span: the first step; each is a little longer than the one before."""
_STARTS = 6
_GRID = (66, 44)
_EVERY = 2
"""Of the levels that a large picture has."""


class FlowPortrait(Portrait):
    """The first two components of the flow; contours where there are no more."""

    def __init__(self, experiment: Experiment, system: System) -> None:
        self._objective = Objective(system, experiment.values)
        self._start = np.asarray(starting_points(experiment, system)[:_STARTS], dtype=float)
        begin, end = span_of(experiment, system)
        self._times = begin + np.concatenate([[0.0], np.geomspace(_SHORTEST, 1.0, _STEPS) * (end - begin)])
        self._ranges = [system.view[name] for name in system.components if name in system.view]
        self._points = self._start[None]
        self._contours: list[Line] = []

    def follow(self) -> Iterator[None]:
        """Linearly implicit Euler steps: a valley with steep walls needs no shorter ones than any other."""
        points = [self._start]
        with np.errstate(all="ignore"):
            for index, h in enumerate(np.diff(self._times).tolist()):
                points.append(np.array([self._lower(z, h) for z in points[-1]]))
                if index % _STEPS_AT_ONCE == 0:
                    yield
            self._points = np.array(points)
            if self._objective.size == 2 and len(self._ranges) == 2:
                yield
                yield from self._draw_contours()

    def curves(self) -> list[Line]:
        """The flow from every start; against time where there is one component only."""
        paths = self._points.swapaxes(0, 1)
        if self._objective.size == 1:
            return [(self._times[: len(path)], path[:, 0]) for path in paths]
        return [(path[:, 0], path[:, 1]) for path in paths]

    def background(self) -> list[Line]:
        """Contours of the loss."""
        return self._contours

    def _lower(self, z: np.ndarray, h: float) -> np.ndarray:
        """z - (1/h + H)^-1 grad phi, where directions in which the loss bends down count as straight."""
        slope, hessian = self._objective.gradient(z), self._objective.hessian(z)
        if not (np.isfinite(slope).all() and np.isfinite(hessian).all()):
            return np.full_like(z, np.nan)
        curvature, directions = np.linalg.eigh(0.5 * (hessian + hessian.T))
        return z - directions @ ((directions.T @ slope) / (1.0 / h + curvature.clip(min=0.0)))

    def _draw_contours(self) -> Iterator[None]:
        x, y = (np.linspace(*ends, count) for ends, count in zip(self._ranges, _GRID, strict=True))
        values = self._objective.value(np.stack(np.meshgrid(x, y), axis=-1))
        finite = values[np.isfinite(values)]
        if not finite.size:
            return
        drawn = []
        for level in loss_levels(values, float(finite.min()))[::_EVERY]:
            yield
            drawn += [(curve[:, 0], curve[:, 1]) for curve in joined(zero_contour(x, y, values - level)).curves()]
        self._contours = [line for line in drawn if len(line[0])]
