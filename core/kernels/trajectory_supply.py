"""How lanes come by their trajectories: write down what has ended, take the next, find its slope and first step."""

from __future__ import annotations

from ..step_rules import STRETCH, UNDERFLOW
from .control import forever, when
from .first_step import first_step
from .lane_state import LaneState
from .lanes import any_of, convert, count_of, lanes_before, select
from .memory import Variable, fetch_add, gather, scatter
from .runge_kutta import Vector
from .trajectory_output import due_at
from .trajectory_plan import (
    BAD_INPUT,
    NO_FIELD,
    RUNNING,
    STUCK,
    SUCCESS,
    Given,
    is_finite,
    remembered_at_start,
)
from .value import Value


class Supply:
    """Refills the lanes of `state`."""

    def __init__(self, given: Given, state: LaneState) -> None:
        self._given, self._state, self._plan = given, state, given.plan

    def refill(self) -> None:
        """Where some trajectory has ended, write it down and begin another one."""
        state = self._state
        ended = state["ending"].differs(RUNNING) & (state["ending"] >= 0)
        with when(any_of(ended)):
            self._write_down(ended & (state["sample"] >= 0))
            self._take(ended)

    def aim(self, h: Value, among: Value) -> Value:
        """Choose where the next attempt of the lanes `among` ends; the mask of lanes whose step is too small."""
        state, given = self._state, self._given
        t, (_, end, direction) = state["t"], given.span(state)
        h = select(h * direction > given.longest, direction * given.longest, h)
        h = select(h * direction < given.shortest, direction * given.shortest, h)
        last = h.differs(0.0) & ((end - t) * direction <= h * direction * STRETCH)
        state["h"] = select(among, h, state["h"])
        state["target"] = select(among, select(last, end, t + h), state["target"])
        return ~last & (t + h * UNDERFLOW).equals(t)

    def attempts(self) -> Value:
        """How many attempts the trajectory of each lane has made."""
        return self._state["now"] - self._state["begun"]

    def _write_down(self, gone: Value) -> None:
        given, state = self._given, self._state
        sample = convert(state["sample"], "i64")
        scatter(state["t"], given.argument("end_times"), sample, gone)
        counts = {"endings": state["ending"], "accepted": state["accepted"], "attempts": self.attempts()}
        for array, count in counts.items():
            scatter(convert(count, "i64"), given.argument(array), sample, gone)
        for index in range(self._plan.size):
            scatter(state[f"z{index}"], given.argument("ends"), sample + given.argument("count") * index, gone)
        if self._plan.sampled:
            self._fill_rest(gone)

    def _fill_rest(self, gone: Value) -> None:
        """NaN at the wanted times that the trajectories did not reach; a start that did not move was there."""
        given, state, wanted = self._given, self._state, self._given.argument("wanted")
        place = Variable(state["place"])
        with forever(given.function) as leave:
            number = convert(place.get(), "i64")
            missing = gone & (number < wanted)
            leave(~any_of(missing))
            row = (convert(state["sample"], "i64") * wanted + number) * self._plan.size
            wanted_at = gather(given.argument("times"), given.time_number(state, place.get()), missing, state["t"])
            at_start = wanted_at.equals(given.span(state).begin)
            for index in range(self._plan.size):
                value = select(at_start, state[f"z{index}"], float("nan"))
                scatter(value, given.argument("samples"), row + index, missing)
            place.set(place.get() + convert(missing, "i32"))

    def _take(self, ended: Value) -> None:
        """Give every lane of the mask the next trajectory, or make it idle."""
        given, state = self._given, self._state
        before = lanes_before(ended, convert(state["sample"], "i64"))
        taken = before + fetch_add(given.argument("next"), count_of(ended))
        fresh = ended & (taken < given.argument("count"))
        state["sample"] = select(ended, convert(select(fresh, taken, -1), "i32"), state["sample"])
        for index in range(self._plan.size):
            place = taken + given.argument("count") * index
            state[f"z{index}"] = gather(given.argument("starts"), place, fresh, state[f"z{index}"])
        if self._plan.apart:
            self._take_span(taken, fresh)
        reals: dict[str, Value | float] = {"t": given.span(state).begin, **remembered_at_start(self._plan)}
        integers: dict[str, Value | float] = {"begun": state["now"], "accepted": 0, "place": 0, "free": 1}
        for name, value in (reals | integers).items():
            state[name] = select(fresh, value, state[name])
        if self._plan.sampled:
            state["due"] = select(fresh, due_at(given, state, fresh), state["due"])
        self._open(ended, fresh)

    def _take_span(self, taken: Value, fresh: Value) -> None:
        given, state = self._given, self._state
        for place, name in enumerate(("begin", "end")):
            number = taken + given.argument("count") * place
            state[name] = gather(given.argument("spans"), number, fresh, state[name])
        state["direction"] = select(state["end"] < state["begin"], -1.0, given.constant("double", 1.0))

    def _open(self, ended: Value, fresh: Value) -> None:
        """Find the first slopes and steps; end at once what has none."""
        given, state, plan = self._given, self._state, self._plan
        z = tuple(state[f"z{index}"] for index in range(plan.size))
        ending = select(is_finite(z), RUNNING, given.constant("i32", BAD_INPUT))
        h = given.first_step(state)
        if plan.controller.adaptive or plan.slope_is_kept:
            slope = given.field(state["t"], z)
            for index, value in enumerate(slope):
                state[f"first{index}"] = select(fresh, value, state[f"first{index}"])
            ending = select(ending.equals(RUNNING) & ~is_finite(slope), NO_FIELD, ending)
            if plan.controller.first_step is None:
                h = self._first_step(z, slope)
        stuck = self.aim(h, fresh)
        ending = select(ending.equals(RUNNING) & stuck, STUCK, ending)
        state["ending"] = select(ended, select(fresh, ending, -1), state["ending"])
        # what never began has made no attempt when it is written down, one attempt from now
        state["begun"] = select(fresh & ending.differs(RUNNING), state["now"] + 1, state["begun"])

    def _first_step(self, z: Vector, slope: Vector) -> Value:
        given = self._given
        begin, end, direction = given.span(self._state)
        tolerances = given.rtol, given.atol
        span = (end - begin) * direction
        return first_step(given.field, self._state["t"], z, slope, span, direction, self._plan.order, tolerances)


def ending_of(success: Value, stuck: Value, trouble: Value, otherwise: Value) -> Value:
    """Why a lane goes no further, or `otherwise`."""
    return select(success, SUCCESS, select(stuck, trouble, otherwise))
