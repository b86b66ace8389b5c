"""dz*/dp for every parameter where the solvers ended, and how near that is to a fold."""

from __future__ import annotations

import numpy as np

from ..analysis.root_sensitivity import root_sensitivity
from ..formula_map import FormulaMap
from ..language import LARGEST_UNROLLED
from ..module_layer import ModuleLayer
from ..probe import SolutionProbe
from ..readings.iterations import SolverRun
from ..readings.root_effects import RootEffects
from ..run_context import RunContext

_MOST_SAMPLES = 256


class RootEffectsProbe(SolutionProbe[RootEffects]):
    """The implicit function theorem at every sample's solution, of layers with few components."""

    reading = RootEffects
    title = "effects of the parameters"

    def __init__(self) -> None:
        self._reading: RootEffects | None = None

    def begin(self, context: RunContext) -> None:
        self._context = context

    def solved(self, run: SolverRun) -> None:
        mapping, rows = self._context.map, self._context.rows
        if (
            not isinstance(mapping, FormulaMap | ModuleLayer)
            or mapping.size > LARGEST_UNROLLED
            or not len(run.solution)
        ):
            return
        at = run.solution[:_MOST_SAMPLES]
        known = root_sensitivity(mapping, at, None if rows is None else rows[: len(at)])
        ended = np.array([outcome.success for outcome in run.outcomes[: len(at)]], dtype=bool)
        names = tuple(mapping.parameters)
        self._reading = RootEffects(names, at, ended, known.effects, known.condition, known.distance)

    def read(self) -> RootEffects | None:
        return self._reading


PROBE = RootEffectsProbe
