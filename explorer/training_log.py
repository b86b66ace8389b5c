"""Where a training has been: enough of its states to go back to, spread evenly over the iterations."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from core.training_state import LearningCurves

if TYPE_CHECKING:
    from core.training_state import TrainingState

MOST_STATES = 200
MOST_BYTES = 256_000_000
"""Of weights, of optimisers' memories and of fixed points that one log keeps."""
_FEWEST = 8
"""States that are kept whatever they weigh."""
_LOOKS = ("tested", "test_loss", "accuracy", "spectral_radius")
"""Curves with a row for every look at the test points."""


@dataclass(frozen=True)
class TrainingLog:
    """States of one line of training in the order of their iterations, the first and the newest always among them.

    stride: of every `stride` iterations one state is kept, the first that came. branched: the iteration at which this
    line left another; 0 where it did not.

    All but the newest are kept without their curves, which are the beginning of the newest one's.
    """

    states: tuple[TrainingState, ...] = ()
    stride: int = 1
    branched: int = 0

    @property
    def newest(self) -> TrainingState | None:
        """Where the training stands, to the bit."""
        return self.states[-1] if self.states else None

    @property
    def iterations(self) -> tuple[int, ...]:
        """Those one can go back to."""
        return tuple(state.iteration for state in self.states)

    def grown(self, state: TrainingState) -> TrainingLog:
        """With one more state, of a later iteration or the newest one anew."""
        *earlier, last = self.states or (state,)
        if last.iteration != state.iteration and self._begins(last, earlier):
            earlier.append(_without_curves(last))
        grown = replace(self, states=(*earlier, state))
        while len(grown.states) > _most(state):
            grown = grown._thinned(2 * grown.stride)
        return grown

    def nearest(self, iteration: float) -> TrainingState | None:
        """The kept state closest to an iteration, the earlier of two; None where there is none."""
        return min(self.states, key=lambda state: abs(state.iteration - iteration), default=None)

    def before(self, iteration: float) -> TrainingState | None:
        """The last kept state of an earlier iteration."""
        place = bisect_left(self.iterations, iteration)
        return self.states[place - 1] if place else None

    def whole(self, state: TrainingState) -> TrainingState:
        """A kept state with its curves again, as it can go on."""
        newest = self.newest
        if newest is None or state is newest:
            return state
        return replace(state, curves=_until(newest.curves, state.iteration))

    def branch(self, state: TrainingState) -> TrainingLog:
        """The line that goes on from a kept state: what came later is not part of it."""
        if state is self.newest:
            return self
        earlier = tuple(one for one in self.states if one.iteration < state.iteration)
        return replace(self, states=(*earlier, self.whole(state)), branched=state.iteration)

    def _begins(self, state: TrainingState, earlier: list[TrainingState]) -> bool:
        """Whether it is the first of its stride."""
        return not earlier or earlier[-1].iteration // self.stride < state.iteration // self.stride

    def _thinned(self, stride: int) -> TrainingLog:
        first_of: dict[int, TrainingState] = {}
        for state in self.states[:-1]:
            first_of.setdefault(state.iteration // stride, state)
        first, *others = first_of.values()
        return replace(self, states=(first, *others, self.states[-1]), stride=stride)


def _most(state: TrainingState) -> int:
    """How many states as large as this one are kept."""
    tensors = (*state.weights.values(), *(() if state.solved is None else (state.solved,)))
    size = len(state.optimiser) + sum(len(tensor.data) for tensor in tensors)
    return max(_FEWEST, min(MOST_STATES, MOST_BYTES // max(1, size)))


def _without_curves(state: TrainingState) -> TrainingState:
    return replace(state, curves=_until(state.curves, -1))


def _until(curves: LearningCurves, iteration: int) -> LearningCurves:
    """What was known at an iteration; nothing at -1. Copies: a part of an array would keep all of it."""
    rows, looks = max(0, iteration), int((curves.tested <= iteration).sum())
    ends = {field.name: looks if field.name in _LOOKS else rows for field in fields(curves)}
    return LearningCurves(**{name: getattr(curves, name)[:end].copy() for name, end in ends.items()})
