"""Attempted steps, accepted and rejected."""

from __future__ import annotations

import numpy as np

from ..outcome import Outcome
from ..probe import StepsProbe
from ..readings.step_sizes import StepSizes
from ..run_context import RunContext
from ..telemetry import Steps, host

_MOST = 50_000
_NONE = (np.empty(0, np.int64), np.empty(0), np.empty(0), np.empty(0), np.empty(0, bool), np.empty(0, np.int64))


class StepSizesProbe(StepsProbe[StepSizes]):
    """Keeps t, h, the error ratio and the iterations of every forward step."""

    reading = StepSizes
    title = "step sizes"
    knows_events = True
    knows_noise = True

    def __init__(self) -> None:
        self._blocks: list[tuple[np.ndarray, ...]] = []
        self._samples = 0
        self._over = False
        self._nodes = np.empty(0)
        self._solves = False
        self._outcomes: tuple[Outcome, ...] = ()

    def begin(self, context: RunContext) -> None:
        self._samples = len(context.starts)
        self._nodes = np.array([float(node) for node in context.tableau.nodes])
        self._most = np.iinfo(np.int64).max if context.every_step else _MOST

    def feed(self, steps: Steps) -> None:
        t0, t1 = host(steps.t0), host(steps.t1)
        forward = t1 > t0
        if forward.any():
            self._solves = self._solves or steps.iterations is not None
            iterations = np.zeros(len(t0), np.int64) if steps.iterations is None else host(steps.iterations)
            columns = (host(steps.sample), t0, t1 - t0, host(steps.error), host(steps.accepted), iterations)
            self._blocks.append(tuple(column[forward] for column in columns))

    def end(self, outcomes: tuple[Outcome, ...], forward: bool) -> None:
        if forward:
            self._over, self._outcomes = True, outcomes

    def read(self) -> StepSizes | None:
        if not self._blocks and not self._over:
            return None  # the plot keeps the steps of the run before until this one has some, or is known to have none
        blocks = self._blocks or [_NONE]
        sample, t, h, error, accepted, iterations = (np.concatenate(column) for column in zip(*blocks, strict=True))
        order = np.argsort(sample, kind="stable")
        keep = order[:: max(1, -(-order.size // self._most))]
        return StepSizes(
            t[keep],
            h[keep],
            error[keep],
            accepted[keep].astype(bool),
            np.searchsorted(sample[keep], np.arange(self._samples + 1)),
            self._nodes,
            self._outcomes,
            iterations[keep] if self._solves else None,
        )


PROBE = StepSizesProbe
