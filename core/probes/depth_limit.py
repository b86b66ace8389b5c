"""From residual layers to the differential equation to the equilibrium, from the start that is looked at."""

from __future__ import annotations

from collections.abc import Iterator

from .. import catalogue
from ..analysis.depth_limit import depth_limit
from ..analysis.integrator_run import Question
from ..probe import Slice, SweepProbe
from ..reading_error import ReadingError
from ..readings.depth_limit import DepthLimit
from ..run_context import RunContext


class DepthLimitProbe(SweepProbe[DepthLimit]):
    """Runs when everything else is done, and whatever the chosen method and precision: in float64."""

    reading = DepthLimit
    title = "depth"
    kinds = frozenset({"ode", "minimise"})

    def __init__(self) -> None:
        self._reading: DepthLimit | None = None
        self._question: Question | None = None

    def begin(self, context: RunContext) -> None:
        if not len(context.starts):
            raise ReadingError("there is no trajectory: start one, and its layers are computed")
        experiment, known = context.experiment, catalogue.integrators()
        index = min(context.focus, len(context.starts) - 1)
        embedded = tuple(method for method in known.values() if method.adaptive)
        self._question = Question(
            context.field,
            context.starts[index],
            context.span,
            (),
            tuple(method for method in embedded if method.refusal(context.field.system) is None),
            experiment.integration,
            experiment.budget,
            trajectory=index,
            quick=context.preview,
        )
        self.path = self._question.back_end(embedded[0])

    def slices(self) -> Iterator[Slice]:
        if self._question is None:
            return
        work = depth_limit(self._question)
        while True:
            try:
                next(work)
            except StopIteration as end:
                self._reading = end.value
                yield Slice(1.0, finer=True)
                return
            yield Slice(0.5)

    def read(self) -> DepthLimit | None:
        return self._reading


PROBE = DepthLimitProbe
