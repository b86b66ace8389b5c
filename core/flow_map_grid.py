"""A square grid that a flow carries along, its lines refined where they stretch."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from .analysis.flow_volume import log_volumes
from .analysis.plane import Plane
from .batch_run import Batch, follow_batch
from .chosen_controller import chosen_controller
from .ode_path import Path
from .problem import InitialValue
from .readings.flow_map import FlowMap
from .request import Viewport
from .run_context import RunContext
from .step_controller import StepController
from .trajectory_run import controller_of

if TYPE_CHECKING:
    from jaxtyping import Float, Int

_TIMES = {"preview": 41, "full": 151}
_CENTRE = 8
"""Times of the centre per one of the grid."""
_PARTS = {"preview": 1, "full": 2}
"""Of a line between two crossings, at first."""
_ROUNDS = {"preview": 0, "full": 12}
_MOST_POINTS = 6_000
_LONGEST, _BENT = 14.0, 1.5
"""Pixels between neighbours on a line, and of a point beside the line through its neighbours, that are too many."""
_SHORT = 6.0
"""Pixels of two neighbouring segments that may bend as they like."""
_NEAREST = 1e-5
_MARGIN = 0.25
"""Of the plane, around it, in which lines are looked at."""
_SQUARE = 1e-4
"""Side of the small square, as a part of the plane's."""
_TIGHT = {"preview": 1e-6, "full": 1e-10}
_CENTRE_SECONDS = 1.0
_PREVIEW_TOLERANCES = 1e-4, 1e-6


class FlowMapGrid:
    """Follows the points of a grid's lines from the start of the span to its end, round by round."""

    def __init__(self, context: RunContext, viewport: Viewport, plane: Plane, path: Path) -> None:
        self._context, self._viewport, self._plane, self._path = context, viewport, plane, path
        self._lines = context.experiment.integration.grid_lines
        self._times = np.linspace(*context.span, _TIMES[context.quality])
        self._line, self._along = np.empty(0, dtype=np.intp), np.empty(0)
        self._places = self._rates = np.empty((0, len(self._times), 2), dtype=np.float32)
        self._log_det = np.empty((len(self._times), 0, 0))
        self._centre_times = np.linspace(*context.span, _CENTRE * (len(self._times) - 1) + 1)
        self._centre_log_det = self._centre_area = np.full(len(self._centre_times), np.nan)
        self._complete = False
        self._begun = perf_counter()
        self._reading: FlowMap | None = None

    def work(self) -> Generator[bool, None, None]:
        """Yields every few milliseconds; true where the reading is a finer one."""
        parts = _PARTS[self._context.quality]
        places = np.arange(parts * (self._lines - 1) + 1)
        line, along = np.repeat(np.arange(2 * self._lines), len(places)), np.tile(places / places[-1], 2 * self._lines)
        batch = yield from self._add(line, along)
        crossings = (line < self._lines) & np.tile(places % parts == 0, 2 * self._lines)
        found = self._log_volumes(self._times, batch.z[crossings])
        self._log_det = found.T.reshape(-1, self._lines, self._lines)
        yield from self._follow_centre()
        for left in range(_ROUNDS[self._context.quality], -1, -1):
            self._reading = None
            coarse = coarse_places(self._line, self._along, self._pixels(), self._viewport.pixels)
            self._complete = not len(coarse)
            room = _MOST_POINTS - len(self._line)
            yield True
            if self._complete or not left or room <= 0 or self._seconds_left() <= 0.0:
                return
            worst = coarse[:room]
            yield from self._add(self._line[worst], 0.5 * (self._along[worst] + self._along[worst + 1]))

    def reading(self) -> FlowMap | None:
        """What is known so far."""
        if self._reading is None and len(self._line):
            self._reading = FlowMap(
                self._viewport.x,
                self._viewport.y,
                self._lines,
                self._times,
                np.ascontiguousarray(self._places.swapaxes(0, 1)),
                np.ascontiguousarray(self._rates.swapaxes(0, 1)),
                self._line,
                self._along,
                self._log_det,
                self._complete,
                self._centre_times,
                self._centre_log_det,
                self._centre_area,
                self._context.field.size,
                self._path,
            )
        return self._reading

    def _seconds_left(self) -> float:
        return self._begun + self._context.experiment.budget.seconds - perf_counter()

    def _add(self, line: np.ndarray, along: np.ndarray) -> Generator[bool, None, Batch]:
        """Follow points on lines, and take them in among the others."""
        upright = line >= self._lines
        across = np.where(upright, line - self._lines, line) / (self._lines - 1)
        x, y = np.where(upright, across, along), np.where(upright, along, across)
        controller = controller_of(self._context, _PREVIEW_TOLERANCES)
        batch = yield from self._follow(self._states(x, y), self._times, controller, np.inf)
        places = self._in_plane(batch.z)
        rates = self._in_plane(self._rates_of(self._times, batch.z))
        self._line, self._along = np.append(self._line, line), np.append(self._along, along)
        order = np.lexsort((self._along, self._line))
        self._line, self._along = self._line[order], self._along[order]
        self._places = np.concatenate([self._places, places])[order]
        self._rates = np.concatenate([self._rates, rates])[order]
        return batch

    def _follow_centre(self) -> Generator[bool, None, None]:
        """The middle of the plane, and a small square about it, more tightly than the rest."""
        choice, whole = self._context.experiment.integration, self._context.field.size == 2
        half = 0.5 * _SQUARE
        corners = np.array([(0, 0), (-half, -half), (half, -half), (half, half), (-half, half)])
        places = 0.5 + corners[: 5 if whole else 1]
        tight = _TIGHT[self._context.quality]
        tolerances = min(choice.rtol, tight), min(choice.atol, 1e-2 * tight)
        controller = chosen_controller(self._context.tableau, choice, tolerances)
        batch = yield from self._follow(self._states(*places.T), self._centre_times, controller, _CENTRE_SECONDS)
        self._centre_log_det = self._log_volumes(self._centre_times, batch.z[:1])[0]
        if whole:
            areas = _areas(self._in_plane(batch.z[1:], np.float64))
            self._centre_area = areas / areas[0]

    def _follow(
        self, starts: np.ndarray, times: np.ndarray, controller: StepController, seconds: float
    ) -> Generator[bool, None, Batch]:
        context, choice = self._context, self._context.experiment
        problem = InitialValue(context.field, starts, context.span)
        budget = replace(choice.budget, seconds=max(min(seconds, self._seconds_left()), 1e-3))
        settings = context.tableau, controller, budget, times, self._path
        running = follow_batch(problem, *settings, choice.device, choice.dtype)
        while True:
            try:
                next(running)
            except StopIteration as end:
                batch: Batch = end.value
                return batch
            yield False

    def _states(self, x: np.ndarray, y: np.ndarray) -> Float[np.ndarray, "m n"]:
        """Places of the unit square in the plane."""
        (left, right), (low, high) = self._viewport.x_range, self._viewport.y_range
        return self._plane.states(left + (right - left) * x, low + (high - low) * y)

    def _rates_of(self, times: np.ndarray, z: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            return np.asarray(self._context.field.array()(np.broadcast_to(times, z.shape[:-1]), z))

    def _log_volumes(self, times: np.ndarray, z: np.ndarray) -> np.ndarray:
        return log_volumes(self._context.field, times, z, self._rates_of(times, z))

    def _in_plane(self, z: np.ndarray, dtype: type = np.float32) -> np.ndarray:
        """The two components on the axes."""
        names = self._context.field.components
        return z[..., [names.index(self._viewport.x), names.index(self._viewport.y)]].astype(dtype)

    def _pixels(self) -> np.ndarray:
        """The places (m, T, 2) on the screen, from the plane's lower left corner."""
        viewport = self._viewport
        low, high = np.array([viewport.x_range, viewport.y_range], dtype=np.float32).T
        with np.errstate(all="ignore"):
            return np.asarray((self._places - low) * (np.array(viewport.pixels, dtype=np.float32) / (high - low)))


def coarse_places(
    line: Int[np.ndarray, "m"], along: Float[np.ndarray, "m"], pixels: Float[np.ndarray, "m T 2"], size: tuple[int, int]
) -> Int[np.ndarray, "k"]:
    """Points between which and the next one of their line another is needed to draw it, the worst first.

    pixels: where the points are at T times, NaN where they are no more; size: of the plane, in pixels. What is far
    outside it does not count, nor what is as near as numbers on a line can be told apart.
    """
    with np.errstate(all="ignore"):
        margin = _MARGIN * np.array(size, dtype=np.float32)
        seen = np.asarray(np.all((pixels > -margin) & (pixels < size + margin), axis=2))
        steps = np.diff(pixels, axis=0)
        lengths = np.hypot(steps[..., 0], steps[..., 1])
        lengths = np.where(np.isnan(lengths), np.inf, lengths)  # one of them has ended
        need = np.where(seen[1:] | seen[:-1], lengths, 0.0) / _LONGEST
        turned = np.abs(steps[:-1, :, 0] * steps[1:, :, 1] - steps[:-1, :, 1] * steps[1:, :, 0])
        chord = pixels[2:] - pixels[:-2]
        bent = turned / np.hypot(chord[..., 0], chord[..., 1]) / _BENT
        inside = seen[1:-1] & (lengths[1:] + lengths[:-1] > _SHORT) & (line[2:] == line[:-2])[:, None]
        bent = np.where(inside & np.isfinite(bent), bent, 0.0)
    worst = need.max(axis=1)
    bends = bent.max(axis=1)
    worst[:-1] = np.maximum(worst[:-1], bends)
    worst[1:] = np.maximum(worst[1:], bends)
    worst[(line[1:] != line[:-1]) | (np.diff(along) < _NEAREST)] = 0.0
    coarse = np.flatnonzero(worst > 1.0)
    return coarse[np.argsort(-worst[coarse], kind="stable")]


def _areas(corners: Float[np.ndarray, "4 T 2"]) -> Float[np.ndarray, "T"]:
    """Of quadrilaterals, by the shoelace formula from their diagonals."""
    first, second = corners[2] - corners[0], corners[3] - corners[1]
    return np.asarray(0.5 * (first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]))
