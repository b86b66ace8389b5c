"""Estimates of the divergence at the start of the trajectory that is looked at."""

from __future__ import annotations

import numpy as np

from .. import catalogue
from ..probe import Probe
from ..reading_error import ReadingError
from ..readings.trace_estimates import NoisyTraces, TraceEstimates
from ..run_context import RunContext

_ESTIMATES = 2000
_LARGEST = 400
"""Components up to which the Jacobian is written out."""


class TraceEstimatesProbe(Probe[TraceEstimates]):
    """Draws noise of every kind again and again, for one Jacobian."""

    reading = TraceEstimates
    title = "estimates of the trace"
    kinds = frozenset({"ode"})

    def __init__(self) -> None:
        self._reading: TraceEstimates | None = None

    def begin(self, context: RunContext) -> None:
        if not len(context.starts):
            raise ReadingError("there is no start at which the divergence could be estimated: add one")
        if context.field.size > _LARGEST:
            raise ReadingError(
                f"estimates of the trace are compared for up to {_LARGEST} components, and here are "
                f"{context.field.size}"
            )
        index = min(context.focus, len(context.starts) - 1)
        at = context.starts[index]
        jacobian = context.field.jacobian()(context.span[0], at)
        if not np.isfinite(jacobian).all():
            raise ReadingError("the field has no derivatives at this start, so that its divergence is no number")
        random = np.random.Generator(np.random.Philox(key=context.experiment.seed))
        found = []
        for name, kind in catalogue.trace_estimators().items():
            estimator = kind()
            if estimator.vectors:
                estimates = estimator.estimates(jacobian, _ESTIMATES, random)
                predicted = max(estimator.variance(jacobian), 0.0) ** 0.5
                found.append(NoisyTraces(name, kind.title, estimates, predicted))
        self._reading = TraceEstimates(index, at, float(np.trace(jacobian)), tuple(found))

    def read(self) -> TraceEstimates | None:
        return self._reading


PROBE = TraceEstimatesProbe
