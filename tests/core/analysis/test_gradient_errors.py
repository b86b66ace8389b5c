"""Gradient errors over tolerance and horizon: orders, and where the continuous adjoint leaves the others."""

from __future__ import annotations

import numpy as np
import torch
from test_gradient_costs import last, run_of

from core.analysis.gradient_errors import gradient_errors
from core.gradient_methods.backsolve import Backsolve
from core.gradient_methods.discrete import Discrete

torch.set_num_threads(1)  # arrays of a few numbers: a second thread only waits


def test_the_errors_fall_with_the_tolerance() -> None:
    errors = last(gradient_errors(run_of("y' = k*y\nk = -1", [1.0], 2.0), (Discrete(), Backsolve())))
    exact, backsolve = errors.lines
    assert exact.methods == (Discrete.title,)
    for line in (exact, backsolve):
        slope = np.polyfit(np.log10(errors.tolerance), np.log10(line.by_tolerance), 1)[0]
        assert 0.8 < slope < 1.2
    assert errors.known_to_tolerance.max() < 1e-11
    assert errors.horizon[-1] == 2.0
    assert (np.diff(errors.horizon) > 0).all()


def test_backsolve_leaves_the_others_as_the_horizon_grows() -> None:
    text = "x' = y\ny' = mu*(1 - x^2)*y - x\nmu = 2"
    errors = last(gradient_errors(run_of(text, [2.0, 0.0], 12.0, 1e-6), (Discrete(), Backsolve())))
    exact, backsolve = errors.lines
    ratio = backsolve.by_horizon / exact.by_horizon
    assert ratio[0] < 30
    assert not ratio[-1] < 1e3  # NaN where its budget was spent
    assert exact.by_horizon.max() < 1e-3


def test_fixed_steps_have_no_tolerance() -> None:
    errors = last(gradient_errors(run_of("y' = k*y\nk = -1", [1.0], 1.0, step=0.05), (Discrete(),)))
    assert len(errors.tolerance) == 0
    assert np.isnan(errors.rtol)
    assert np.isfinite(errors.lines[0].by_horizon).all()


def test_a_run_that_does_not_arrive_says_so() -> None:
    errors = last(gradient_errors(run_of("x' = k*x^2\nk = 1", [1.0], 2.0), (Discrete(),)))
    assert errors.lines == ()
    assert "needed a step smaller" in errors.note
