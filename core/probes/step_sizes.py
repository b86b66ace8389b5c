"""Attempted steps, accepted and rejected."""

from __future__ import annotations

import numpy as np

from ..probe import StepsProbe
from ..readings.step_sizes import StepSizes
from ..run_context import RunContext
from ..telemetry import Steps, host

_MOST = 50_000


class StepSizesProbe(StepsProbe[StepSizes]):
    """Keeps t, h and the error ratio of every forward step."""

    reading = StepSizes
    title = "step sizes"

    def __init__(self) -> None:
        self._blocks: list[tuple[np.ndarray, ...]] = []
        self._samples = 0

    def begin(self, context: RunContext) -> None:
        self._samples = len(context.starts)
        self._most = np.iinfo(np.int64).max if context.every_step else _MOST

    def feed(self, steps: Steps) -> None:
        t0, t1 = host(steps.t0), host(steps.t1)
        forward = t1 > t0
        if forward.any():
            columns = (host(steps.sample), t0, t1 - t0, host(steps.error), host(steps.accepted))
            self._blocks.append(tuple(column[forward] for column in columns))

    def read(self) -> StepSizes | None:
        if not self._blocks:
            return None
        sample, t, h, error, accepted = (np.concatenate(column) for column in zip(*self._blocks, strict=True))
        order = np.argsort(sample, kind="stable")
        keep = order[:: max(1, -(-order.size // self._most))]
        offsets = np.searchsorted(sample[keep], np.arange(self._samples + 1))
        return StepSizes(t[keep], h[keep], error[keep], accepted[keep].astype(bool), offsets)


PROBE = StepSizesProbe
