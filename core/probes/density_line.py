"""The density that a flow of one component carries."""

from __future__ import annotations

from math import nan

import numpy as np

from ..probe import Probe
from ..reading_error import ReadingError
from ..readings.density_line import DensityLine
from ..run_context import RunContext

_REACH = 6.0
"""Deviations of the base that are carried: beyond them lies a part of 2e-9."""
_POINTS, _PREVIEW_POINTS = 601, 201
_SAMPLES, _PREVIEW_SAMPLES = 400, 200
_TIMES = 41
_RETURNS = 100


class DensityLineProbe(Probe[DensityLine]):
    """Carries the base to the data, point by point, with what its density becomes."""

    reading = DensityLine
    title = "the density on a line"
    kinds = frozenset({"ode"})

    def __init__(self) -> None:
        self._reading: DensityLine | None = None

    def begin(self, context: RunContext) -> None:
        system, experiment = context.field.system, context.experiment
        if system is None or system.flow is None:
            raise ReadingError("the text carries no density: write a line flow normal(1)")
        if system.size != 1:
            raise ReadingError(f"the density is of {system.size} components, and here it is drawn of one")
        from ..training.densities import density_of  # noqa: PLC0415 - needs torch, which the catalogue does without

        density = density_of(system, experiment)
        base = np.linspace(-_REACH, _REACH, _PREVIEW_POINTS if context.preview else _POINTS)
        ways, logarithm = density.carried_base(base[:, None], _TIMES)
        x, height = ways.states[:, :, 0], np.exp(logarithm)
        arrives = np.isfinite(height[:, -1])
        samples = density.samples(_PREVIEW_SAMPLES if context.preview else _SAMPLES, experiment.seed, _TIMES).states
        there = samples[:, -1][np.isfinite(samples[:, -1, 0])]
        back = np.empty(0) if context.preview else np.abs(density.there_and_back(there[:_RETURNS]) - there[:_RETURNS])
        looked_at = np.linspace(there.min(), there.max(), _PREVIEW_POINTS)[:, None] if len(there) else base[:, None]
        steps = density.steps_told(looked_at)
        self._reading = DensityLine(
            times=ways.depth,
            x=x,
            density=height,
            samples=samples[:, :, 0],
            mass=float(np.trapezoid(height[arrives, 0], base[arrives])),
            round_trip=float(np.nanmax(back)) if np.isfinite(back).any() else nan,
            steps=steps,
        )

    def read(self) -> DensityLine | None:
        return self._reading


PROBE = DensityLineProbe
