"""The distance of the trajectory that is looked at from the next one, and Gronwall's bounds."""

from __future__ import annotations

import numpy as np

from ..analysis.gronwall import growth_rates
from ..dense_output import AcceptedSteps, DenseOutput
from ..outcome import Outcome
from ..probe import StepsProbe
from ..reading_error import ReadingError
from ..readings.gronwall_cone import GronwallCone
from ..run_context import RunContext
from ..telemetry import Steps

LARGEST = 64
"""Components up to which the norms of the Jacobian are taken."""
_TIMES, _PLACES = 401, 9
_FEWEST_TIMES = 101
_MOST_NUMBERS = 2_000_000
"""Entries of all Jacobians together."""


class GronwallConeProbe(StepsProbe[GronwallCone]):
    """Keeps the steps of two trajectories, and compares them once they are over."""

    reading = GronwallCone
    title = "Gronwall's cone"
    kinds = frozenset({"ode", "minimise"})

    def __init__(self) -> None:
        self._context: RunContext | None = None
        self._reading: GronwallCone | None = None

    def begin(self, context: RunContext) -> None:
        if context.field.system is None:
            return
        if context.field.size > LARGEST:
            raise ReadingError(f"Gronwall's cone is there for up to {LARGEST} components")
        count = len(context.starts)
        if count < 2:
            raise ReadingError(
                "two trajectories are needed: add a start to the text, or click the phase plane beside the first one"
            )
        first = min(context.focus, count - 1)
        self._pair = first, (first + 1) % count
        if (context.starts[self._pair[0]] == context.starts[self._pair[1]]).all():
            raise ReadingError("both trajectories have the same start: their distance is 0 for ever")
        self._context = context
        self._dense = DenseOutput(context.tableau, context.starts[list(self._pair)], context.span)

    def feed(self, steps: Steps) -> None:
        if self._context is None:
            return
        block = AcceptedSteps.of(steps)
        forward = (block.t1 > block.t0) == (self._context.span[1] > self._context.span[0])
        for row, index in enumerate(self._pair):
            own = block.take(np.flatnonzero((block.sample == index) & forward))
            self._dense.add(own._replace(sample=np.full(len(own.sample), row)))

    def end(self, outcomes: tuple[Outcome, ...], forward: bool) -> None:  # noqa: ARG002 - the contract's arguments
        context = self._context
        if context is None or not forward:
            return
        begin, end = context.span
        fit = _MOST_NUMBERS // (_PLACES * context.field.size**2)
        t = np.linspace(begin, end, int(np.clip(fit, _FEWEST_TIMES, _TIMES)))
        first, second = self._dense.at(t)
        known = np.isfinite(first).all(axis=1) & np.isfinite(second).all(axis=1)
        count = int(np.cumprod(known).sum())
        t, first, second = t[:count], first[:count], second[:count]
        distance = np.linalg.norm(second - first, axis=1)
        rates = growth_rates(context.field.jacobian(), t, first, second, _PLACES)
        size = float(max(np.linalg.norm(z, axis=1).max() for z in (first, second)))
        self._reading = GronwallCone(*self._pair, t, distance, *rates, count, _PLACES, size, context.tableau.title)

    def read(self) -> GronwallCone | None:
        return self._reading


PROBE = GronwallConeProbe
