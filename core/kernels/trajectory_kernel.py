"""The compiled integration loop: every lane follows a trajectory of its own, with its own time, step and end.

A lane whose trajectory has ended takes the next one at once. The rules are those of `core.ode_loop`: the same steps
to rounding, the same reasons, the same counts.
"""

from __future__ import annotations

import math

from ..step_controller import StepMemory
from ..step_rules import LEAST_ERROR, LEAST_PREVIOUS, SHORT
from .builder import Function
from .control import forever, when
from .lane_state import LaneState
from .lanes import any_of, convert, select
from .memory import Variable, is_stopped
from .runge_kutta import Step, Vector, moments, runge_kutta_step, squared_error_ratio, unseen_stages
from .step_power import LogNumber, step_power
from .trajectory_output import Attempt, write_records, write_samples
from .trajectory_plan import (
    ARGUMENTS,
    NO_FIELD,
    NO_STATE,
    RUNNING,
    STUCK,
    FieldMaker,
    Given,
    Plan,
    is_finite,
)
from .trajectory_supply import Supply, ending_of
from .value import INTEGER, Value


def write_kernel(plan: Plan, make_field: FieldMaker) -> tuple[Function, Value]:
    """The function of the loop with `ARGUMENTS`, and what it returns: rows of records, or 0.

    It returns when every trajectory is taken and ended, when the allowance or the room for records is used up, or
    soon after `stop` was set. The next call goes on from there.
    """
    function = Function("trajectories", ARGUMENTS, INTEGER, step_power)
    given = Given(plan, function, make_field)
    state = LaneState(plan.layout, given.argument("state"))
    supply, written, left = Supply(given, state), Variable(function.integer(0)), Variable(given.argument("allowance"))
    with forever(function) as leave:
        supply.refill()
        leave(~any_of(state["sample"] >= 0))
        leave(left.get() <= 0)
        leave(is_stopped(function, left.get()))
        if plan.recorded:
            leave(written.get() + plan.lanes > given.argument("capacity"))
        attempt = _attempt(given, state)
        if plan.sampled:
            write_samples(given, state, attempt)
        if plan.recorded:
            write_records(given, state, attempt, written)
        _move_on(given, state, supply, attempt)
        left.set(left.get() - 1)
    state.save()
    return function, written.get()


def _attempt(given: Given, state: LaneState) -> Attempt:
    """Try one step in every lane."""
    plan = given.plan
    t, target, active = state["t"], state["target"], state["ending"].equals(RUNNING)
    h = target - t
    z = tuple(state[f"z{index}"] for index in range(plan.size))
    first = tuple(state[f"first{index}"] for index in range(plan.size)) if plan.slope_is_kept else given.field(t, z)
    at, equal = moments(plan.tableau, t, h), not plan.controller.adaptive
    unseen = unseen_stages(plan.tableau, adaptive=plan.controller.adaptive)
    step = runge_kutta_step(plan.tableau, given.field, at, h, z, first, equal=equal)
    seen = [*step.ends, *(value for stage in unseen for value in step.slopes[stage])]
    if not plan.controller.adaptive:
        broken = ~is_finite(seen)
        return Attempt(t, target, h, z, step, given.constant(plan.real, 0.0), ~broken, broken, active)
    error = squared_error_ratio(plan.tableau, h, z, step, given.rtol, given.atol)
    whole = error < float("inf")
    doubtful = ~(whole & is_finite(seen[plan.size :])) if unseen else ~whole
    looked = Variable(doubtful)
    with when(any_of(doubtful)):  # a finite step may still have an infinite error ratio
        every = [*step.ends, *(value for slope in step.slopes for value in slope)]
        looked.set(doubtful & (~is_finite(every) | error.is_nan()))
    broken = looked.get()
    return Attempt(t, target, h, z, step, error, (error <= 1.0) & ~broken, broken, active)


def _move_on(given: Given, state: LaneState, supply: Supply, attempt: Attempt) -> None:
    """Take what was accepted, choose the next steps, and end what is there or cannot go on."""
    plan, accepted, active = given.plan, attempt.accepted, attempt.active
    took = accepted & active
    factor = _factor(given, state, attempt, took)
    slopes = attempt.step.slopes[plan.tableau.end_stage or 0]
    for index, end in enumerate(attempt.step.ends):
        state[f"z{index}"] = select(took, end, attempt.z[index])
        if plan.slope_is_kept:
            state[f"first{index}"] = select(took, slopes[index], state[f"first{index}"])
    state["t"] = select(took, attempt.target, attempt.t)
    state["accepted"] = state["accepted"] + convert(took, "i32")
    state["free"] = accepted
    # not the width on acceptance: its rounding would let a fixed step wander
    stuck = supply.aim(select(accepted, state["h"], attempt.h) * factor, active)
    if not plan.controller.adaptive:
        stuck = stuck | attempt.broken
    else:
        stuck = stuck | ~accepted & (abs(attempt.h) <= SHORT * given.shortest)
    state["now"] = state["now"] + 1
    success = state["t"].equals(given.span(state).end)
    spent = supply.attempts() >= given.most
    with when(any_of((success | stuck | spent) & active)):
        trouble = select(attempt.broken, _trouble(given, attempt.z, attempt.step), STUCK)
        otherwise = select(spent, given.spent, RUNNING)
        state["ending"] = select(active, ending_of(success, stuck, trouble, otherwise), state["ending"])


def _factor(given: Given, state: LaneState, attempt: Attempt, took: Value) -> Value:
    """By how much each step size changes; remembers the error ratio of what was accepted."""
    controller, order = given.plan.controller, given.plan.order
    if not controller.adaptive:
        return given.constant("double", 1.0)
    smallest, largest = controller.limits
    error, known = LogNumber.root_of(attempt.error, LEAST_ERROR), controller.remembers
    before = StepMemory(*(LogNumber(state[name]) if name in known else None for name in StepMemory._fields))
    grown, shrunk = controller.after_acceptance(error, before, order), controller.after_rejection(error, order)
    wanted = grown.where(attempt.accepted, shrunk)
    may_grow = ~(attempt.accepted & ~state["free"])
    change = convert(wanted.value(), "double")
    most = select(may_grow, given.constant("double", largest), 1.0)
    change = select(change < most, change, most)
    change = select(change > smallest, change, smallest)
    if "growth" in known:
        clipped = wanted.clipped(smallest, largest, may_grow).logarithm
        clipped = select(attempt.broken, math.log(smallest), clipped)
        state["growth"] = select(took, clipped, state["growth"] + clipped)
    if "earlier" in known:
        state["earlier"] = select(took, state["previous"], state["earlier"])
    if "previous" in known:
        state["previous"] = select(took, error.at_least(LEAST_PREVIOUS).logarithm, state["previous"])
    return select(attempt.broken, smallest, change)


def _trouble(given: Given, z: Vector, step: Step) -> Value:
    """Where an attempt gave no numbers: whether the state overflowed, or the field has no value here."""
    huge = convert(given.huge, given.plan.real)
    overflown = abs(z[0]) > huge
    for value in z[1:]:
        overflown = overflown | (abs(value) > huge)
    overflown = overflown | is_finite([value for slope in step.slopes for value in slope])
    return select(overflown, NO_STATE, given.constant("i32", NO_FIELD))
