"""A layer that has learnt as networks of other depths."""

from __future__ import annotations

from collections.abc import Iterator

from ..probe import Slice, SweepProbe
from ..reading_error import ReadingError
from ..readings.network_depths import NetworkDepth, NetworkDepths
from ..run_context import RunContext

_PATHS, _PREVIEW_PATHS = 200, 100
_PREVIEW_POINTS = 200


class NetworkDepthsProbe(SweepProbe[NetworkDepths]):
    """Asks all test points one depth after the other; tells once all are known."""

    reading = NetworkDepths
    title = "networks of other depths"
    kinds = frozenset({"ode", "map"})
    looks_at_learner = True
    unit = "depths"

    def __init__(self) -> None:
        self._reading: NetworkDepths | None = None
        self._context: RunContext | None = None

    def begin(self, context: RunContext) -> None:
        system = context.field.system
        if context.learner is None:
            raise ReadingError("nothing is learnt: choose data to learn from")
        if system is None:
            raise ReadingError("other depths are of the layers of a text, and a Python file computes this one")
        if system.flow is not None:
            raise ReadingError("other depths are of a network that answers, and this one carries a density")
        from ..training.material import material  # noqa: PLC0415 - what the window lists needs no data

        if material(context.experiment)[2].spans is not None:
            raise ReadingError("other depths are of one time span, and these points have spans of their own")
        self._context = context

    def slices(self) -> Iterator[Slice]:
        context = self._context
        if context is None or context.field.system is None:
            return
        from ..training.answering import AnsweringLearner  # noqa: PLC0415 - needs torch
        from ..training.depth_networks import LAYERS, depth_networks  # noqa: PLC0415 - needs torch
        from ..training.material import material  # noqa: PLC0415 - what the window lists needs no data

        assert isinstance(context.learner, AnsweringLearner)
        _, _, test = material(context.experiment)
        if context.preview:
            test = test.part(slice(_PREVIEW_POINTS))
        count = min(len(test.x), _PREVIEW_PATHS if context.preview else _PATHS)
        networks: list[NetworkDepth] = []
        total = len(LAYERS) + 1
        for network in depth_networks(context.field.system, context.experiment, context.learner, test, count):
            networks.append(network)
            done = len(networks)
            if done == total:
                self._reading = NetworkDepths(tuple(networks))
            yield Slice(done / total, finer=done == total, done=done, total=total)

    def read(self) -> NetworkDepths | None:
        return self._reading


PROBE = NetworkDepthsProbe
