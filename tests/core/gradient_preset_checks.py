"""What the presets about gradients are known for; what becomes of their gradients: `test_adjoint_that_lies`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from preset_runs import curve
from scipy.integrate import solve_ivp

import core
from core.presets import load_preset


def adjoint_lies() -> None:
    t, z = curve("adjoint_lies")
    solved = solve_ivp(
        lambda _, z: [z[1], -30.0 * (z[1] - np.cos(z[0]))], (0, 1), [0, 2], "DOP853", t, rtol=1e-12, atol=1e-13
    )
    assert z == pytest.approx(solved.y.T, abs=1e-7)
    assert abs(z[-1, 1] - np.cos(z[-1, 0])) < 1.0 / 30.0  # the fast component has come to the slow curve


def lynx_hare() -> None:
    """Its fit ends at the least sum of squares: `test_hudson_bay_agrees_with_scipy` holds the same data to scipy."""
    experiment = load_preset("lynx_hare")[0]
    found = core.fit(core.parse(experiment.text), data=dict(experiment.fit.data), free_start=experiment.fit.free_start)
    assert found.loss == pytest.approx(594.74, abs=0.01)


GRADIENTS: dict[str, Callable[[], None]] = {check.__name__: check for check in (adjoint_lies, lynx_hare)}
