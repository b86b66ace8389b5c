"""The integration loop in torch: many trajectories at once, each with its own time, step size and end."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, fields, replace
from time import perf_counter
from typing import TYPE_CHECKING

from .budget import Budget
from .deferred import deferred
from .device import is_processor
from .explicit_step import ExplicitStep
from .outcome import Outcome
from .problem import InitialValue
from .step_controller import StepController
from .step_rules import (
    ENDINGS,
    LEAST_ERROR,
    LEAST_PREVIOUS,
    STRETCH,
    UNDERFLOW,
    attempt_evaluations,
    initial_step,
    opening_evaluations,
    overflow_threshold,
)
from .telemetry import Steps, Unwanted

if TYPE_CHECKING:
    import numpy as np
    import torch
    from jaxtyping import Bool, Float, Int
    from torch import Tensor
else:
    torch = deferred("torch")

_MULTIPLE = 32
"""The batch is padded to whole vector registers: the last, partial one rounds some functions differently."""
_LARGEST_PADDED = 64
"""A lone trajectory of at most this many components is padded too: then it is the same alone and in a batch."""
_PROCESSOR_NUMBERS, _CARD_NUMBERS = 32_768, 4_194_304
"""Most numbers in the state of all trajectories under way: bounds the time of a step and its memory. On the
processor torch splits larger arrays among threads, wherever that leaves partial registers."""
_BLOCK_ROWS, _BLOCK_SECONDS = 256, 0.003
"""A block is handed out after that many attempts or that much time, whichever comes first."""

_RUNNING, _SUCCESS, _UNDERFLOW, _BAD_INPUT, _FIELD, _STATE = range(6)
"""An ending on the device is its place in `ENDINGS`."""


def integrate(
    problem: InitialValue,
    stepper: ExplicitStep,
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
    most = _PROCESSOR_NUMBERS if is_processor(device) else _CARD_NUMBERS
    lanes = max(_MULTIPLE, most // problem.field.size // _MULTIPLE * _MULTIPLE)
    for begin in range(0, len(problem.start), lanes):
        start = torch.as_tensor(problem.start[begin : begin + lanes]).to(device, getattr(torch, dtype))
        group = _Group(problem, stepper, controller, budget, begin, start)
        yield from _follow(group, deadline)
        outcomes += group.outcomes
    return tuple(outcomes)


def _follow(group: _Group, deadline: float) -> Generator[Steps, Unwanted, None]:
    """Attempt steps until every trajectory of the group has ended."""
    with torch.no_grad():
        group.open()
    blocks: list[Steps] = []
    rows, since = 0, perf_counter()
    while group.count:
        with torch.no_grad():
            blocks.append(group.attempt())
        now = perf_counter()
        if now > deadline:
            group.stop("max_time")
        rows += len(blocks[-1])
        if rows >= _BLOCK_ROWS or now - since > _BLOCK_SECONDS or not group.count:
            unwanted = yield _joined(blocks)
            if unwanted is not None and group.count:
                group.leave(unwanted)
            blocks, rows, since = [], 0, perf_counter()


@dataclass(frozen=True)
class _Lanes:
    """The trajectories under way, padded by copies of the last one; L lanes.

    sample (L,) index in the problem; t, h, end (L,) float64, h signed, end that of the span;
    target (L,) where the next attempt ends;
    z, first (L, n) state and its slope;
    previous (L,) error ratio of the last accepted step; rejected (L,) whether the last attempt failed;
    trouble (L,) why it gave no numbers, or _UNDERFLOW.
    """

    sample: Int[Tensor, "L"]
    t: Float[Tensor, "L"]
    h: Float[Tensor, "L"]
    end: Float[Tensor, "L"]
    target: Float[Tensor, "L"]
    z: Float[Tensor, "L n"]
    first: Float[Tensor, "L n"]
    previous: Float[Tensor, "L"]
    rejected: Bool[Tensor, "L"]
    trouble: Int[Tensor, "L"]

    def take(self, index: Int[Tensor, "K"]) -> _Lanes:
        """The lanes `index`, in that order."""
        return _Lanes(*(getattr(self, lane.name)[index] for lane in fields(self)))


class _Group:
    """Trajectories that share a loop: the lanes under way, and the outcomes of those that ended."""

    def __init__(
        self,
        problem: InitialValue,
        stepper: ExplicitStep,
        controller: StepController,
        budget: Budget,
        offset: int,
        start: Float[Tensor, "B n"],
    ) -> None:
        tableau = stepper.tableau
        self._stepper, self._controller, self._budget, self._offset = stepper, controller, budget, offset
        self._reuse = tableau.first_same_as_last
        self._order = tableau.embedded_order or tableau.order
        self._opening = opening_evaluations(tableau, controller.adaptive)
        self._cost = attempt_evaluations(tableau)
        self._most = min(budget.steps, (budget.evaluations - self._opening) // self._cost)
        self._attempts = 0
        alone_and_large = len(problem.start) == 1 and problem.field.size > _LARGEST_PADDED
        self._multiple = 1 if alone_and_large else _MULTIPLE
        self._huge = overflow_threshold(torch.finfo(start.dtype).max)
        self.outcomes = [Outcome("running")] * len(start)
        self.count = len(start)
        ends = problem.ends[:, offset : offset + self.count].copy()
        times, end = torch.as_tensor(ends, device=start.device)
        self._lanes = _Lanes(
            sample=torch.arange(offset, offset + self.count, device=start.device),
            t=times,
            h=torch.zeros_like(times),
            end=end,
            target=times,
            z=start,
            first=torch.zeros_like(start),
            previous=torch.full_like(times, LEAST_PREVIOUS),
            rejected=torch.zeros_like(times, dtype=torch.bool),
            trouble=torch.full_like(times, _UNDERFLOW, dtype=torch.int64),
        )

    def open(self) -> None:
        """Find the first slope and step of every trajectory; end those that have none."""
        self._retire(torch.where(torch.isfinite(self._lanes.z).all(dim=1), _RUNNING, _BAD_INPUT))
        if self._most <= 0:
            self.stop("max_evaluations")
        if self._opening and self.count:
            self._lanes = replace(self._lanes, first=self._stepper.slope(self._lanes.t, self._lanes.z))
            self._retire(torch.where(torch.isfinite(self._lanes.first).all(dim=1), _RUNNING, _FIELD))
        if self.count:
            self._lanes = replace(self._lanes, h=self._first_steps())
            self._settle(torch.zeros_like(self._lanes.rejected))

    def stop(self, ending: str) -> None:
        """End every trajectory that is under way."""
        self._retire(torch.full_like(self._lanes.trouble, ENDINGS.index(ending)))

    def leave(self, unwanted: Int[np.ndarray, "k"]) -> None:
        """End the trajectories `unwanted` that are under way."""
        gone = torch.as_tensor(unwanted, device=self._lanes.sample.device)
        ending = torch.where(torch.isin(self._lanes.sample, gone), ENDINGS.index("cancelled"), _RUNNING)
        self._retire(ending)

    def attempt(self) -> Steps:
        """Try one step of every trajectory under way and move on."""
        lanes, controller = self._lanes, self._controller
        t1 = lanes.target
        width = t1 - lanes.t
        first = lanes.first if self._reuse else self._stepper.slope(lanes.t, lanes.z)
        z1, stages, error = self._stepper.step(lanes.t, width, lanes.z, first)
        self._attempts += 1
        error = error.double()
        accepted, broken = error <= 1.0, torch.isnan(error)
        record = self._record(t1, z1, stages, error, accepted)
        factor = self._factors(error, accepted, broken)
        took = accepted[:, None]
        self._lanes = replace(
            lanes,
            t=torch.where(accepted, t1, lanes.t),
            # not the width on acceptance: its rounding would let a fixed step wander
            h=torch.where(accepted, lanes.h, width) * factor,
            z=torch.where(took, z1, lanes.z),
            first=torch.where(took, stages[:, -1], lanes.first),
            previous=torch.where(accepted, error.clip(min=LEAST_PREVIOUS), lanes.previous),
            rejected=~accepted,
            trouble=self._trouble(stages, broken),
        )
        self._settle(broken if not controller.adaptive else torch.zeros_like(broken))
        if self._attempts >= self._most:
            self.stop("max_steps" if self._attempts >= self._budget.steps else "max_evaluations")
        return record

    def _first_steps(self) -> Float[Tensor, "L"]:
        lanes, length = self._lanes, self._lanes.end - self._lanes.t
        step = self._controller.first_step
        sizes: Tensor
        if step is None:
            tolerances = self._stepper.tolerances_in(lanes.z.dtype)
            arrays = (lanes.t, lanes.z, lanes.first)
            spans = length.to(lanes.z.dtype)
            guess = initial_step(torch, self._stepper.slope, *arrays, spans, tolerances, self._order)
            sizes = guess.to(lanes.t.dtype)
        else:
            sizes = torch.full_like(lanes.t, step)
        return torch.where(length > 0, sizes, -sizes)

    def _factors(self, error: Tensor, accepted: Tensor, broken: Tensor) -> Float[Tensor, "L"]:
        """By how much each step size changes."""
        lanes, controller = self._lanes, self._controller
        smallest, largest = controller.limits
        one = torch.ones_like(error)
        grown = one * controller.after_acceptance(error.clip(min=LEAST_ERROR), lanes.previous, self._order)
        ceiling = torch.where(lanes.rejected, 1.0, largest * one)
        shrunk = one * controller.after_rejection(error, self._order)
        shrunk = torch.where(broken, smallest, shrunk.clip(min=smallest))
        factors: Tensor = torch.where(accepted, torch.minimum(grown.clip(min=smallest), ceiling), shrunk)
        return factors

    def _trouble(self, stages: Tensor, broken: Tensor) -> Int[Tensor, "L"]:
        """Where an attempt gave no numbers: whether the state overflowed, or the field has no value here."""
        trouble = torch.full_like(self._lanes.trouble, _UNDERFLOW)
        if not bool(broken.any()):
            return trouble
        overflown = (self._lanes.z.abs().amax(dim=1) > self._huge) | torch.isfinite(stages).flatten(1).all(dim=1)
        return torch.where(broken, torch.where(overflown, _STATE, _FIELD), trouble)

    def _settle(self, failed: Bool[Tensor, "L"]) -> None:
        """Choose where every next attempt ends; retire the trajectories that are there or cannot go on."""
        lanes = self._lanes
        last = (lanes.h != 0.0) & ((lanes.end - lanes.t) / lanes.h <= STRETCH)
        stuck = ~last & (lanes.t + UNDERFLOW * lanes.h == lanes.t)
        self._lanes = replace(lanes, target=torch.where(last, lanes.end, lanes.t + lanes.h))
        ending = torch.where(stuck | failed, lanes.trouble, _RUNNING)
        self._retire(torch.where(lanes.t == lanes.end, _SUCCESS, ending))

    def _retire(self, ending: Int[Tensor, "L"]) -> None:
        """Write down the outcomes of the lanes that end and pad the others."""
        lanes, count = self._lanes, self.count
        gone = ending[:count] != _RUNNING
        if bool(gone.any()):
            columns = (lanes.sample[:count][gone], ending[:count][gone], lanes.t[:count][gone])
            for sample, code, t in zip(*(column.tolist() for column in columns), strict=True):
                self.outcomes[sample - self._offset] = Outcome(ENDINGS[code], t)
        keep = (~gone).nonzero()[:, 0]
        self.count = len(keep)
        padding = -self.count % self._multiple
        if self.count and (self.count != count or count + padding != len(lanes.t)):
            self._lanes = lanes.take(torch.cat([keep, keep[-1:].expand(padding)]))

    def _record(self, t1: Tensor, z1: Tensor, stages: Tensor, error: Tensor, accepted: Tensor) -> Steps:
        lanes, count = self._lanes, self.count
        if self._controller.adaptive:
            reported = torch.where(torch.isnan(error), torch.inf, error)
        else:
            reported = torch.full_like(error, torch.nan)
        return Steps(
            sample=lanes.sample[:count],
            t0=lanes.t[:count],
            t1=t1[:count],
            z0=lanes.z[:count],
            z1=z1[:count],
            stages=stages[:count],
            error=reported[:count],
            accepted=accepted[:count],
            evaluations=torch.full_like(lanes.sample[:count], self._opening + self._attempts * self._cost),
        )


def _joined(blocks: list[Steps]) -> Steps:
    """Blocks one after the other as one."""
    if len(blocks) == 1:
        return blocks[0]
    return Steps(*(torch.cat([getattr(block, column.name) for block in blocks]) for column in fields(Steps)))
