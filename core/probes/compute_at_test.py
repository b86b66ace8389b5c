"""What a trained network is worth with more compute, or less."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from ..probe import Slice, SweepProbe
from ..reading_error import ReadingError
from ..readings.compute_at_test import ComputeAtTest, ComputeLine
from ..run_context import RunContext

if TYPE_CHECKING:
    from ..experiment import Experiment
    from ..training.compute_ladders import Ladder

_PREVIEW_POINTS, _PREVIEW_STRIDE = 100, 2
_Row = tuple[float, float, float, float]
"""Cost, loss, accuracy and the share that failed."""


class ComputeAtTestProbe(SweepProbe[ComputeAtTest]):
    """Asks the network for the test points with one setting of its solver after the other. A layer is given more
    iterations until every test point has converged."""

    reading = ComputeAtTest
    title = "test-time compute"
    kinds = frozenset({"ode", "map"})
    looks_at_learner = True
    unit = "settings"

    def __init__(self) -> None:
        self._reading: ComputeAtTest | None = None
        self._context: RunContext | None = None

    def begin(self, context: RunContext) -> None:
        system = context.field.system
        if context.learner is not None and system is None:
            raise ReadingError("test-time compute is of a text's network, and a Python file computes this layer")
        if context.learner is None or system is None:
            raise ReadingError("nothing is learnt: choose data to learn from")
        if system.flow is not None:
            raise ReadingError("test-time compute is of a network that answers, and this one carries a density")
        from ..training.material import material  # noqa: PLC0415 - what the window lists needs no data

        _, _, test = material(context.experiment)
        count = min(len(test.x), _PREVIEW_POINTS) if context.preview else len(test.x)
        self._test = test.part(slice(count))
        self._context = context

    def slices(self) -> Iterator[Slice]:
        context = self._context
        if context is None:
            return
        from ..training.compute_ladders import exact, plain  # noqa: PLC0415 - as above

        ladders = self._ladders(context)
        rows: list[list[_Row]] = [[] for _ in ladders]
        total, done = sum(len(ladder.settings) for ladder in ladders) + 2, 2
        own = self._measured(plain(context.experiment))
        yield Slice(1 / total, done=1, total=total)
        nothing = (float("nan"),) * 4
        truth = nothing if context.preview else self._measured(exact(context.experiment))
        for ladder, found in zip(ladders, rows, strict=True):
            for experiment in ladder.experiments:
                # more iterations change nothing where all have converged
                enough = ladder.varied == "iterations" and bool(found) and found[-1][3] == 0.0
                if enough:
                    total -= len(ladder.settings) - len(found)
                    break
                found.append(self._measured(experiment))
                done += 1
                self._reading = self._told(ladders, rows, own, truth, (done, total))
                yield Slice(done / total, finer=True, done=done, total=total)
        self._reading = self._told(ladders, rows, own, truth, (done, total))
        yield Slice(1.0, finer=True, done=done, total=total)

    def _ladders(self, context: RunContext) -> tuple[Ladder, ...]:
        from ..training.compute_ladders import equation_ladders, layer_ladders  # noqa: PLC0415 - as above
        from ..training.ode_learner import OdeLearner  # noqa: PLC0415 - needs torch

        learner = context.learner
        stride = _PREVIEW_STRIDE if context.preview else 1
        if isinstance(learner, OdeLearner):
            return tuple(ladder.thinned(stride) for ladder in equation_ladders(context.experiment, learner.span))
        return tuple(ladder.thinned(stride) for ladder in layer_ladders(context.experiment))

    def _measured(self, experiment: Experiment) -> _Row:
        from ..training.learners import learner_of  # noqa: PLC0415 - needs torch

        assert self._context is not None
        assert self._context.field.system is not None
        learner = learner_of(self._context.field.system, experiment)
        loss, accuracy = learner.measured(self._test)
        effort = learner.effort()
        return effort.forward, loss, accuracy, effort.failed

    def _told(
        self, ladders: tuple[Ladder, ...], rows: list[list[_Row]], own: _Row, truth: _Row, share: tuple[int, int]
    ) -> ComputeAtTest:
        assert self._context is not None
        _, loss, accuracy, failed = truth
        experiment, (first, *_) = self._context.experiment, ladders
        root, integration = experiment.root, experiment.integration
        setting = {"iterations": float(root.iterations), "steps": integration.step, "tolerance": integration.rtol}
        return ComputeAtTest(
            kind="map" if self._context.map is not None else "ode",
            lines=tuple(
                _line(ladder, ladder.settings[: len(found)], found)
                for ladder, found in zip(ladders, rows, strict=True)
                if found
            ),
            own=_line(first, (setting[first.varied],), [own]),
            exact_loss=float("nan") if failed else loss,
            exact_accuracy=float("nan") if failed else accuracy,
            points=len(self._test.x),
            measured=share[0],
            total=share[1],
        )

    def read(self) -> ComputeAtTest | None:
        return self._reading


def _line(ladder: Ladder, settings: tuple[float, ...], rows: list[_Row]) -> ComputeLine:
    cost, loss, accuracy, failed = np.array(rows).T
    return ComputeLine(ladder.solver, ladder.title, ladder.varied, np.array(settings), cost, loss, accuracy, failed)


PROBE = ComputeAtTestProbe
