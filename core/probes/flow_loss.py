"""The objective along the gradient flow."""

from __future__ import annotations

import numpy as np

from ..analysis.lowest_point import lowest_point
from ..analysis.sharpness import sharpness
from ..objective import Objective
from ..probe import StepsProbe
from ..readings.flow_loss import FlowLoss
from ..run_context import RunContext
from ..telemetry import Steps, host

_MOST_POINTS = 20_000
"""Per curve in the window."""


class FlowLossProbe(StepsProbe[FlowLoss]):
    """Keeps the ends of accepted forward steps, and evaluates the objective at all of them at once."""

    reading = FlowLoss
    title = "loss along the flow"
    kinds = frozenset({"minimise"})

    def begin(self, context: RunContext) -> None:
        count = len(context.starts)
        self._objective: Objective | None = None
        if context.field.system is not None:
            self._objective = Objective(context.field.system, context.experiment.values)
        self._every = context.every_step
        self._count = count
        self._blocks = [(np.arange(count), np.full(count, context.span[0]), context.starts)]

    def feed(self, steps: Steps) -> None:
        kept = host(steps.accepted).astype(bool) & (host(steps.t1) > host(steps.t0))
        self._blocks.append((host(steps.sample)[kept], host(steps.t1)[kept], host(steps.z1)[kept]))

    def read(self) -> FlowLoss | None:
        if self._objective is None:
            return None
        sample, t, z = (np.concatenate(column) for column in zip(*self._blocks, strict=True))
        self._blocks = [(sample, t, z)]
        order = np.argsort(sample, kind="stable")
        most = len(order) if self._every else _MOST_POINTS * max(1, self._count)
        if len(order) > most:  # the ends of curves stay: they are what matters
            last = np.flatnonzero(np.diff(sample[order], append=-1))
            order = order[np.union1d(np.arange(0, len(order), -(-len(order) // most)), last)]
        sample, t, z = sample[order], t[order], z[order]
        loss = self._objective.value(z)
        offsets = np.searchsorted(sample, np.arange(self._count + 1))
        slope = np.sqrt((self._objective.gradient(z) ** 2).sum(axis=1))
        lowest = lowest_point(self._objective, z, loss)
        return FlowLoss(t, loss, slope, sharpness(self._objective, z), offsets, lowest)


PROBE = FlowLossProbe
