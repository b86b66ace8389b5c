"""Trajectories of a field with a compiled loop: which kernel, and the arrays of its calls."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, fields, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ..budget import Budget
from ..problem import InitialValue
from ..step_controller import StepController
from ..step_rules import ENDINGS, attempt_evaluations, opening_evaluations, overflow_threshold
from ..tableau import Tableau
from .compile_cache import cached
from .compiler import Compiled, address_of, register_bits
from .lane_state import blank_memory, remembered
from .right_hand_side import RightHandSide, right_hand_side
from .trajectory_kernel import write_kernel
from .trajectory_plan import BAD_INPUT, RUNNING, SETTINGS, SUCCESS, Plan

if TYPE_CHECKING:
    from jaxtyping import Float, Int

_GIVEN_AS_NUMBERS = ("rtol", "atol", "step", "shortest", "longest")
"""Fields of a controller that a kernel reads from memory: changing them compiles nothing."""
_MOST_ATTEMPTS = 2**31 - 1
"""Of one trajectory: its lane counts in 32 bits."""
_REALS: dict[str, tuple[str, Any]] = {"float64": ("double", np.float64), "float32": ("float", np.float32)}


@dataclass(frozen=True)
class TrajectoryTask:
    """What all trajectories of a call share."""

    problem: InitialValue
    tableau: Tableau
    controller: StepController
    budget: Budget
    dtype: str = "float64"

    @property
    def opening(self) -> int:
        """Evaluations before the first attempt."""
        return opening_evaluations(self.tableau, self.controller.adaptive)

    @property
    def cost(self) -> int:
        """Evaluations of an attempt."""
        return attempt_evaluations(self.tableau)

    @property
    def most(self) -> int:
        """Attempts that a trajectory may make."""
        return min(self.budget.steps, (self.budget.evaluations - self.opening) // self.cost)

    @property
    def spent(self) -> int:
        """The ending of a trajectory that has made them."""
        return ENDINGS.index("max_steps" if self.budget.steps <= self.most else "max_evaluations")

    def evaluations_of(self, attempts: Int[np.ndarray, "B"]) -> Int[np.ndarray, "B"]:
        """Calls of the field for so many attempts; none where there was no attempt."""
        calls: Int[np.ndarray, "B"] = self.cost * attempts + self.opening * (attempts > 0)
        return calls

    def leave_at_start(
        self, chosen: Int[np.ndarray, "b"], times: Float[np.ndarray, "..."], samples: Float[np.ndarray, "B T n"]
    ) -> None:
        """Write down trajectories that made no step: NaN, but where a wanted time is that of the start."""
        samples[chosen] = np.nan
        wanted = times if times.ndim == 1 else times[chosen]
        row, place = np.nonzero(wanted == self.problem.ends[0, chosen][:, None])
        samples[chosen[row], place] = self.problem.start[chosen[row]]

    def settings(self, apart: bool) -> tuple[float, ...]:
        """The numbers of `trajectory_plan.SETTINGS`; apart: every trajectory knows its own span and direction."""
        begin, end = (0.0, 1.0) if apart else self.problem.shared_span or (0.0, 1.0)
        direction = 1.0 if end > begin else -1.0
        rtol, atol = self.controller.tolerances or (0.0, 0.0)
        first = self.controller.first_step or 0.0
        tiny, huge = _limits(self.dtype)
        shortest, longest = self.controller.shortest, self.controller.longest
        return begin, end, rtol, max(atol, tiny), first * direction, direction, huge, shortest, longest


class TrajectoryCalls:
    """The arrays of the B trajectories of `task`, and a call of the kernel on them.

    times: (T,) for all, or (B, T). z (n, B) the last accepted states; t, ending, attempts, accepted (B,);
    samples (B, T, n) where `times` are wanted.
    """

    def __init__(
        self, task: TrajectoryTask, times: Float[np.ndarray, "..."] | None = None, *, recorded: bool = False
    ) -> None:
        problem = task.problem
        count, size = problem.start.shape
        element, real = _REALS[task.dtype]
        (side, numbers), sampled = right_hand_side(problem.field, task.dtype), times is not None
        self._times = np.array(() if times is None else times, dtype=np.float64)
        wanted = self._times.shape[-1]
        apart = problem.shared_span is None or self._times.ndim == 2
        if apart:
            self._times = np.array(np.broadcast_to(self._times, (count, wanted)), order="C")
        kind = task.tableau, task.controller, lanes_for(count, element), element, sampled, recorded, apart
        self.plan, self._kernel, self._blank = _prepared(side, size, *kind)
        self._numbers = np.concatenate([task.settings(apart), numbers])
        self._states = np.empty((2, size, count), dtype=real)
        self._states[:] = problem.start.T
        self._starts, self.z = self._states
        span = problem.span if isinstance(problem.span, tuple) and not apart else problem.ends
        self._spans = np.array(span)
        self.t = np.empty(count)
        self.t[:] = self._spans[0]
        self._whole = np.zeros(3 * count + 2, dtype=np.int64)
        self.ending, self.attempts, self.accepted = self._whole[:-2].reshape(3, count)
        self._next, self.stop = self._whole[-2:-1], self._whole[-1:]
        room = np.empty(count * wanted * size + size, dtype=real)  # a spare row for idle lanes
        self.samples = room[:-size].reshape(count, wanted, size)
        self._task, self._count, self._most = task, count, min(task.most, _MOST_ATTEMPTS)
        if self._most <= 0:
            self._refuse_all()
        self._addresses = self._places()
        self._output = address_of(self._times), wanted, address_of(room)

    def _places(self) -> list[int]:
        """Addresses in the order of the kernel's arguments, from `next` to `accepted`."""
        numbers, whole, row = address_of(self._numbers), address_of(self._whole), 8 * self._count
        starts = address_of(self._states)
        after = [numbers, numbers + 8 * len(SETTINGS), address_of(self._spans), starts, starts + self._starts.nbytes]
        return [whole + 3 * row, whole + 3 * row + 8, *after, address_of(self.t), whole, whole + row, whole + 2 * row]

    @property
    def evaluations(self) -> Int[np.ndarray, "B"]:
        """Calls of the field so far by every trajectory that made an attempt."""
        return self._task.evaluations_of(self.attempts)

    def _refuse_all(self) -> None:
        """The budget does not allow a single attempt: nothing begins."""
        finite = np.isfinite(self._starts).all(axis=0)
        self.ending[:] = np.where(finite, self._task.spent, BAD_INPUT)
        self._task.leave_at_start(np.arange(self._count), self._times, self.samples)
        self._next[0] = self._count

    def memory(self) -> np.ndarray:
        """Memory for the lanes of one thread, all of them waiting for a trajectory."""
        return self._blank.copy()

    def advance(self, memory: np.ndarray, allowance: int, records: Float[np.ndarray, "rows row"] | None = None) -> int:
        """Attempt at most `allowance` steps in every lane; rows of `records` that were written.

        Threads may call it at the same time, each with memory of its own. It returns soon after `stop[0]` is set.
        """
        rows = (0, 0) if records is None else (address_of(records), len(records))
        counts = self._count, self._most, self._task.spent, allowance
        written: int = self._kernel(address_of(memory), *self._addresses, *counts, *self._output, *rows)
        return written

    @property
    def is_done(self) -> bool:
        """Whether every trajectory has ended."""
        return bool(np.count_nonzero(self.ending) == self._count)

    def leave(self, memory: np.ndarray, unwanted: Int[np.ndarray, "k"]) -> None:
        """Follow those of the trajectories `unwanted` no further that are under way in the lanes of `memory`."""
        sample, ending = (remembered(self.plan.layout, memory, name) for name in ("sample", "ending"))
        ending[np.isin(sample, unwanted) & (ending == RUNNING)] = ENDINGS.index("cancelled")

    def abandon(self, memories: list[np.ndarray], ending: str) -> None:
        """End the trajectories under way and those that never began, with NaN at the times they did not reach."""
        layout = self.plan.layout
        for memory in memories:
            columns = {name: remembered(layout, memory, name) for name in ("sample", "ending", "t", "begun", "place")}
            under_way = (columns["sample"] >= 0) & (columns["ending"] == RUNNING)
            refused = (columns["sample"] >= 0) & (columns["ending"] > RUNNING)  # at the start, not yet written down
            self._task.leave_at_start(columns["sample"][refused], self._times, self.samples)
            self.ending[columns["sample"][refused]] = columns["ending"][refused]
            sample, now = columns["sample"][under_way], int(remembered(layout, memory, "now")[0])
            self.t[sample] = columns["t"][under_way]
            self.attempts[sample] = now - columns["begun"][under_way]
            self.accepted[sample] = remembered(layout, memory, "accepted")[under_way]
            for index in range(self.plan.size):
                self.z[index, sample] = remembered(layout, memory, f"z{index}")[under_way]
            for one, place in zip(sample.tolist(), columns["place"][under_way].tolist(), strict=True):
                self.samples[one, place:] = np.nan
                self.ending[one] = -1
        self._task.leave_at_start((self.ending == RUNNING).nonzero()[0], self._times, self.samples)
        self.ending[(self.ending == RUNNING) | (self.ending == -1)] = ENDINGS.index(ending)


def trajectory_kernel(side: RightHandSide, plan: Plan) -> Compiled:
    """The compiled loop for a right-hand side."""
    key: Hashable = ("trajectories", side.key, plan)
    return cached(key, lambda: write_kernel(plan, side.maker(plan.real)))


def lanes_for(count: int, element: str) -> int:
    """Trajectories at once: two registers full, one trajectory alone in one lane."""
    width = 64 if element == "double" else 32
    full = max(2, 2 * register_bits() // width)
    lanes = 1
    while lanes < min(count, full):
        lanes *= 2
    return lanes


@cache
def _limits(dtype: str) -> tuple[float, float]:
    """The least normal number, and what is on its way to overflow."""
    limits = np.finfo(_REALS[dtype][1])
    return float(limits.tiny), overflow_threshold(float(limits.max))


@lru_cache(maxsize=64)
def _prepared(
    side: RightHandSide,
    size: int,
    tableau: Tableau,
    controller: StepController,
    lanes: int,
    element: str,
    sampled: bool,
    recorded: bool,
    apart: bool,
) -> tuple[Plan, Compiled, np.ndarray]:
    """The plan for a right-hand side and a way to follow it, its kernel, and memory of lanes without a trajectory."""
    plan = Plan(tableau, _without_numbers(controller), size, side.parameters, lanes, element, sampled, recorded, apart)
    blank = blank_memory(plan.layout, {"ending": SUCCESS, "sample": -1})
    return plan, trajectory_kernel(side, plan), blank


def _without_numbers(controller: StepController) -> StepController:
    """The controller with the default of every number that the kernel reads from memory."""
    known = {item.name: item.default for item in fields(controller) if item.name in _GIVEN_AS_NUMBERS}  # type: ignore[arg-type]
    return replace(controller, **known)  # type: ignore[type-var]
