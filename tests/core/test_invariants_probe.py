"""The drift of invariants against what is proved of the methods."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from experiment_runs import preset

from core.experiment import Experiment, Integration
from core.readings import Invariants
from core.request import Request
from core.runner import frames

OSCILLATOR = "x' = v\nv' = -x\nH = (v^2 + x^2)/2\nstart (1, 0), (0.2, 0.3)\nt in [0, 20]"
PENDULUM = "x' = v\nv' = -sin(x)\nH = v^2/2 - cos(x)\nstart (2, 0)\nt in [0, 100]"


def invariants(experiment: Experiment, *, every_step: bool = False) -> Invariants:
    *_, frame = frames(Request(experiment, frozenset({Invariants}), every_step=every_step))
    assert frame.error is None, frame.traceback
    return frame.readings[Invariants]


def stepped(text: str, method: str, step: float, **options: Any) -> Invariants:
    return invariants(Experiment(text, integration=Integration(method=method, fixed=True, step=step), **options))


@pytest.mark.parametrize("method", ["implicit_midpoint", "gauss2"])
def test_gauss_methods_keep_quadratic_invariants_to_rounding(method: str) -> None:
    found = stepped(OSCILLATOR, method, 0.1)
    assert found.largest.max() < 2e-14
    assert (len(found), found.names, len(found.t)) == (2, ("H",), 2 * 201)


def test_eulers_method_multiplies_the_energy_by_its_known_factor() -> None:
    found = stepped(OSCILLATOR, "euler", 0.1)
    exact = 1.01 ** np.arange(201) - 1.0
    for index in range(2):
        part = slice(*found.offsets[index : index + 2])
        np.testing.assert_allclose(found.drift[0, part], exact, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.largest, exact[-1], rtol=1e-9)
    assert found.first[0] == pytest.approx([0.5, 0.065])


def test_verlets_drift_is_bounded_and_of_order_2_and_that_of_runge_and_kutta_grows() -> None:
    coarse, fine = (stepped(PENDULUM, "verlet", step) for step in (0.1, 0.05))
    assert np.log2(coarse.largest[0, 0] / fine.largest[0, 0]) == pytest.approx(2.0, abs=0.05)
    early, late = (np.abs(part).max() for part in np.array_split(coarse.drift[0], 2))
    assert late == pytest.approx(early, rel=0.01)
    early, late = (np.abs(part).max() for part in np.array_split(stepped(PENDULUM, "rk4", 0.2).drift[0], 2))
    assert late == pytest.approx(2.0 * early, rel=0.1)


def test_what_is_0_at_the_start_is_not_divided_by() -> None:
    found = stepped("x' = v\nv' = -x\nA = x*v\nB = sin(x)^2 + cos(x)^2 - 1\nstart (1, 0)\nt in [0, 3]", "rk4", 0.01)
    assert found.relative.tolist() == [[False], [False]]
    np.testing.assert_allclose(found.drift[0], -0.5 * np.sin(2.0 * found.t), atol=1e-8)
    assert found.largest[1, 0] < 1e-15
    nothing = stepped("x' = -x\nV = log(x)\nstart (-1)\nt in [0, 1]", "rk4", 0.1)
    assert np.isnan(nothing.largest).all()


def test_the_values_of_sliders_and_a_span_backward_in_time() -> None:
    text = "x' = w*v\nv' = -w*x + 0.3*sin(t)\nw = 1 in [0, 5]\nI = w*x\nstart (1, 0)"
    found = invariants(Experiment(text, values={"w": 2.0}, span=(0.0, -1.0)))
    assert found.first[0, 0] == 2.0
    assert found.t[0] == 0.0
    assert found.t[-1] == -1.0
    assert (np.diff(found.t) < 0.0).all()
    assert invariants(Experiment(text, span=(0.0, 1.0))).t[-1] == 1.0  # none of the part before the start


def test_single_precision_and_thinned_curves_keep_their_largest_drift(monkeypatch: pytest.MonkeyPatch) -> None:
    short = PENDULUM.replace("100", "15")
    whole = stepped(short, "euler", 0.1)
    monkeypatch.setattr("core.probes.invariants._MOST_POINTS", 60)
    thinned = stepped(short, "euler", 0.1)
    assert len(thinned.t) <= 62
    assert (thinned.t[0], thinned.t[-1]) == (whole.t[0], whole.t[-1])
    assert (thinned.largest == whole.largest).all()
    single = stepped(short, "euler", 0.1, dtype="float32")
    assert single.largest[0, 0] == pytest.approx(whole.largest[0, 0], rel=1e-2)


def test_an_event_may_change_what_is_kept_between_events() -> None:
    text = "y' = v\nv' = -1\nE = v^2/2 + y\nwhen y = 0 falling: v = -0.5 v\nstart (1, 0)\nt in [0, 2]"
    found = invariants(Experiment(text))
    before = found.t < np.sqrt(2.0)
    assert np.abs(found.drift[0, before]).max() < 1e-9
    assert found.drift[0, -1] == pytest.approx(-0.75, abs=1e-6)


@pytest.mark.parametrize("name", ["kepler", "henon_heiles", "lotka_volterra", "euler_drift"])
def test_the_expressions_of_the_presets_are_invariants(name: str) -> None:
    experiment = replace(preset(name), integration=Integration(method="dop853", rtol=1e-11, atol=1e-12, backward=False))
    assert invariants(replace(experiment, span=(0.0, 15.0))).largest.max() < 1e-9
