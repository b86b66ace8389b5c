"""The drift of what a flow keeps, at the ends of the steps."""

from __future__ import annotations

import numpy as np

from ..language import array_invariant, invariants_of
from ..probe import StepsProbe
from ..readings.invariants import Invariants
from ..run_context import RunContext
from ..telemetry import Steps, host

_MOST_POINTS = 20_000
"""Per curve in the window."""
_ROUNDING = 1e-12
"""Of the values along a trajectory: a first one that is smaller than this part of them is 0."""


class InvariantsProbe(StepsProbe[Invariants]):
    """Keeps the ends of accepted forward steps, the method's own points, and evaluates the expressions at all of them
    at once: between two ends an interpolant has a drift of its own."""

    reading = Invariants
    title = "invariants"
    kinds = frozenset({"ode"})
    knows_events = True

    def begin(self, context: RunContext) -> None:
        system, (t0, t1) = context.field.system, context.span
        self._count = len(context.starts)
        self._every, self._way = context.every_step, np.sign(t1 - t0)
        self._helpers = () if system is None else invariants_of(system)
        self._functions = [] if system is None else [array_invariant(system, helper) for helper in self._helpers]
        self._parameters = context.field.parameters
        self._blocks = [(np.arange(self._count), np.full(self._count, t0), context.starts)]

    def feed(self, steps: Steps) -> None:
        if self._helpers:
            t0, t1 = host(steps.t0), host(steps.t1)
            kept = host(steps.accepted).astype(bool) & ((t1 - t0) * self._way > 0.0)
            if steps.until is not None:
                kept &= host(steps.until) == t1  # one that an event cuts short ends at no point of the method
            self._blocks.append((host(steps.sample)[kept], t1[kept], host(steps.z1)[kept]))

    def read(self) -> Invariants | None:
        if not self._helpers:
            return None
        sample, t, z = (np.concatenate(column) for column in zip(*self._blocks, strict=True))
        order = np.argsort(sample, kind="stable")
        sample, t, z = sample[order], t[order], z[order]
        self._blocks = [(sample, t, z)]
        values = np.stack([function(t, z, self._parameters) for function in self._functions])
        begin = np.searchsorted(sample, np.arange(self._count))
        first = values[:, begin]
        with np.errstate(all="ignore"):
            sizes = np.fmax.reduceat(np.abs(values), begin, axis=1) if self._count else np.abs(first)
            relative = np.abs(first) > _ROUNDING * sizes
            drift = (values - first[:, sample]) / np.where(relative, np.abs(first), 1.0)[:, sample]
            largest = np.fmax.reduceat(np.abs(drift), begin, axis=1) if self._count else np.abs(first)
        kept = self._thinned(sample)
        offsets = np.searchsorted(sample[kept], np.arange(self._count + 1))
        names, symbols = zip(*((helper.name, helper.symbol) for helper in self._helpers), strict=True)
        return Invariants(names, symbols, t[kept], drift[:, kept], offsets, first, relative, largest)

    def _thinned(self, sample: np.ndarray) -> np.ndarray:
        """Evenly chosen points, with the first and the last of every curve."""
        most = _MOST_POINTS * max(1, self._count)
        if self._every or len(sample) <= most:
            return np.arange(len(sample))
        ends = np.flatnonzero(np.diff(sample, prepend=-1) | np.diff(sample, append=-1))
        return np.union1d(np.arange(0, len(sample), -(-len(sample) // most)), ends)


PROBE = InvariantsProbe
