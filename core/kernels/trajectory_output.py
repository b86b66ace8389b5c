"""What a trajectory kernel writes while it runs: the solution at wanted times, and rows of attempted steps."""

from __future__ import annotations

from typing import NamedTuple

from ..step_rules import attempt_evaluations, opening_evaluations
from .control import forever
from .lane_state import LaneState
from .lanes import any_of, convert, count_of, lanes_before, select
from .memory import Variable, gather, scatter, scatter_rows
from .runge_kutta import Step, Vector, inside
from .trajectory_plan import Given
from .value import Value


class Attempt(NamedTuple):
    """One attempt of every lane. error: the square of its ratio. active: lanes that have a trajectory."""

    t: Value
    target: Value
    h: Value
    z: Vector
    step: Step
    error: Value
    accepted: Value
    broken: Value
    active: Value


def write_samples(given: Given, state: LaneState, attempt: Attempt) -> None:
    """The dense output wherever an accepted step passes wanted times; at its very end, its end."""
    wanted, plan = given.argument("wanted"), given.plan
    inner, target = attempt.accepted & attempt.active, attempt.target * given.direction
    with forever(given.function) as leave:
        time, place = state["due"], state["place"]
        passed = inner & (time * given.direction <= target)
        leave(~any_of(passed))
        states = inside(plan.tableau, (time - attempt.t) / attempt.h, attempt.h, attempt.z, attempt.step)
        at_end = time.equals(attempt.target)
        row = (convert(state["sample"], "i64") * wanted + convert(place, "i64")) * plan.size
        exact = [select(at_end, end, value) for end, value in zip(attempt.step.ends, states, strict=True)]
        spare = given.argument("count") * wanted * plan.size
        scatter_rows(exact, given.argument("samples"), row, passed, spare)
        state["place"] = place + convert(passed, "i32")
        state["due"] = select(passed, due_at(given, state["place"], passed), time)


def due_at(given: Given, place: Value, among: Value) -> Value:
    """The wanted time number `place` in the lanes `among`; NaN, which is never passed, after the last one."""
    number = convert(place, "i64")
    left = among & (number < given.argument("wanted"))
    return gather(given.argument("times"), number, left, given.constant("double", float("nan")))


def write_records(given: Given, state: LaneState, attempt: Attempt, written: Variable) -> None:
    """A row for every lane with a trajectory, from row `written` on."""
    plan = given.plan
    row = (lanes_before(attempt.active, convert(state["sample"], "i64")) + written.get()) * plan.row
    adaptive = plan.controller.adaptive
    cost, opening = attempt_evaluations(plan.tableau), opening_evaluations(plan.tableau, adaptive)
    spent = (convert(state["now"] - state["begun"], "i64") + 1) * cost + opening
    root = given.function.intrinsic("sqrt", attempt.error)
    error = select(attempt.broken, float("inf"), root) if adaptive else given.constant("double", float("nan"))
    numbers = [state["sample"], attempt.t, attempt.target, error, attempt.accepted, spent]
    numbers += [*attempt.z, *attempt.step.ends, *(value for slope in attempt.step.slopes for value in slope)]
    for column, number in enumerate(numbers):
        value = given.lanes(convert(number, "double"))
        scatter(value, given.argument("records"), row + column, attempt.active)
    written.set(written.get() + count_of(attempt.active))
