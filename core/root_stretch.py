"""Several iterations in a row whose numbers are looked at together, and how many of them there should be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import ceil, isfinite, log
from typing import TYPE_CHECKING, Any

import numpy as np

from .array_library import ArrayLibrary
from .stop_rule import StopRule

if TYPE_CHECKING:
    from jaxtyping import Float, Int

LONGEST = 16
"""Iterations that are made at most before anybody looks at their numbers."""
_FIRST, _LOOK_SECONDS, _PATIENCE = 4, 0.0005, 0.02
"""The first stretch is broken off when it has so many iterations and has lasted about as long as a look takes; any
other one that lasts much longer than it was to."""
_CACHED = 8192
"""So many numbers are measured together at most, while they are in the processor's cache; more point by point."""


@dataclass(frozen=True)
class Stretch:
    """k iterations of L samples.

    states: k + 1, the first is that before. On the host residual, measure, size (k, L) as in `Norms`; fault (k, L), or
    None where there is none; evaluations and jacobians of each iteration, numbers or (k, L).
    """

    states: Sequence[Any]
    residual: Float[np.ndarray, "k L"]
    measure: Float[np.ndarray, "k L"]
    size: Float[np.ndarray, "k L"]
    fault: Float[np.ndarray, "k L"] | None
    evaluations: Any
    jacobians: Any

    def __len__(self) -> int:
        return len(self.residual)

    @property
    def costs_vary(self) -> bool:
        """Whether evaluations and jacobians are given for each sample and iteration."""
        return isinstance(self.evaluations, np.ndarray)

    def costs(self, place: int, count: int) -> tuple[Any, Any]:
        """Evaluations and jacobians of so many iterations from `place` on."""
        if not self.costs_vary:
            return self.evaluations, self.jacobians
        return self.evaluations[place : place + count], self.jacobians[place : place + count]

    def points(self, count: int) -> list[Any]:
        """z (L, n) after each of the first `count` iterations."""
        return [state.z for state in self.states[1 : count + 1]]

    def settled(self, library: ArrayLibrary, count: int, until: Int[np.ndarray, "L"], with_f: bool = True) -> Any:
        """The state after `count` iterations, in which samples that ended at the record `until` are where they were.

        with_f: whether f is that of their points too.
        """
        state = self.states[count]
        if not (early := until < count - 1).any():
            return state
        z, f = library.concatenate([state.z]), state.f  # copies: others hold these arrays
        f = library.concatenate([f]) if with_f else f
        for record in np.flatnonzero(np.bincount(until[early])).tolist():
            samples, then = library.mask((until == record).nonzero()[0], z), self.states[record + 1]
            z[samples] = then.z[samples]
            if with_f:
                f[samples] = then.f[samples]
        return replace(state, z=z, f=f)

    def shown(
        self, count: int, until: Int[np.ndarray, "L"]
    ) -> tuple[list[Any], Int[np.ndarray, "k L"] | None, Float[np.ndarray, "k L"], Float[np.ndarray, "k L"]]:
        """Points of the first `count` records, and at which of these each sample is in each record, where nobody moves
        after the record `until`, None where nobody ends before; residual and measure of each."""
        points, residual, measure = self.points(count), self.residual[:count], self.measure[:count]
        if not (until < count - 1).any():
            return points, None, residual, measure
        places = np.minimum(np.arange(count)[:, None], until)
        residual, measure = (np.take_along_axis(column, places, axis=0) for column in (residual, measure))
        return points, places, residual, measure


def measured(
    library: ArrayLibrary, stop: StopRule, states: Sequence[Any], costs: tuple[int, int], no_fault: Any
) -> Stretch:
    """The numbers of every state but the first, in one copy from the device.

    costs: evaluations and Jacobians of an iteration whose state does not say. no_fault: a `fault` that is known to be
    0 everywhere, or None.
    """
    after = states[1:]
    large = library.is_numpy and after[0].z.size * len(after) > _CACHED
    columns = _columns(library, stop, after, list if large else partial(_stacked, library))
    dtype = columns[0].dtype
    faulty = any(state.fault is not no_fault for state in after)
    if faulty:
        columns.append(library.cast(_stacked(library, [state.fault for state in after]), dtype))
    if after[0].spent is not None:
        spent = library.cast(_stacked(library, [state.spent for state in after]), dtype)
        columns += [spent[..., 0], spent[..., 1]]
    if library.is_numpy:
        residual, measure, size, *others = columns if dtype == np.float64 else np.array(columns, dtype=np.float64)
    else:
        residual, measure, size, *others = library.host(library.stack(columns))
    fault = others.pop(0) if faulty else None
    evaluations, jacobians = others or costs
    return Stretch(states, residual, measure, size, fault, evaluations, jacobians)


def _columns(library: ArrayLibrary, stop: StopRule, after: Sequence[Any], row: Callable[[list[Any]], Any]) -> list[Any]:
    points, values = row([state.z for state in after]), row([state.f for state in after])
    moves = None
    if stop.criterion == "step":
        moves = row([state.f - state.z if state.move is None else state.move for state in after])
    return [*stop.norms(library, points, values, moves, after[0].active)]


def _stacked(library: ArrayLibrary, arrays: list[Any]) -> Any:
    if len(arrays) == 1:
        return arrays[0][None]
    return np.array(arrays) if library.is_numpy else library.stack(arrays)


class Pace:
    """How long the next stretch should be: twice as long as the last one while nothing happens, but not past the
    record where the slowest sample is about to converge, nor longer than `seconds` if its iterations are as fast as
    the fastest so far.

    longest: at most so many iterations. expected: so many the run will probably have; None where nobody knows.
    """

    def __init__(self, longest: int, tolerance: float, seconds: float, expected: int | None = None) -> None:
        self._longest, self._tolerance, self._seconds = longest, tolerance, seconds
        self._next = longest if expected is None else max(1, min(longest, expected))
        self._guesses = expected is None
        self._worst: float | None = None

    def length(self) -> int:
        """Of the next stretch."""
        return self._next

    def enough(self, made: int, seconds: float) -> bool:
        """Whether to look at once after so many iterations, which took so many seconds."""
        if self._worst is not None or not self._guesses:
            return seconds > _PATIENCE
        return seconds > (_LOOK_SECONDS if made >= _FIRST else self._seconds)

    def looked(self, count: int, interrupted: bool, worst: Float[np.ndarray, "k"], fastest: float) -> None:
        """After `count` iterations, the fastest of which took so many seconds, with the greatest measure of the
        samples under way at each; interrupted: something happened."""
        if self._longest == 1:
            return
        longer = 1 if interrupted else 2 * count
        in_time = int(self._seconds / max(fastest, 1e-9))
        self._next = max(1, min(longer, self._longest, in_time, self._left(worst)))

    def _left(self, worst: Float[np.ndarray, "k"]) -> int:
        """Iterations until the greatest measure falls below the tolerance if it goes on as it does, and one to spare:
        another look costs more."""
        newest = float(worst[-1])
        oldest, steps = (float(worst[0]), len(worst) - 1) if self._worst is None else (self._worst, len(worst))
        self._worst = newest
        if not 0.0 < newest < oldest or not isfinite(oldest):
            return self._longest
        return 1 + ceil(max(0.0, log(newest / self._tolerance)) * steps / log(oldest / newest))
