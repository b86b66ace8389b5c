"""The steps of one trajectory once more from event to event, on a tape: its states and the times of its events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from .deferred import deferred
from .dense_output import AcceptedSteps
from .event_functions import WatchedEvent
from .gradient_method import SolvedTrajectory
from .step_replay import StepReplay
from .vector_jacobian import Inputs

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


@dataclass(frozen=True)
class Meeting:
    """An event that a trajectory met: which, and when."""

    event: int
    t: float


@dataclass
class EventReplay:
    """One trajectory of `solve`, whose `times` are those of one segment after the other.

    steps: its accepted steps, cut where an event ended them. meetings: its events, in the order of time.
    parameters: every parameter of the formula by name, those of `inputs` in their place.

    With a condition g, its rate g' = dg/dt + dg/dz f along the way, and t* where g(t*, z(t*)) = 0:
    dt*/dp = -(dg/dz dz/dp + dg/dp) / g'. Behind the event the state at the same time moves by that as well:
    dz+/dp = dR/dz (dz/dp + f dt*/dp) + dR/dp + dR/dt dt*/dp - f+ dt*/dp, R being the change: the saltation matrix.
    Source: I. A. Hiskens, M. A. Pai, IEEE Trans. Circuits Syst. I 47 (2000) 204.
    """

    solve: SolvedTrajectory
    steps: AcceptedSteps
    meetings: Sequence[Meeting]
    events: Sequence[WatchedEvent]
    inputs: Inputs
    parameters: Mapping[str, Any]
    calls: int = 0
    met: dict[int, list[tuple[Tensor, Tensor]]] = field(default_factory=dict)
    """By event: t* and z(t*) of every time it was met, on the tape."""

    def run(self, start: Float[Tensor, "1 n"], at: Float[np.ndarray, "T"] | None) -> Tensor:
        """The end (1, n), or the states (1, T, n) at the times `at`, NaN where the trajectory did not come."""
        stopping = [meeting for meeting in self.meetings if self._stops(meeting)]
        for one, other in pairwise(stopping):
            if one.t == other.t:
                raise ValueError(
                    f"at t = {one.t:g} two events happen at once: which comes first decides what follows, so that the "
                    "loss has no derivative here"
                )
        begun, state = 0, start
        found: dict[int, Tensor] = {}
        for stop in (*stopping, None):
            last = len(self.steps.t0) if stop is None else int(np.flatnonzero(self.steps.until == stop.t)[0]) + 1
            if last == begun:
                break
            state = self._segment(state, slice(begun, last), stop, at, found)
            begun = last
        if at is None:
            return state
        nothing = torch.full_like(start, torch.nan)
        first = {} if not len(at) else {0: start} if at[0] == self.solve.span[0] else {}
        return torch.stack([{**first, **found}.get(place, nothing) for place in range(len(at))], dim=1)

    def _stops(self, meeting: Meeting) -> bool:
        event = self.events[meeting.event]
        return event.terminal or event.change is not None

    def _segment(
        self,
        start: Tensor,
        part: slice,
        stop: Meeting | None,
        at: Float[np.ndarray, "T"] | None,
        found: dict[int, Tensor],
    ) -> Tensor:
        """Follow the steps `part` from `start`; where the next segment begins, or the end. Fills `found`."""
        begin, end = float(self.steps.t0[part][0]), float(self.steps.until[part][-1])
        sign = 1.0 if end > begin else -1.0
        inside = [] if at is None else np.flatnonzero((sign * at > sign * begin) & (sign * at <= sign * end)).tolist()
        here = [one for one in self.meetings if sign * begin < sign * one.t <= sign * end]
        wanted = [*(float(at[place]) for place in inside), *(one.t for one in here), end]  # type: ignore[index]
        states = self._states(start, part, np.array(wanted))
        for place, state in zip(inside, states, strict=False):
            found[place] = state
        moved = {}
        for one, state in zip(here, states[len(inside) :], strict=False):
            moved[one] = self._met(one, state)
        if stop is None:
            return states[-1]
        t, z, shift = moved[stop]
        event = self.events[stop.event]
        if event.terminal:
            return z
        assert event.taped_change is not None
        after = event.taped_change(t, z, self.parameters)
        return after - self._slope(stop.t, after) * shift[:, None]

    def _states(self, start: Tensor, part: slice, times: Float[np.ndarray, "m"]) -> list[Tensor]:
        """(1, n) each, on the tape of `start` and of the inputs."""
        ends = np.append(self.steps.t0[part], self.steps.t1[part][-1])[None]
        span = (float(ends[0, 0]), float(ends[0, -1]))
        segment = SolvedTrajectory(
            f=self.solve.f,
            start=start,
            span=span,
            at=times,
            times=ends,
            z=start,
            method=self.solve.method,
            controller=self.solve.controller,
            adjoint=self.solve.adjoint,
            system=self.solve.system,
            autonomous=self.solve.autonomous,
        )
        replay = StepReplay(segment, self.inputs)
        place, found = replay.first(start), [replay.outputs.at_start(start)]
        for index in range(replay.count):
            place, states = replay.step(index, place)
            found += [] if states is None else [states]
        self.calls += replay.calls
        return list(replay.outputs.together(found).unbind(1))

    def _met(self, meeting: Meeting, state: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """t* (1,) and z(t*) (1, n), and how t* moves, a number that is 0 and has its derivative."""
        event, slope = self.events[meeting.event], self._slope(meeting.t, state)
        if event.taped_condition is None:
            raise ValueError(
                f"event {event.name!r}: a callable of numpy arrays has no derivative: write the condition as a formula"
            )
        if event.change is not None and event.taped_change is None:
            raise ValueError(
                f"event {event.name!r}: a change of numpy arrays has no derivative: write it as formulas by name"
            )
        t = state.new_full((1,), meeting.t)
        with torch.enable_grad():
            moment, point = t.clone().requires_grad_(), state.detach().requires_grad_()
            value = event.taped_condition(moment, point, _detached(self.parameters))
            by_time, by_state = torch.autograd.grad(value.sum(), (moment, point), allow_unused=True)
        rate = (0.0 if by_state is None else (by_state * slope).sum(1)) + (0.0 if by_time is None else by_time)
        condition = event.taped_condition(t, state, self.parameters)
        shift = -(condition - condition.detach()) / rate
        time, z = t + shift, state + slope * shift[:, None]
        self.met.setdefault(meeting.event, []).append((time, z))
        return time, z, shift

    def _slope(self, t: float, z: Tensor) -> Tensor:
        """f there, as a constant."""
        self.calls += 1
        with torch.no_grad():
            return self.solve.f(z.new_full((1,), t), z, self.inputs)


def _detached(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.detach() if hasattr(value, "detach") else value for name, value in parameters.items()}
