"""The chosen solver once more, from its last solution: what a slow change of a parameter leads to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..found_points import near_points, solved_points
from ..language.walk import is_large
from ..probe import Probe
from ..readings.followed_roots import FollowedRoots
from ..root_problem import FixedPoint
from ..run_context import RunContext
from ..stop_rule import StopRule

_SECONDS = 0.05
_LATE = frozenset({"max_time", "max_iterations", "max_evaluations"})
"""Endings of a solver that was still on its way. Near a fold, where it is slow, Newton's method goes on for it."""


class FollowedRootsProbe(Probe[FollowedRoots]):
    """Begins at the request's `warm_start` where it has one of the right shape, else at the starts; in float64."""

    reading = FollowedRoots
    title = "followed roots"
    kinds = frozenset({"map", "root"})

    def __init__(self) -> None:
        self._reading: FollowedRoots | None = None

    def begin(self, context: RunContext) -> None:
        system = context.field.system
        if context.map is None or system is None or is_large(system) or not len(context.samples):
            return
        given = context.warm_start
        warm = given is not None and given.shape == context.samples.shape and bool(np.isfinite(given).all())
        start = given if warm and given is not None else context.samples
        choice = context.experiment.root
        budget = replace(context.experiment.budget, seconds=_SECONDS)
        stop = StopRule(choice.tolerance, choice.criterion)
        problem = FixedPoint(context.map, start, context.rows)
        z, outcomes = solved_points(problem, choice, stop, budget, "numpy")
        found = np.array([outcome.success for outcome in outcomes])
        late = np.array([outcome.name in _LATE for outcome in outcomes])
        if late.any():
            rows = None if context.rows is None else context.rows[late]
            answers, near = near_points(FixedPoint(context.map, z[late], rows), stop, "numpy")
            z[late] = np.where(near[:, None], answers, z[late])
            found[late] = near
        z = np.where((found | late)[:, None], z, start)
        self._reading = FollowedRoots(context.field.components, z, outcomes, found, warm)

    def read(self) -> FollowedRoots | None:
        return self._reading


PROBE = FollowedRootsProbe
