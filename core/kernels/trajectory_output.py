"""What a trajectory kernel writes while it runs: the solution at wanted times, and rows of attempted steps."""

from __future__ import annotations

from typing import NamedTuple

from ..step_rules import attempt_evaluations, opening_evaluations
from .continuation import Continuation
from .control import forever, when
from .lane_state import LaneState
from .lanes import any_of, convert, count_of, lanes_before, select
from .memory import Variable, gather, scatter, scatter_rows
from .runge_kutta import Step, Vector
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
    direction = given.span(state).direction
    inner, target = attempt.accepted & attempt.active, attempt.target * direction

    def passed() -> Value:
        return inner & (state["due"] * direction <= target)

    with when(any_of(passed())):
        inside, inverse = Continuation(given.plan.tableau, attempt.h, attempt.z, attempt.step), 1.0 / attempt.h
        with forever(given.function) as leave:
            states, at_end = inside.at((state["due"] - attempt.t) * inverse), state["due"].equals(attempt.target)
            ends = zip(attempt.step.ends, states, strict=True)
            exact = tuple(select(at_end, end, value) for end, value in ends)
            _write_sample(given, state, exact, passed())
            leave(~any_of(passed()))


def _write_sample(given: Given, state: LaneState, values: Vector, among: Value) -> None:
    """Write down the states of the lanes `among` at the times that are due, and look for the next of them."""
    wanted, size = given.argument("wanted"), given.plan.size
    row = (convert(state["sample"], "i64") * wanted + convert(state["place"], "i64")) * size
    scatter_rows(values, given.argument("samples"), row, among, given.argument("count") * wanted * size)
    state["place"] = state["place"] + convert(among, "i32")
    state["due"] = select(among, due_at(given, state, among), state["due"])


def due_at(given: Given, state: LaneState, among: Value) -> Value:
    """The next wanted time in the lanes `among`; NaN, which is never passed, after the last one."""
    place = state["place"]
    left = among & (convert(place, "i64") < given.argument("wanted"))
    number = given.time_number(state, place)
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
