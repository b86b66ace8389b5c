"""Presets run headless as the window runs them, and what a person then reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from core import presets
from core.convergence_order import run_convergence
from core.experiment import Experiment
from core.frame import Frame
from core.readings import FixedPoints, Iterations, LayerGradients, SolverRun, Spectrum
from core.request import Request, Viewport
from core.runner import frames

WANTED = frozenset({Iterations, Spectrum, FixedPoints, LayerGradients})
SOLVED = frozenset({Iterations})


@cache
def preset(name: str) -> Experiment:
    """It as it is."""
    return presets.load_preset(name)[0]


def changed(name: str, *, values: Mapping[str, float] | None = None, **root: Any) -> Experiment:
    """It with other values of parameters and other settings of the solver."""
    experiment = preset(name)
    return replace(experiment, values=values or {}, root=replace(experiment.root, **root))


def frame_of(experiment: Experiment, wanted: frozenset[type] = WANTED, viewport: Viewport | None = None) -> Frame:
    """The last frame of a run."""
    *_, frame = frames(Request(experiment, wanted, viewport))
    assert frame.error is None
    return frame


@cache
def shown(name: str) -> Frame:
    """The last frame of a preset."""
    return frame_of(preset(name))


def runs(frame: Frame) -> dict[str, SolverRun]:
    """By solver."""
    return {run.solver: run for run in frame.readings[Iterations].runs}


def counted(frame: Frame) -> dict[str, int]:
    """Iterations of the first sample by solver; every solver has converged."""
    assert all(outcome.success for run in runs(frame).values() for outcome in run.outcomes)
    return {solver: int(run.iterations[0]) for solver, run in runs(frame).items()}


def residual(run: SolverRun) -> float:
    """The last of the first sample."""
    seen = run.residual[:, 0]
    return float(seen[np.isfinite(seen)][-1])


def word(run: SolverRun) -> str:
    """What the inspector writes beside a solver."""
    return str(run_convergence(run, 0))


def damped_radius(spectrum: Spectrum, beta: float) -> float:
    """As the slider of the spectrum's card has it."""
    return float(np.abs(1.0 - beta * (1.0 - spectrum.eigenvalues[0])).max())
