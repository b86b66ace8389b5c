"""Lyapunov exponents against published ones and exact ones, and that their errors are honest."""

from __future__ import annotations

import math
from dataclasses import replace
from time import perf_counter

import numpy as np
import pytest
import torch
from experiment_runs import preset

import core
from core.analysis.lyapunov import step_derivatives
from core.experiment import Experiment
from core.probes import lyapunov_exponents as probe
from core.readings import ClosedOrbits, LyapunovExponents, Trajectories
from core.request import Request
from core.runner import frames

LORENZ = "x' = 10*(y - x)\ny' = x*(28 - z) - y\nz' = x*y - 8/3*z"
WANTED = frozenset({LyapunovExponents})


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "_KNOWN", {})


def test_those_of_the_lorenz_attractor() -> None:
    found = core.lyapunov_exponents(core.parse(LORENZ), (1, 1, 1), (0, 600))
    assert found is not None
    # Source: J. C. Sprott, Chaos and Time-Series Analysis, 2003: 0.9056, 0, -14.5723
    expected = np.array([0.9056, 0.0, -14.5723])
    assert (np.abs(found.values - expected) <= found.errors).all()
    assert (found.errors < 0.05).all()
    assert found.total == pytest.approx(-(10 + 1 + 8 / 3), abs=1e-7)
    assert found.duration == pytest.approx(600)
    assert found.chaotic


def test_of_a_linear_system_they_are_the_real_parts_of_its_eigenvalues() -> None:
    # a calm trajectory: its own steps would be long enough for the neighbours to blow up
    found = core.lyapunov_exponents(core.parse("x' = -x + t\ny' = -2*y + x\nz' = 0.25*z"), (2, 0, 0), (0, 200))
    assert found is not None
    assert found.values == pytest.approx([0.25, -1.0, -2.0], abs=1e-6)
    turning = core.lyapunov_exponents(core.parse("x' = -0.1*x + 3*y\ny' = -3*x - 0.1*y"), (1, 0), (0, 100))
    assert turning is not None
    assert turning.values == pytest.approx([-0.1, -0.1], abs=1e-6)
    assert not turning.chaotic


def test_on_a_cycle_they_are_logarithms_of_its_multipliers_within_their_errors() -> None:
    system = core.parse("x' = y\ny' = (1 - x^2)*y - x")
    cycle = core.limit_cycle(system, (2, 0))
    found = core.lyapunov_exponents(system, (2, 0), (0, 400))
    assert cycle is not None
    assert found is not None
    expected = np.log(cycle.multipliers.real) / cycle.period
    assert (np.abs(found.values - expected) <= found.errors).all()
    assert (found.errors < 0.02).all()
    assert not found.chaotic


def test_of_a_driven_flow_the_sum_is_the_divergence() -> None:
    text = "x' = y\ny' = x - x^3 - 0.3*y + 0.5*cos(1.2*t)"
    found = core.lyapunov_exponents(core.parse(text), (1, 0), (0, 1200))
    assert found is not None
    assert found.total == pytest.approx(-0.3, abs=1e-7)
    assert found.chaotic


def test_the_errors_shrink_with_the_time() -> None:
    short, long = (core.lyapunov_exponents(core.parse(LORENZ), (1, 1, 1), (0, end)) for end in (60, 600))
    assert short is not None
    assert long is not None
    assert long.errors[0] < 0.7 * short.errors[0]


def test_where_a_trajectory_runs_away_there_are_none() -> None:
    assert core.lyapunov_exponents(core.parse("x' = x^2\ny' = -y"), (1, 1), (0, 10)) is None


def test_questions_without_sense_are_refused() -> None:
    system = core.parse(LORENZ)
    with pytest.raises(ValueError, match="need a formula"):
        core.lyapunov_exponents(core.field(torch.sin, 2), (1, 0))
    with pytest.raises(ValueError, match="growing time"):
        core.lyapunov_exponents(system, (1, 1, 1), (0, -5))
    with pytest.raises(ValueError, match="one start"):
        core.lyapunov_exponents(system, [(1, 1, 1), (2, 2, 2)])
    with pytest.raises(TypeError, match="parsed formula"):
        core.lyapunov_exponents("x' = y", (1, 0))  # type: ignore[arg-type]


def test_a_run_computes_them_last_of_the_trajectory_that_is_looked_at_and_stops_when_asked() -> None:
    experiment, asked = preset("lorenz"), []
    request = Request(experiment, WANTED | {Trajectories, ClosedOrbits}, focus=1)
    for frame in frames(request, lambda: bool(asked)):
        if frame.progress is not None and "Lyapunov" in frame.progress.what:
            assert frame.readings[ClosedOrbits].searched
            asked.append(perf_counter())
    assert len(asked) == 1
    assert perf_counter() - asked[0] < 0.5
    *_, last = frames(Request(experiment, WANTED, focus=1))
    found = last.readings[LyapunovExponents]
    assert found.trajectory == 1
    assert found.values[0] == pytest.approx(0.9056, abs=max(0.05, float(found.errors[0])))
    *_, dragged = frames(Request(replace(experiment, values={"rho": 29.0}), WANTED, None, "preview"))
    assert not len(dragged.readings[LyapunovExponents].values)
    opening = next(iter(frames(Request(experiment, WANTED, focus=1))))
    assert opening.readings[LyapunovExponents].values == pytest.approx(found.values)


def test_in_the_plane_and_on_a_line_there_is_no_chaos_and_no_work() -> None:
    for text in ("x' = y\ny' = -x\nstart (1, 0)", "x' = cos(t)\nstart (1)"):
        *_, last = frames(Request(Experiment(text), WANTED))
        assert not len(last.readings[LyapunovExponents].values)


def test_a_method_applied_to_the_variational_equation_has_its_order() -> None:
    system = core.parse("x' = y\ny' = -x")
    for h in (0.5, 1.0):
        exact = np.array([[math.cos(h), math.sin(h)], [-math.sin(h), math.cos(h)]])
        found = step_derivatives(system, (), np.zeros(1), np.full(1, h), np.ones((1, 2)), 2)
        assert found[0] == pytest.approx(exact, abs=1e-9 * (2 * h) ** 9)
