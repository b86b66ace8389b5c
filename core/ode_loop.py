"""The integration loop on arrays: many trajectories at once, each with its own time, step size and end."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager
from dataclasses import fields, replace
from time import perf_counter
from typing import Any

import numpy as np

from .array_library import ArrayLibrary
from .budget import Budget
from .deferred import deferred
from .lane_control import LaneControl
from .lane_padding import most_lanes, rows_together
from .lane_rows import places, replaced, rows
from .ode_lanes import Lanes
from .outcome import Outcome
from .problem import InitialValue
from .step_controller import StepController
from .step_rules import ENDINGS, SHORT, STRETCH, UNDERFLOW, overflow_threshold
from .stepper import Attempt, Stepper
from .telemetry import Steps, Unwanted

torch = deferred("torch")

_BLOCK_ROWS, _BLOCK_SECONDS = 256, 0.003
"""A block is handed out after that many attempts or that much time, whichever comes first."""

_RUNNING, _SUCCESS, _UNDERFLOW, _BAD_INPUT, _FIELD, _STATE, _UNSOLVED = range(7)
"""An ending on the device is its place in `ENDINGS`."""


def integrate(
    problem: InitialValue,
    stepper: Stepper,
    controller: StepController,
    budget: Budget,
    device: str = "cpu",
    dtype: str = "float64",
) -> Generator[Steps, Unwanted, tuple[Outcome, ...]]:
    """Follow every start of `problem`; yields blocks of attempted steps, returns one outcome per start.

    A sample that ends leaves the batch; what the others compute does not depend on it, bit for bit.
    """
    deadline = perf_counter() + budget.seconds
    outcomes: list[Outcome] = []
    lanes = most_lanes(problem.field.size, device, stepper.library.is_numpy)
    for begin in range(0, len(problem.start), lanes):
        start = stepper.library.array(problem.start[begin : begin + lanes], device, dtype)
        group = _Group(problem, stepper, controller, budget, begin, start, device)
        yield from _follow(group, deadline)
        outcomes += group.outcomes
    return tuple(outcomes)


def _follow(group: _Group, deadline: float) -> Generator[Steps, Unwanted, None]:
    """Attempt steps until every trajectory of the group has ended."""
    with group.quietly():
        group.open()
    blocks: list[Steps] = []
    rows, since = 0, perf_counter()
    while group.count:
        with group.quietly():
            blocks.append(group.attempt())
        now = perf_counter()
        if now > deadline:
            group.stop("max_time")
        rows += len(blocks[-1])
        if rows >= _BLOCK_ROWS or now - since > _BLOCK_SECONDS or not group.count:
            unwanted = yield _joined(group.library, blocks)
            if unwanted is not None and group.count:
                group.leave(unwanted)
            blocks, rows, since = [], 0, perf_counter()


class _Group:
    """Trajectories that share a loop: the lanes under way, and the outcomes of those that ended."""

    def __init__(
        self,
        problem: InitialValue,
        stepper: Stepper,
        controller: StepController,
        budget: Budget,
        offset: int,
        start: Any,
        device: str,
    ) -> None:
        self.library = library = stepper.library
        self._module = module = library.module
        self._stepper, self._controller, self._budget, self._offset = stepper, controller, budget, offset
        self._control = LaneControl(controller, library, stepper.method.error_order)
        self._attempts, self._first = 0, problem.first
        self._most_calls = 0
        self._multiple = rows_together(len(problem.start), problem.field.size, library.is_numpy)
        self._huge = overflow_threshold(float(module.finfo(start.dtype).max))
        self.outcomes = [Outcome("running")] * len(start)
        self.count = len(start)
        times, end = library.array(problem.ends[:, offset : offset + self.count].copy(), device, "float64")
        whole = library.cast(module.zeros_like(times), module.int64)
        lanes = Lanes(
            sample=module.cumsum(whole + 1, 0) + (offset - 1),
            t=times,
            h=module.zeros_like(times),
            end=end,
            target=times,
            z=start,
            calls=whole,
            rejected=whole != 0,
        )
        self._lanes = self._control.opened(lanes)

    def quietly(self) -> AbstractContextManager[Any]:
        """What a step is made in: no tape, and no warning of a number that is none."""
        return np.errstate(all="ignore") if self.library.is_numpy else torch.no_grad()

    def open(self) -> None:
        """Find the first slope and step of every trajectory; end those that have none."""
        module, adaptive = self._module, self._controller.adaptive
        self._retire(module.where(module.isfinite(self._lanes.z).all(1), _RUNNING, _BAD_INPUT))
        opening = 2 if adaptive else self._stepper.opening_calls
        if self._budget.evaluations < opening + self._stepper.least_calls or self._budget.steps < 1:
            self.stop("max_evaluations")
        slope = None
        if opening and self.count:
            slope = self._stepper.slope(self._lanes.t, self._lanes.z)
            finite = module.isfinite(slope).all(1)
            self._lanes = replace(self._lanes, memory=(slope,), calls=self._lanes.calls + opening)
            self._most_calls = opening
            self._retire(module.where(finite, _RUNNING, _FIELD))
            slope = self._lanes.memory[0]
        if self.count:
            lanes = replace(self._lanes, h=self._control.first_steps(self._lanes, self._stepper, slope))
            numbers = lanes.sample + self._first
            self._lanes = replace(lanes, memory=self._stepper.begin(numbers, lanes.t, lanes.h, lanes.z, slope))
            self._settle()

    def stop(self, ending: str) -> None:
        """End every trajectory that is under way."""
        self._retire(self._module.full_like(self._lanes.sample, ENDINGS.index(ending)))

    def leave(self, unwanted: np.ndarray) -> None:
        """End the trajectories `unwanted` that are under way."""
        gone = self.library.mask(unwanted, self._lanes.sample)
        left = self._module.isin(self._lanes.sample, gone)
        self._retire(self._module.where(left, ENDINGS.index("cancelled"), _RUNNING))

    def attempt(self) -> Steps:
        """Try one step of every trajectory under way and move on."""
        lanes, library, module = self._lanes, self.library, self._module
        t1 = lanes.target
        width = t1 - lanes.t
        made = self._stepper.step(lanes.t, width, lanes.z, lanes.memory)
        self._attempts += 1
        error = library.cast(made.error, module.float64)
        accepted = error <= 1.0
        failed = None if bool(accepted.all()) else places(library, ~accepted)
        broken = None if failed is None else self._broken(error)
        calls = lanes.calls + made.calls
        record = self._record(
            t1, made, error if broken is None else module.where(broken, module.inf, error), accepted, calls
        )
        factor, lanes = self._control.adjusted(lanes, made, error, accepted, broken)

        def moved(new: Any, old: Any) -> Any:
            """The new rows of lanes whose step is accepted, else the old ones."""
            return new if failed is None else replaced(library, new, failed, rows(library, old, failed))

        self._lanes = replace(
            lanes,
            t=moved(t1, lanes.t),
            # not the width on acceptance: its rounding would let a fixed step wander
            h=moved(lanes.h, width) * factor,
            z=moved(made.z1, lanes.z),
            calls=calls,
            rejected=~accepted,
            trouble=self._trouble(made.stages, error, accepted, broken),
            memory=tuple(moved(new, old) for new, old in zip(made.memory, lanes.memory, strict=True)),
        )
        self._settle(self._too_short(width, accepted) if self._controller.adaptive else broken)
        self._most_calls += made.calls if isinstance(made.calls, int) else int(made.calls.max())
        if self._attempts >= self._budget.steps:
            self.stop("max_steps")
        elif self.count and self._most_calls + self._stepper.least_calls > self._budget.evaluations:
            spent = self._lanes.calls + self._stepper.least_calls > self._budget.evaluations
            self._retire(module.where(spent, ENDINGS.index("max_evaluations"), _RUNNING))
        return record

    def _too_short(self, width: Any, accepted: Any) -> Any:
        """Which attempts failed and may not be made shorter; None where steps may be as short as they like."""
        shortest = self._controller.shortest
        return None if shortest == 0.0 else ~accepted & (abs(width) <= SHORT * shortest)

    def _broken(self, error: Any) -> Any:
        """Which attempts gave no numbers or left an equation unsolved; None where all is well."""
        broken = self._module.isnan(error)
        if self._stepper.method.stiff:
            broken = broken | self._module.isinf(error)
        return broken if bool(broken.any()) else None

    def _trouble(self, stages: Any, error: Any, accepted: Any, broken: Any) -> Any:
        """Why attempts gave no numbers: whether the state overflowed, the field has no value here, or an equation of
        the step was not solved. It is remembered until two steps in a row are accepted: the last step before a place
        without numbers is often so small that none follows it.
        """
        lanes, module = self._lanes, self._module
        kept = lanes.trouble
        if kept is not None:
            kept = module.where(accepted & ~lanes.rejected, _UNDERFLOW, kept)
        if broken is None:
            return kept
        finite = module.isfinite(stages).reshape(len(stages), -1).all(1)
        overflown = (abs(lanes.z) > self._huge).any(1) | finite
        found = module.where(module.isinf(error), _UNSOLVED, module.where(overflown, _STATE, _FIELD))
        return module.where(broken, found, _UNDERFLOW if kept is None else kept)

    def _settle(self, failed: Any = None) -> None:
        """Choose where every next attempt ends; retire the trajectories that are there or cannot go on, and those
        that have `failed` (L,)."""
        lanes, module = self._lanes, self._module
        limits = self._controller.shortest, self._controller.longest
        if limits != (0.0, float("inf")):
            lanes = replace(lanes, h=module.sign(lanes.h) * abs(lanes.h).clip(*limits))
        last = (lanes.h != 0.0) & ((lanes.end - lanes.t) / lanes.h <= STRETCH)
        stuck = ~last & (lanes.t + UNDERFLOW * lanes.h == lanes.t)
        self._lanes = replace(lanes, target=module.where(last, lanes.end, lanes.t + lanes.h))
        arrived = lanes.t == lanes.end
        if failed is not None:
            stuck = stuck | failed
        if bool((arrived | stuck).any()):
            ending = module.where(stuck, _UNDERFLOW if lanes.trouble is None else lanes.trouble, _RUNNING)
            self._retire(module.where(arrived, _SUCCESS, ending))

    def _retire(self, endings: Any) -> None:
        """Write down the outcomes of the lanes that end and pad the others."""
        lanes, count = self._lanes, self.count
        gone = endings[:count] != _RUNNING
        padding = -count % self._multiple
        if not bool(gone.any()) and count + padding == len(lanes.t):
            return
        columns = (lanes.sample[:count][gone], endings[:count][gone], lanes.t[:count][gone])
        memory = tuple(a[:count][gone] for a in lanes.memory)
        accounts = None if self._attempts == 0 else self._stepper.accounts(memory, len(columns[0]))
        ended = zip(*(column.tolist() for column in columns), accounts or ("",) * len(columns[0]), strict=True)
        known: dict[Any, Outcome] = {}  # most end alike
        for sample, *ending in ended:
            code, t, account = key = tuple(ending)
            if key not in known:
                known[key] = Outcome(ENDINGS[int(code)], t, account=account)
            self.outcomes[sample - self._offset] = known[key]
        self.count = count - len(columns[0])
        length = self.count + -self.count % self._multiple
        if self.count and length <= count:
            self._lanes = lanes.closed_up(self.library, gone, self.count, length)
        elif self.count:
            keep = places(self.library, ~gone)
            self._lanes = lanes.take(self._module.concatenate([keep, keep[-1:].repeat(length - self.count)]))

    def _record(self, t1: Any, made: Attempt, error: Any, accepted: Any, calls: Any) -> Steps:
        lanes, count, module = self._lanes, self.count, self._module
        if not self._controller.adaptive:
            error = module.full_like(error, module.nan)
        return Steps(
            sample=lanes.sample[:count],
            t0=lanes.t[:count],
            t1=t1[:count],
            z0=lanes.z[:count],
            z1=made.z1[:count],
            stages=made.stages[:count],
            error=error[:count],
            accepted=accepted[:count],
            evaluations=calls[:count],
            iterations=None if made.iterations is None else made.iterations[:count],
        )


def _joined(library: ArrayLibrary, blocks: list[Steps]) -> Steps:
    """Blocks one after the other as one."""
    if len(blocks) == 1:
        return blocks[0]
    columns = ([getattr(block, column.name) for block in blocks] for column in fields(Steps))
    return Steps(*(None if parts[0] is None else library.concatenate(parts) for parts in columns))
