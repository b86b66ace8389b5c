"""How the step sizes of many trajectories follow their errors, all at once."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from .array_library import ArrayLibrary
from .log_array import LogArray
from .ode_lanes import Lanes
from .step_controller import StepController, StepMemory
from .step_rules import LEAST_ERROR, LEAST_PREVIOUS, initial_step
from .stepper import Attempt, Stepper


class LaneControl:
    """`controller` on arrays of `library`; order: of the method's error estimate.

    What it remembers of a lane it keeps in the lane, as logarithms.
    """

    def __init__(self, controller: StepController, library: ArrayLibrary, order: int) -> None:
        self._controller, self._library, self._order = controller, library, order

    def opened(self, lanes: Lanes) -> Lanes:
        """Lanes with the memory of a start."""
        zeros = self._library.module.zeros_like(lanes.h)
        start = {"previous": zeros + math.log(LEAST_PREVIOUS), "growth": zeros}
        start["earlier"] = start["previous"]
        return replace(lanes, **{name: start[name] for name in self._controller.remembers})

    def first_steps(self, lanes: Lanes, stepper: Stepper, slope: Any) -> Any:
        """The signed size of every first step (L,); slope (L, n): of the field at the starts."""
        module, length, step = self._library.module, lanes.end - lanes.t, self._controller.first_step
        if step is None:
            spans, tolerances = self._library.cast(length, lanes.z.dtype), stepper.tolerances_for(lanes.z)
            guess = initial_step(module, stepper.slope, lanes.t, lanes.z, slope, spans, tolerances, self._order)
            sizes = self._library.cast(guess, lanes.t.dtype)
        else:
            sizes = module.full_like(lanes.t, step)
        return module.where(length > 0, sizes, -sizes)

    def adjusted(self, lanes: Lanes, made: Attempt, error: Any, accepted: Any, broken: Any) -> tuple[Any, Lanes]:
        """By how much each step size changes (L,), and the lanes with what is remembered.

        broken (L,): whether an attempt gave no numbers; None where all did.
        """
        if not self._controller.adaptive:
            return self._library.module.ones_like(lanes.h), lanes
        if made.factor is not None:
            return self._bounded(lanes, made.factor, accepted, broken), lanes
        where, (smallest, largest) = self._library.module.where, self._controller.limits
        ratio = LogArray(self._library.module.log(error.clip(min=LEAST_ERROR)))
        before = StepMemory(*(None if known is None else LogArray(known) for known in _remembered(lanes)))
        grown = self._controller.after_acceptance(ratio, before, self._order).total()
        shrunk = self._controller.after_rejection(ratio, self._order).total()
        change = where(accepted, grown, shrunk).clip(min=math.log(smallest), max=math.log(largest))
        change = where(lanes.rejected, change.clip(max=0.0), change)
        if broken is not None:
            change = where(broken, math.log(smallest), change)
        return self._library.module.exp(change), self._recalled(lanes, ratio.logarithm, accepted, change)

    def _bounded(self, lanes: Lanes, factor: Any, accepted: Any, broken: Any) -> Any:
        """The method's own factors within the limits; none above 1 right after a rejection."""
        where, (smallest, largest) = self._library.module.where, self._controller.limits
        factor = factor.clip(min=smallest)
        factor = where(accepted, factor.clip(max=where(lanes.rejected, 1.0, largest)), factor)
        return factor if broken is None else where(broken, smallest, factor)

    def _recalled(self, lanes: Lanes, ratio: Any, accepted: Any, change: Any) -> Lanes:
        """What the controller reads after the next acceptance."""
        where, known = self._library.module.where, self._controller.remembers
        new = {}
        if "previous" in known:
            new["previous"] = where(accepted, ratio.clip(min=math.log(LEAST_PREVIOUS)), lanes.previous)
        if "earlier" in known:
            new["earlier"] = where(accepted, lanes.previous, lanes.earlier)
        if "growth" in known:
            new["growth"] = where(accepted, change, lanes.growth + change)
        return replace(lanes, **new)


def _remembered(lanes: Lanes) -> tuple[Any, Any, Any]:
    return lanes.previous, lanes.earlier, lanes.growth
