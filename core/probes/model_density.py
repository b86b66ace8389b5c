"""The density that a flow carries."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

import numpy as np

from ..probe import Probe
from ..reading_error import ReadingError
from ..readings.model_density import ModelDensity
from ..run_context import RunContext

if TYPE_CHECKING:
    from ..data_set import DataSet
    from ..experiment import Experiment
    from ..language import System
    from ..training.flow_density import FlowDensity

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

    def __init__(self) -> None:
        self._reading: ModelDensity | None = None

    def begin(self, context: RunContext) -> None:
        system, experiment = context.field.system, context.experiment
        if system is None or system.flow is None:
            raise ReadingError("the text carries no density: write a line flow normal(2)")
        if system.size != 2:
            raise ReadingError(f"the density is of {system.size} components, and is drawn of two")
        from ..training.flow_density import FlowDensity  # noqa: PLC0415 - needs torch, which the catalogue does without

        density = FlowDensity.of_text(system, experiment)
        data, known = _data(system, experiment)
        count = _PREVIEW_SAMPLES if context.preview else _SAMPLES
        ways = density.samples(count, experiment.seed, _TIMES)
        x_range, y_range = _ranges(context, known if len(known) else ways.states[:, -1])
        cells = _PREVIEW_CELLS if context.preview else _CELLS
        x, y = _centres(*x_range, cells), _centres(*y_range, cells)
        grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        tested = known[:_TESTED] if not context.preview else known[:0]
        found = density.log_density(np.concatenate([grid, tested]))
        there = found[: len(grid)].reshape(len(y), len(x))
        true, true_there = (None, None) if data is None else (data.log_density(grid), data.log_density(tested))
        cell = (x_range[1] - x_range[0]) * (y_range[1] - y_range[0]) / cells**2
        returning = known if len(known) else ways.states[:, -1]
        self._reading = ModelDensity(
            x=x,
            y=y,
            log_density=there,
            true_log_density=None if true is None else true.reshape(there.shape),
            mass=float(np.nansum(np.exp(there)) * cell),
            times=ways.depth,
            samples=ways.states,
            data=known[:_SAMPLES],
            round_trip=nan if context.preview else _round_trip(density, returning[:_RETURNS]),
            likelihood=float(found[len(grid) :].mean()) if len(tested) else nan,
            true_likelihood=nan if true_there is None or not len(tested) else float(true_there.mean()),
        )

    def read(self) -> ModelDensity | None:
        return self._reading


def _data(system: System, experiment: Experiment) -> tuple[DataSet | None, np.ndarray]:
    """The chosen data set with its test points; none where none is chosen."""
    if not experiment.training.data:
        return None, np.empty((0, system.size))
    from ..training.material import material  # noqa: PLC0415 - what the window lists needs no data

    data, _, test = material(experiment)
    if data.size != system.size:
        raise ReadingError(f"the data have {data.size} components, and the flow {system.size}: give both the same")
    return data, test.x


def _round_trip(density: FlowDensity, x: np.ndarray) -> float:
    """Of the points that come back at all."""
    apart = np.linalg.norm(density.there_and_back(x) - x, axis=1)
    back = apart[np.isfinite(apart)]
    return float(back.max()) if len(back) else nan


def _ranges(context: RunContext, x: np.ndarray) -> tuple[tuple[float, float], tuple[float, float]]:
    """The visible rectangle where the density's plane is shown, else a little more than the points fill."""
    view, system = context.viewport, context.field.system
    assert system is not None
    if view is not None and (view.x, view.y) == tuple(system.components):
        return view.x_range, view.y_range
    low, high = np.nanmin(x, axis=0), np.nanmax(x, axis=0)
    room = 0.15 * (high - low)
    ranges = np.stack([low - room, high + room], axis=1).tolist()
    return tuple(ranges[0]), tuple(ranges[1])


def _centres(low: float, high: float, count: int) -> np.ndarray:
    return low + (np.arange(count) + 0.5) * (high - low) / count


PROBE = ModelDensityProbe
