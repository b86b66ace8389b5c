"""How far the trajectory that is looked at is from the solution."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import numpy as np

from ..analysis.global_error import finer_run, finer_tolerances, halved_states, richardson_error, tolerance_error
from ..chosen_controller import chosen_controller
from ..outcome import Outcome
from ..probe import Slice, StepsProbe, SweepProbe
from ..readings.global_error import GlobalError
from ..run_context import RunContext
from ..telemetry import Steps, host

_SLICE = 0.02
"""Seconds."""


class GlobalErrorProbe(StepsProbe[GlobalError], SweepProbe[GlobalError]):
    """Keeps the ends of its steps, and follows it once more, finer, when the run has ended; nothing unless the
    experiment asks for it, and nothing during a drag."""

    reading = GlobalError
    title = "the global error"
    unit = "steps"
    kinds = frozenset({"ode", "minimise"})

    def __init__(self) -> None:
        self._context: RunContext | None = None
        self._t: list[np.ndarray] = []
        self._z: list[np.ndarray] = []
        self._reading: GlobalError | None = None

    def begin(self, context: RunContext) -> None:
        wanted = context.experiment.integration.global_error and not context.preview
        if wanted and len(context.starts) and context.field.system is not None:
            self._context = context
            self._focus = min(context.focus, len(context.starts) - 1)
            self.path = "numpy"

    def feed(self, steps: Steps) -> None:
        if self._context is None:
            return
        t0, t1 = host(steps.t0), host(steps.t1)
        own = np.flatnonzero((host(steps.sample) == self._focus) & host(steps.accepted).astype(bool) & (t1 > t0))
        self._t.append(t1[own])
        self._z.append(host(steps.z1)[own].astype(np.float64))

    def end(self, outcomes: tuple[Outcome, ...], forward: bool) -> None:
        """Nothing: what was fed tells how far it came."""

    def slices(self) -> Iterator[Slice]:
        context = self._context
        if context is None or not sum(map(len, self._t)):
            return
        start = context.starts[self._focus]
        t = np.concatenate([[context.span[0]], *self._t])
        z = np.concatenate([start[None], *self._z])
        halved = context.tableau.fixed_steps
        error = np.full_like(z, np.nan)
        error[0] = 0.0
        if halved:
            begun, count = perf_counter(), len(t) - 1
            for place, fine in enumerate(halved_states(context.field, context.tableau, t, start), start=1):
                error[place] = richardson_error(z[place], fine, context.tableau.order)
                if perf_counter() - begun > _SLICE:
                    yield Slice(place / count, done=place, total=count)
                    begun = perf_counter()
        else:
            choice = context.experiment.integration
            controller = chosen_controller(context.tableau, choice, finer_tolerances(choice.rtol, choice.atol))
            run = finer_run(context.field, context.tableau, controller, t, start, context.experiment.budget)
            for states in run:
                if states is not None:
                    error[1:] = tolerance_error(z, states)[1:]
                yield Slice(0.5)
        finite = np.abs(z[np.isfinite(z)])
        size = float(finite.max()) if finite.size else 0.0
        self._reading = GlobalError(self._focus, context.field.components, t, error, z[-1], size, halved)
        yield Slice(1.0, finer=True)

    def read(self) -> GlobalError | None:
        return self._reading


PROBE = GlobalErrorProbe
