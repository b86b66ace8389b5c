"""What a network answers over the plane of its inputs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..analysis.grid_passes import grid_passes, seen_ranges
from ..probe import Slice, SweepProbe
from ..reading_error import ReadingError
from ..readings import INPUT_PLANE
from ..readings.decision_map import DecisionMap
from ..run_context import RunContext
from ..training.losses import is_right

_POINTS = 300
"""Of either kind: more hide the map."""


class DecisionMapProbe(SweepProbe[DecisionMap]):
    """Asks the network at the centres of a grid over the visible plane of inputs, or over all of the data."""

    reading = DecisionMap
    title = "the decision boundary"
    kinds = frozenset({"ode", "map"})
    looks_at_learner = True

    def __init__(self) -> None:
        self._reading: DecisionMap | None = None
        self._context: RunContext | None = None

    def begin(self, context: RunContext) -> None:
        if context.learner is None:
            raise ReadingError("nothing is learnt: choose data to learn from")
        from ..training.material import material  # noqa: PLC0415 - what the window lists needs no data

        data, train, test = material(context.experiment)
        if data.about != "classes":
            raise ReadingError("a decision boundary is between classes, and these data have none")
        if data.size != 2:
            raise ReadingError(f"the inputs have {data.size} components, and a boundary is drawn in a plane of two")
        self._train, self._test, self._context = train, test, context

    def slices(self) -> Iterator[Slice]:
        context = self._context
        if context is None or context.learner is None:
            return
        learner = context.learner
        parts = [part.part(slice(_POINTS)) for part in (self._train, self._test) if part.y is not None]
        points = np.concatenate([part.x for part in parts])
        labels = np.concatenate([np.asarray(part.y) for part in parts])
        right = is_right(learner.answers(points), labels)
        ranges = seen_ranges(context.viewport, INPUT_PLANE, self._train.x)
        for grid in grid_passes(learner.answers, ranges, context.preview):
            if grid.values is not None:
                self._reading = DecisionMap(
                    x=grid.x,
                    y=grid.y,
                    answers=grid.values,
                    points=points,
                    labels=labels,
                    test=np.arange(len(points)) >= len(parts[0].x),
                    right=right,
                )
            yield Slice(grid.share, finer=grid.values is not None)

    def read(self) -> DecisionMap | None:
        return self._reading


PROBE = DecisionMapProbe
