"""The picture of an ensemble in the visible plane, which grows while the ensemble is followed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from .batch_run import Batch, follow_batch
from .noise_refusal import is_noisy
from .ode_path import Path
from .problem import InitialValue
from .readings.ensemble import NOWHERE, EnsembleRun, EnsembleStates
from .request import Viewport
from .run_context import RunContext
from .trajectory_run import controller_of
from .visit_raster import VisitRaster

if TYPE_CHECKING:
    from jaxtyping import Float, Int, UInt16, UInt32

_PREVIEW_TIMES, _FEWEST_TIMES, _MOST_TIMES = 200, 200, 1_000
_STATES = 10_000_000
"""Of all trajectories at all times, in full."""
_PART = 1_000_000
"""States of the trajectories that are followed at once: about 20 milliseconds with a compiled loop."""
_NOISY_PART = 250_000
"""The same where there is noise, whose steps take longer."""
_VISITS = {"preview": 800_000, "full": 25_000_000}
_STEP = {"preview": 2, "full": 1}
_MOST_PARTS = 16
"""Of a straight line between two times."""
_PLACE_TIMES = {"preview": 100, "full": 250}
_MOST_PLACED = 10_000
"""Trajectories whose places the playhead is given: ten megabytes of them in full."""
_BRIGHT = 0.992
_COMMON = 4_096
"""Visits of a pixel that are not out of the common."""
_EXPORTED, _MOST_EXPORTED = 1_000_000, 201
"""Numbers that a file of states holds, and the times it has at most."""
_MEASURED = 40
"""Trajectories whose lines are measured."""
_PREVIEW_TOLERANCES = 1e-4, 1e-6
"""Loosest ones during a drag: a pixel of its picture is two of the screen."""


class EnsemblePicture:
    """Visits and places of `count` trajectories, `done` of them so far, in a plane of components and t."""

    def __init__(self, context: RunContext, viewport: Viewport, starts: Float[np.ndarray, "B n"], path: Path) -> None:
        self._context, self._viewport, self._starts, self._path = context, viewport, starts, path
        self.count, self.done = len(starts), 0
        quality = context.quality
        self._step = _STEP[quality]
        self._nx, self._ny = (max(1, pixels // self._step) for pixels in viewport.pixels)
        self._raster = VisitRaster(viewport.x_range, viewport.y_range, self._nx, self._ny)
        most = _PREVIEW_TIMES if context.preview else min(max(_STATES // self.count, _FEWEST_TIMES), _MOST_TIMES)
        self._stride = -(-most // _PLACE_TIMES[quality])
        self._times = np.linspace(*context.span, (most - 1) // self._stride * self._stride + 1)  # the last is a place
        self._parts = 0
        self._afford = max(1, _VISITS[quality] // (self.count * most))
        self._reach = _widened(viewport.x_range), _widened(viewport.y_range)
        self._places: list[UInt16[np.ndarray, "T m 2"]] = []
        self._endings = [np.zeros(0, dtype=np.int8)]
        self._evaluations = 0
        self._kept = _kept_times(self._times, self._starts.size) if context.every_step else None
        self._states: list[Float[np.ndarray, "b T n"]] = []
        self._begun = perf_counter()

    @property
    def over(self) -> bool:
        """Whether all have been followed, or the run's seconds are over."""
        return self.done == self.count or self._seconds_left() <= 0.0

    def _seconds_left(self) -> float:
        return self._begun + self._context.experiment.budget.seconds - perf_counter()

    def follow_part(self) -> Iterator[float]:
        """Follow the next trajectories; yields the share of the ensemble that is done every few milliseconds."""
        context, choice = self._context, self._context.experiment
        part = _NOISY_PART if is_noisy(context.field) else _PART
        starts = self._starts[self.done : self.done + max(1, part // len(self._times))]
        problem = InitialValue(context.field, starts, context.span, self.done)
        budget = replace(choice.budget, seconds=max(self._seconds_left(), 1e-3))
        settings = context.tableau, controller_of(context, _PREVIEW_TOLERANCES), budget, self._times, self._path
        running = follow_batch(problem, *settings, choice.device, choice.dtype)
        while True:
            try:
                arrived = next(running)
            except StopIteration as end:
                self._take(end.value)
                return
            yield (self.done + arrived) / self.count

    def reading(self) -> EnsembleRun:
        """What is known so far; places once it is over."""
        visits, viewport = self._raster.visits, self._viewport
        (left, right), (low, high) = viewport.x_range, viewport.y_range
        dx, dy = (right - left) / self._nx, (high - low) / self._ny
        whole = self.over
        nothing = np.zeros((0, 0, 2), dtype=np.uint16)
        return EnsembleRun(
            x_name=viewport.x,
            y_name=viewport.y,
            x=left + dx * (np.arange(self._nx) + 0.5),
            y=low + dy * (np.arange(self._ny) + 0.5),
            visits=visits,
            unit=abs(float(self._times[1] - self._times[0])) / max(1, self._parts),
            bright=_quantile(visits, _BRIGHT),
            step=self._step,
            times=self._times[:: self._stride] if whole else np.zeros(0),
            places=np.concatenate(self._places, axis=1) if whole else nothing,
            reach=self._reach,
            count=self.count,
            ending=np.concatenate(self._endings),
            evaluations=self._evaluations,
            path=self._path,
            seconds=perf_counter() - self._begun,
            states=self._exported() if whole else None,
        )

    def _exported(self) -> EnsembleStates | None:
        if self._kept is None:
            return None
        components = self._context.field.components
        return EnsembleStates(components, self._times[self._kept], np.concatenate(self._states))

    def _take(self, batch: Batch) -> None:
        x, y = self._along(self._viewport.x, batch), self._along(self._viewport.y, batch)
        if not self._parts:
            chord = int(np.ceil(self._raster.chord(x[:_MEASURED], y[:_MEASURED])))
            self._parts = min(max(1, chord), self._afford, _MOST_PARTS)
        self._raster.add(x, y, self._parts)
        placed, seen = slice(0, max(0, _MOST_PLACED - self.done)), slice(None, None, self._stride)
        self._places.append(_fractions(x[placed, seen], y[placed, seen], self._reach))
        if self._kept is not None:
            self._states.append(batch.z[:, self._kept])
        self._endings.append(batch.ending)
        self._evaluations += int(batch.evaluations.sum())
        self.done += len(batch.ending)

    def _along(self, name: str, batch: Batch) -> Float[np.ndarray, "B T"]:
        """The coordinate of every place on an axis."""
        components = self._context.field.components
        if name not in components:
            return np.where(np.isfinite(batch.z).all(axis=2), self._times, np.nan)
        return batch.z[..., components.index(name)]


def _kept_times(times: Float[np.ndarray, "T"], numbers: int) -> Int[np.ndarray, "k"]:
    """Places of the times that are exported, the first and the last among them; numbers: of the states at one time."""
    count = min(max(_EXPORTED // max(1, numbers), 2), _MOST_EXPORTED, len(times))
    return np.unique(np.rint(np.linspace(0, len(times) - 1, count)).astype(np.intp))


def _widened(limits: tuple[float, float]) -> tuple[float, float]:
    """Room for a view that moves on."""
    low, high = limits
    return low - (high - low), high + (high - low)


def _fractions(
    x: Float[np.ndarray, "B T"], y: Float[np.ndarray, "B T"], reach: tuple[tuple[float, float], tuple[float, float]]
) -> UInt16[np.ndarray, "T B 2"]:
    """Places as `EnsembleRun.places` has them."""
    times, count = x.shape[1], x.shape[0]
    result, seen = np.empty((times, count, 2), dtype=np.uint16), np.ones((times, count), dtype=bool)
    part = np.empty((times, count))
    with np.errstate(all="ignore"):
        for axis, (values, (low, high)) in enumerate(zip((x, y), reach, strict=True)):
            np.subtract(values.T, low, out=part)
            part *= (NOWHERE - 1) / (high - low)
            part += 0.5
            inside = (part >= 0.0) & (part < NOWHERE)
            seen &= inside
            part[~inside] = NOWHERE
            result[..., axis] = part
    result[~seen] = NOWHERE
    return result


def _quantile(visits: UInt32[np.ndarray, "ny nx"], part: float) -> float:
    """The visits that this part of the pixels does not exceed; of those with any, where that would be none."""
    for found in (visits.ravel(), visits[visits > 0]):
        if not len(found):
            break
        place = int(part * (len(found) - 1))
        # most pixels have few visits: counting them is ten times as fast as sorting
        below = np.cumsum(np.bincount(np.minimum(found, _COMMON), minlength=_COMMON + 1)[:_COMMON])
        value = int(np.searchsorted(below, place, side="right"))
        if value == _COMMON:
            value = int(np.partition(found, place)[place])
        if value:
            return float(value)
    return 0.0
