"""The loss of a network over a plane of its weights."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from ..analysis.contours import zero_contour
from ..analysis.loss_grid import LossGrid
from ..analysis.loss_levels import loss_levels
from ..analysis.polylines import joined
from ..landscape_axis import LandscapeAxis
from ..plane_directions import random_plane
from ..probe import Slice, SweepProbe
from ..reading_error import ReadingError
from ..readings.loss_slice import LossSlice
from ..run_context import RunContext
from ..weight_plane import SLICE_PLANE

if TYPE_CHECKING:
    from ..training.slice_losses import SliceLosses
    from ..weight_plane import Ranges, WeightPlane

_STEPS = (8, 4, 2, 1)
_LONGEST, _PREVIEW_LONGEST = 3.0, 0.3
"""Seconds that a finer pass may be expected to take."""
_DECADES = 100.0
"""Times that the highest loss is the lowest where logarithms are shown."""


class LossSliceProbe(SweepProbe[LossSlice]):
    """Looks at the plane that the request lays through the path of the training, or at one of random directions."""

    reading = LossSlice
    title = "the loss about the path of the training"
    unit = "places"
    kinds = frozenset({"ode", "map"})
    follows_weights = False

    def __init__(self) -> None:
        self._reading: LossSlice | None = None
        self._context: RunContext | None = None

    def begin(self, context: RunContext) -> None:
        system = context.field.system
        if not context.experiment.training.data:
            raise ReadingError("nothing is learnt: choose data to learn from")
        if system is None:
            raise ReadingError("the loss is looked at over the weights of a text, and a Python file has these")
        if sum(math.prod(item.shape) for item in system.data if item.learnt) < 2:
            raise ReadingError("a single number that is learnt has no plane about it")
        self._context = context

    def slices(self) -> Iterator[Slice]:
        context = self._context
        if context is None or context.field.system is None:
            return
        from ..training.slice_losses import SliceLosses  # noqa: PLC0415 - needs torch

        losses = SliceLosses(context.field.system, context.experiment)
        plane = context.plane
        if plane is None or not plane.fits(losses.weights):
            plane = random_plane(losses.weights, context.experiment.seed)
        losses.lay(plane)
        ranges = self._ranges(plane, losses)
        axes = tuple(LandscapeAxis(name, name, *ends) for name, ends in zip(SLICE_PLANE, ranges, strict=True))
        grid, known = LossGrid(axes, ranges, _STEPS), 0.0
        total = len(grid.places[0]) * len(grid.places[1])
        for share in grid.passes(losses, longest=_PREVIEW_LONGEST if context.preview else _LONGEST):
            finer, known = grid.share > known, grid.share
            if finer:
                self._reading = self._told(grid, plane, losses)
            yield Slice(min(share, 0.99), finer=finer, done=round(share * total), total=total)
        yield Slice(1.0, finer=True)

    def _ranges(self, plane: WeightPlane, losses: SliceLosses) -> Ranges:
        assert self._context is not None
        seen = self._context.viewport
        if seen is not None and (seen.x, seen.y) == SLICE_PLANE:
            return seen.x_range, seen.y_range
        return plane.home(losses.place)

    def _told(self, grid: LossGrid, plane: WeightPlane, losses: SliceLosses) -> LossSlice:
        assert self._context is not None
        x, y, values = grid.seen()
        finite = values[np.isfinite(values)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
        floor = 0.0 if 0.0 < low < high / _DECADES else low
        levels = loss_levels(values, floor)
        return LossSlice(
            x=x,
            y=y,
            values=values,
            step=grid.step,
            floor=floor,
            levels=levels,
            lines=tuple(joined(zero_contour(x, y, values - level)) for level in levels),
            plane=plane,
            place=losses.place,
            loss=losses.loss,
            points=len(losses.points.x),
            about=self._context.experiment.training.loss,
        )

    def read(self) -> LossSlice | None:
        return self._reading


PROBE = LossSliceProbe
