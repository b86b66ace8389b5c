"""What a network is worth with more compute: readings without an engine."""

from __future__ import annotations

import numpy as np

from core.readings import ComputeAtTest, ComputeLine


def line(solver: str, varied: str, settings: tuple[float, ...], rate: float, *, classes: bool = True) -> ComputeLine:
    """Its loss falls by `rate` with every unit of cost to that of the exact answer, 0.2."""
    setting = np.array(settings)
    cost = -10.0 * np.log10(setting) if varied == "tolerance" else setting
    right = 0.9 - 0.5 * rate**cost if classes else np.full(len(cost), np.nan)
    failed = np.linspace(1.0, 0.0, len(cost)) if varied == "iterations" else np.zeros(len(cost))
    return ComputeLine(solver, solver.capitalize(), varied, setting, cost, 0.2 + 2.0 * rate**cost, right, failed)


def layer(measured: int = 11) -> ComputeAtTest:
    """Of an implicit layer that classifies, trained with twelve iterations."""
    own = line("anderson", "iterations", (12.0,), 0.5)
    lines = (
        line("anderson", "iterations", (1.0, 2.0, 4.0, 8.0, 16.0), 0.5),
        line("picard", "iterations", (1.0, 2.0, 4.0, 8.0, 16.0, 32.0), 0.8),
    )
    return ComputeAtTest("map", lines, own, 0.2, 0.9, 450, measured, 11)


def equation() -> ComputeAtTest:
    """Of a differential equation with values, trained with the tolerance 1e-3."""
    own = line("dopri5", "tolerance", (1e-3,), 0.9, classes=False)
    lines = (
        line("dopri5", "tolerance", (1e-1, 1e-2, 1e-3), 0.9, classes=False),
        line("euler", "steps", (1.0, 2.0, 4.0, 8.0), 0.7, classes=False),
    )
    return ComputeAtTest("ode", lines, own, 0.2, float("nan"), 1000, 7, 7)
