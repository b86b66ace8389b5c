"""The density that a flow has learnt."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING, cast

import numpy as np

from ..probe import Probe
from ..reading_error import ReadingError
from ..readings.model_density import ModelDensity
from ..run_context import RunContext

if TYPE_CHECKING:
    from ..training.flow_learner import FlowLearner

_CELLS, _PREVIEW_CELLS = 96, 40
_SAMPLES, _PREVIEW_SAMPLES = 600, 300
_TIMES = 21
_RETURNS = 200
"""Points that are carried there and back."""
_TESTED = 2000


class ModelDensityProbe(Probe[ModelDensity]):
    """Evaluates the flow's density on a grid, and carries points of the base to the data."""

    reading = ModelDensity
    title = "the density"
    kinds = frozenset({"ode"})
    looks_at_learner = True

    def __init__(self) -> None:
        self._reading: ModelDensity | None = None

    def begin(self, context: RunContext) -> None:
        system = context.field.system
        if context.learner is None or system is None or system.flow is None:
            raise ReadingError("no density is learnt: choose data that have one, and write a line flow normal(2)")
        if system.size != 2:
            raise ReadingError(f"the density is of {system.size} components, and is drawn of two")
        learner = cast("FlowLearner", context.learner)
        from ..training.material import material  # noqa: PLC0415 - what the window lists needs no data

        data, _, test = material(context.experiment)
        x_range, y_range = _ranges(context, test.x)
        cells = _PREVIEW_CELLS if context.preview else _CELLS
        x, y = _centres(*x_range, cells), _centres(*y_range, cells)
        grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        tested = test.x[:_TESTED] if not context.preview else test.x[:0]
        found = learner.density.log_density(np.concatenate([grid, tested]))
        there = found[: len(grid)].reshape(len(y), len(x))
        true, true_there = data.log_density(grid), data.log_density(tested)
        ways = learner.density.samples(
            _PREVIEW_SAMPLES if context.preview else _SAMPLES, context.experiment.seed, _TIMES
        )
        cell = (x_range[1] - x_range[0]) * (y_range[1] - y_range[0]) / cells**2
        self._reading = ModelDensity(
            x=x,
            y=y,
            log_density=there,
            true_log_density=None if true is None else true.reshape(there.shape),
            mass=float(np.exp(there).sum() * cell),
            times=ways.depth,
            samples=ways.states,
            data=test.x[:_SAMPLES],
            round_trip=nan if context.preview else _round_trip(learner, test.x[:_RETURNS]),
            likelihood=float(found[len(grid) :].mean()) if len(tested) else nan,
            true_likelihood=nan if true_there is None or not len(tested) else float(true_there.mean()),
        )

    def read(self) -> ModelDensity | None:
        return self._reading


def _round_trip(learner: FlowLearner, x: np.ndarray) -> float:
    return float(np.linalg.norm(learner.density.there_and_back(x) - x, axis=1).max())


def _ranges(context: RunContext, x: np.ndarray) -> tuple[tuple[float, float], tuple[float, float]]:
    """The visible rectangle where the density's plane is shown, else a little more than the data fill."""
    view, system = context.viewport, context.field.system
    assert system is not None
    if view is not None and (view.x, view.y) == tuple(system.components):
        return view.x_range, view.y_range
    low, high = x.min(axis=0), x.max(axis=0)
    room = 0.15 * (high - low)
    ranges = np.stack([low - room, high + room], axis=1).tolist()
    return tuple(ranges[0]), tuple(ranges[1])


def _centres(low: float, high: float, count: int) -> np.ndarray:
    return low + (np.arange(count) + 0.5) * (high - low) / count


PROBE = ModelDensityProbe
