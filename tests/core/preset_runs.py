"""Presets as the program opens them, and what their readings say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np

from core import presets
from core.frame import Frame
from core.language import parse
from core.readings import (
    Crossings,
    DensityLine,
    Descents,
    Equilibria,
    FixedPoints,
    FlowLoss,
    Iterations,
    Mixture,
    ModelDensity,
    Spectrum,
    TraceEstimates,
    Trajectories,
)
from core.request import Request
from core.runner import frames

WANTED = frozenset(
    {
        Trajectories,
        Equilibria,
        Iterations,
        Spectrum,
        FixedPoints,
        Mixture,
        Descents,
        FlowLoss,
        Crossings,
        ModelDensity,
        DensityLine,
        TraceEstimates,
    }
)


@cache
def run(name: str) -> Frame:
    return run_with(name, {})


def run_with(name: str, values: Mapping[str, float]) -> Frame:
    """The last frame of a preset, some of its sliders moved."""
    experiment, _ = presets.load_preset(name)
    *_, frame = frames(Request(replace(experiment, values=dict(values)), WANTED))
    assert frame.error is None
    return frame


def curve(name: str, index: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The forward part of a trajectory: t, z."""
    curves = run(name).readings[Trajectories]
    part = curves.curve(index)
    later = curves.t[part] >= curves.start_time
    return curves.t[part][later], curves.z[part][later]


def rests(name: str) -> list[list[float]]:
    return sorted(point.point.tolist() for point in run(name).readings[Equilibria].points)


def iterations(name: str) -> dict[str, int]:
    """Iterations of the first sample, by solver; all of them have converged."""
    runs = run(name).readings[Iterations].runs
    assert all(outcome.success for each in runs for outcome in each.outcomes)
    return {each.solver: int(each.iterations[0]) for each in runs}


def answer(name: str) -> np.ndarray:
    return np.asarray(run(name).readings[Iterations].runs[0].solution)


def names(flows: bool) -> list[str]:
    """The presets that are flows, or those that are solved for a root. What those that learn are known for is shown in
    test_learning_presets."""
    loaded = {name: presets.load_preset(name)[0] for name in presets.names()}
    experiments = {name: each for name, each in loaded.items() if not each.training.data}
    return [name for name, each in experiments.items() if parse(each.text, each.tensors).flows == flows]
