"""How the layer moves the data."""

from __future__ import annotations

from collections.abc import Iterator

from ..probe import Slice, SweepProbe
from ..reading_error import ReadingError
from ..readings.feature_paths import FeaturePaths
from ..run_context import RunContext

_PATHS, _PREVIEW_PATHS = 200, 100
_DEPTHS, _PREVIEW_DEPTHS = 41, 21


class FeaturePathsProbe(SweepProbe[FeaturePaths]):
    """Follows some of the test points through the layer."""

    reading = FeaturePaths
    title = "features over depth"
    kinds = frozenset({"ode", "map"})
    looks_at_learner = True

    def __init__(self) -> None:
        self._reading: FeaturePaths | None = None
        self._context: RunContext | None = None

    def begin(self, context: RunContext) -> None:
        if context.learner is None:
            raise ReadingError("nothing is learnt: choose data to learn from")
        self._context = context

    def slices(self) -> Iterator[Slice]:
        context = self._context
        if context is None or context.learner is None:
            return
        from ..training.depth_networks import feature_paths, with_grid  # noqa: PLC0415 - needs torch
        from ..training.material import material  # noqa: PLC0415 - what the window lists needs no data

        learner, (_, _, test) = context.learner, material(context.experiment)
        count = min(len(test.x), _PREVIEW_PATHS if context.preview else _PATHS)
        some, depths = test.part(slice(count)), _PREVIEW_DEPTHS if context.preview else _DEPTHS
        paths = learner.paths(with_grid(some), depths, some.spans)
        self._reading = feature_paths(learner, some, count, paths, learner.answers(some.x, some.spans))
        yield Slice(1.0, finer=True)

    def read(self) -> FeaturePaths | None:
        return self._reading


PROBE = FeaturePathsProbe
