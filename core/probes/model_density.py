"""The density that a flow carries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from ..analysis.grid_passes import GridPass, grid_passes, seen_ranges
from ..probe import Slice, SweepProbe
from ..reading_error import ReadingError
from ..readings.model_density import ModelDensity
from ..run_context import RunContext

if TYPE_CHECKING:
    from ..data_set import DataSet
    from ..experiment import Experiment
    from ..language import System
    from ..learner import Paths
    from ..readings.euler_steps import EulerSteps
    from ..training.flow_density import FlowDensity

_SAMPLES, _PREVIEW_SAMPLES = 600, 300
_TIMES = 21
_RETURNS = 200
"""Points that are carried there and back."""
_PLACES = 48
"""Along either axis, that are looked at for folds."""
_TESTED, _AT_ONCE = 2000, 800


class ModelDensityProbe(SweepProbe[ModelDensity]):
    """Evaluates the flow's density on a grid, and carries points of the base to the data."""

    reading = ModelDensity
    title = "the density"
    kinds = frozenset({"ode"})

    def __init__(self) -> None:
        self._reading: ModelDensity | None = None
        self._context: RunContext | None = None

    def begin(self, context: RunContext) -> None:
        system = context.field.system
        if system is None or system.flow is None:
            raise ReadingError("the text carries no density: write a line flow normal(2)")
        if system.size != 2:
            raise ReadingError(f"the density is of {system.size} components, and is drawn of two")
        self._context, self._system, self._known = context, system, _data(system, context.experiment)

    def slices(self) -> Iterator[Slice]:
        context = self._context
        if context is None:
            return
        from ..training.densities import density_of  # noqa: PLC0415 - needs torch, which the catalogue does without

        experiment, system = context.experiment, self._system
        density = density_of(system, experiment)
        data, known = self._known
        ways = density.samples(_PREVIEW_SAMPLES if context.preview else _SAMPLES, experiment.seed, _TIMES)
        yield Slice(0.1)
        told = density.steps_told()
        ends = ways.states[:, -1]
        around = known if len(known) else ends if np.isfinite(ends).any() else ways.states[:, 0]
        ranges = seen_ranges(context.viewport, (system.components[0], system.components[1]), around)
        for grid in grid_passes(lambda x: density.log_density(x)[:, None], ranges, context.preview):
            if grid.values is not None:
                self._reading = _of_grid(grid, ways, data, known, told)
            yield Slice(0.1 + 0.7 * grid.share, finer=grid.values is not None)
        if not context.preview and self._reading is not None:
            if told is not None:
                told = density.steps_told(_lattice(self._reading))
            self._reading = replace(self._reading, round_trip=_round_trip(density, around[:_RETURNS]), steps=told)
            yield Slice(0.9)
            yield from self._test(density, data, known[:_TESTED])

    def _test(self, density: FlowDensity, data: DataSet | None, tested: np.ndarray) -> Iterator[Slice]:
        """How well the test points are foreseen."""
        if self._reading is None or not len(tested):
            return
        true = None if data is None else data.log_density(tested)
        found = []
        for part in np.array_split(tested, max(1, len(tested) // _AT_ONCE)):
            found.append(density.log_density(part))
            yield Slice(0.95)
        known = nan if true is None else float(true.mean())
        likelihood = float(np.concatenate(found).mean())
        self._reading = replace(self._reading, likelihood=likelihood, true_likelihood=known)
        yield Slice(1.0, finer=True)

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


def _lattice(shown: ModelDensity) -> np.ndarray:
    """Places all over the picture, fewer than its cells."""
    ends = (np.linspace(axis.min(), axis.max(), _PLACES) for axis in (shown.x, shown.y))
    return np.stack(np.meshgrid(*ends), axis=-1).reshape(-1, 2)


def _of_grid(
    grid: GridPass, ways: Paths, data: DataSet | None, known: np.ndarray, steps: EulerSteps | None
) -> ModelDensity:
    assert grid.values is not None
    there = grid.values[:, :, 0]
    centres = np.stack(np.meshgrid(grid.x, grid.y), axis=-1).reshape(-1, 2)
    true = None if data is None else data.log_density(centres)
    cell = (grid.x[1] - grid.x[0]) * (grid.y[1] - grid.y[0])
    return ModelDensity(
        x=grid.x,
        y=grid.y,
        log_density=there,
        true_log_density=None if true is None else true.reshape(there.shape),
        mass=float(np.nansum(np.exp(there)) * cell),
        times=ways.depth,
        samples=ways.states,
        data=known[:_SAMPLES],
        round_trip=nan,
        steps=steps,
    )


PROBE = ModelDensityProbe
