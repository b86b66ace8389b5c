"""Solution curves, dense enough to draw."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ..outcome import Outcome

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int


@dataclass(frozen=True)
class EventMeetings:
    """Where trajectories met one event of the text.

    text: its condition as it is written. terminal: they ended there. sample (k,) which trajectory, t (k,) when and
    z (k, n) where, before what the event changes; those of one trajectory in the order of time.
    """

    text: str
    terminal: bool
    sample: Int[np.ndarray, "k"]
    t: Float[np.ndarray, "k"]
    z: Float[np.ndarray, "k n"]

    def times(self, index: int) -> Float[np.ndarray, "j"]:
        """When trajectory `index` met it."""
        return np.asarray(self.t[self.sample == index])


@dataclass(frozen=True)
class Trajectories:
    """One polyline per start: backward part (reversed), start, forward part, in ascending t.

    components: names of the state's components, n of them.
    t        (N,)    time of every point of every curve, ascending within a curve
    z        (N, n)
    step_end (N,)    True where the point is the end of an accepted step (or the start), False where it is
                     dense output between two steps
    offsets  (m + 1,) curve i is the slice offsets[i]:offsets[i + 1]
    starts   (m, n)  the starting points
    start_time       t of the starting points
    forward, backward: the outcome of each curve in either direction (backward empty where not asked)
    jumps    (j,)    points at which an event of the text set the curve going anew, at the time of the point before:
                     no line leads there
    events: one per event of the text, which is then followed forward only
    noisy: the text has noise, and they are paths of dz = f dt + g dW, followed forward only
    evaluations (m,) field evaluations spent on each curve; accepted, rejected (m,) likewise
    """

    components: tuple[str, ...]
    t: Float[np.ndarray, "N"]
    z: Float[np.ndarray, "N n"]
    step_end: Bool[np.ndarray, "N"]
    offsets: Int[np.ndarray, "m_plus_1"]
    starts: Float[np.ndarray, "m n"]
    start_time: float
    forward: tuple[Outcome, ...]
    backward: tuple[Outcome, ...]
    evaluations: Int[np.ndarray, "m"]
    accepted: Int[np.ndarray, "m"]
    rejected: Int[np.ndarray, "m"]
    jumps: Int[np.ndarray, "j"] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    events: tuple[EventMeetings, ...] = ()
    noisy: bool = False

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def met(self) -> dict[str, Bool[np.ndarray, "N"]]:
        """At which points an event of the text was met, by "event 1", "event 2", ...; those it led to included."""
        owner = np.repeat(np.arange(len(self)), np.diff(self.offsets))
        found = {}
        for number, event in enumerate(self.events, start=1):
            at = np.zeros(len(self.t), dtype=bool)
            for index in np.unique(event.sample):
                at |= (owner == index) & np.isin(self.t, event.times(index)) & self.step_end
            found[f"event {number}"] = at
        return found

    def curve(self, index: int) -> slice:
        """The slice of `t`, `z` and `step_end` that holds curve `index`."""
        return slice(int(self.offsets[index]), int(self.offsets[index + 1]))
