"""States once a period of the forcing: against the exact map of a linear oscillator, and direct integration."""

from __future__ import annotations

import math
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from experiment_runs import preset
from scipy.integrate import solve_ivp

from core import codec
from core.analysis.strobe import Strobe
from core.catalogue import integrators
from core.dense_output import AcceptedSteps
from core.experiment import Experiment, Integration, Section
from core.language import forcing_period, parse
from core.readings import PoincareSection
from core.request import Request
from core.runner import frames

EXACT = Integration(method="dop853", rtol=1e-12, atol=1e-13, backward=False)
EVERY = Section(True, ("x", "y"), spans=1, kind="period")
LINEAR = (
    "x' = y\ny' = -w0^2*x - 2*c*y + F*cos(w*t)\nw0 = 1\nc = 0.2\nF = 1\nw = 1.7\nstart (1, 0), (0, -2)\nt in [0, 30]"
)


def section_of(experiment: Experiment) -> PoincareSection:
    *_, frame = frames(Request(experiment, frozenset({PoincareSection})))
    assert frame.error is None
    found = frame.get(PoincareSection)
    assert found is not None
    return found


def test_a_linear_oscillator_comes_to_the_fixed_point_of_its_exact_map() -> None:
    found = section_of(Experiment(LINEAR, integration=EXACT, section=EVERY))
    period = 2 * math.pi / 1.7
    assert found.period == pytest.approx(period, rel=1e-15)
    amplitude = 1.0 / (1.0 - 1.7**2 + 2j * 0.2 * 1.7)  # x = Re(amplitude exp(i w t))
    fixed = np.array([amplitude.real, (1.7j * amplitude).real])
    omega = math.sqrt(1.0 - 0.2**2)
    cos, sin, decay = math.cos(omega * period), math.sin(omega * period) / omega, math.exp(-0.2 * period)
    matrix = decay * np.array([[cos + 0.2 * sin, sin], [-sin, cos - 0.2 * sin]])
    for owner, start in enumerate(((1.0, 0.0), (0.0, -2.0))):
        own = found.owner == owner
        np.testing.assert_allclose(found.t[own], period * np.arange(1, 9), rtol=1e-14)
        state = np.array(start)
        for z in found.z[own]:
            state = fixed + matrix @ (state - fixed)
            np.testing.assert_allclose(z, state, atol=1e-9)


def test_duffing_is_one_to_one_with_direct_integration() -> None:
    duffing = replace(preset("duffing"), integration=EXACT, section=replace(EVERY, spans=1))
    found = section_of(duffing)
    period = 2 * math.pi / 1.2
    assert len(found) == 2 * 11
    first = found.owner == 0
    direct = solve_ivp(
        lambda t, z: [z[1], z[0] - z[0] ** 3 - 0.3 * z[1] + 0.5 * math.cos(1.2 * t)],
        (0.0, 12 * period),
        [1.0, 0.0],
        method="DOP853",
        rtol=1e-12,
        atol=1e-13,
        t_eval=period * np.arange(1, 12),
    )
    np.testing.assert_allclose(found.z[first], direct.y.T, atol=1e-6)


def test_a_period_is_typed_where_the_formula_tells_none() -> None:
    text = "x' = y\ny' = -x + exp(-t)\nstart (1, 0)\nt in [0, 10]"
    *_, frame = frames(Request(Experiment(text, section=EVERY), frozenset({PoincareSection})))
    assert "type one above" in frame.absent[PoincareSection]
    typed = section_of(Experiment(text, integration=EXACT, section=replace(EVERY, period=2.5)))
    np.testing.assert_allclose(typed.t, [2.5, 5.0, 7.5, 10.0])
    *_, frame = frames(Request(Experiment(text, section=replace(EVERY, kind="line")), frozenset({PoincareSection})))
    assert "choose every period" in frame.absent[PoincareSection]


@pytest.mark.parametrize(
    ("forcing", "period"),
    [
        ("cos(w*t + x)", 2 * math.pi / 1.5),
        ("sin(2*pi*t/4)*x", 4.0),
        ("sin(t) + cos(1.5*t)", 4 * math.pi),
        ("mod(t, w)", 1.5),
        ("cos(-t)^2*sin(3*(t - 1))", 2 * math.pi),
        ("t*cos(t)", None),
        ("sin(t) + sin(sqrt(2)*t)", None),
        ("cos(x*t)", None),
        ("exp(sin(w*t)) + t", None),
        ("x", None),
    ],
)
def test_the_period_of_a_formula(forcing: str, period: float | None) -> None:
    system = parse(f"f = {forcing}\nx' = f - x\nw = 1.5\n")
    found = forcing_period(system, (1.5,))
    assert found == (None if period is None else pytest.approx(period, rel=1e-14))


@pytest.mark.parametrize(
    ("forcing", "w", "same"),
    [
        ("cos(t*sqrt(w))", -1.0, None),
        ("cos(t*w)", math.nan, None),
        ("cos(t*exp(w))", 1000.0, None),
        ("mod(t, 1/w)", 1e308, None),
        ("cos(t*w)*cos(t)", 1e-320, None),
        ("sqrt(w)*cos(t)", -1.0, 2 * math.pi),
    ],
)
def test_a_rate_that_is_no_number_tells_no_period(forcing: str, w: float, same: float | None) -> None:
    assert forcing_period(parse(f"x' = {forcing} - x\nw = 1"), (w,)) == same


def test_a_forcing_whose_rate_is_no_number_any_more_says_why_there_is_no_section() -> None:
    experiment = Experiment("x' = y\ny' = cos(t sqrt(w))\nw = 1\nstart (0, 0)\nt in [0, 1]", {"w": -1.0}, section=EVERY)
    *_, frame = frames(Request(experiment, frozenset({PoincareSection})))
    assert frame.error is None
    assert "with these values of its parameters" in frame.absent[PoincareSection]


def test_of_a_very_short_period_the_first_points_are_kept_and_the_others_cost_nothing() -> None:
    tracemalloc.start()
    found = section_of(Experiment(LINEAR, integration=EXACT, section=replace(EVERY, period=1e-7, spans=1000)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 30e6  # of 3e8 points a trajectory, whole numbers alone would be 2.4e9 bytes
    for owner in (0, 1):
        np.testing.assert_allclose(found.t[found.owner == owner], 1e-7 * np.arange(1, 2001), rtol=1e-12)
    assert all(one.name == "cancelled" for one in found.outcomes)
    lost = Experiment(LINEAR, section=replace(EVERY, period=1e-16))
    *_, frame = frames(Request(lost, frozenset({PoincareSection})))
    assert "within the rounding of the times" in frame.absent[PoincareSection]


def test_there_is_room_for_as_many_points_of_each_trajectory_as_are_wanted_over_several_steps() -> None:
    sample, t0 = np.array([0, 1, 0, 1, 0]), np.array([0.0, 0.0, 1.0, 1.0, 2.0])
    z = np.stack([t0, t0], axis=1)
    steps = AcceptedSteps(sample, t0, t0 + 1.0, z, z + 1.0, np.ones((5, 1, 2)))
    found = Strobe(0.0, 0.25).crossings(integrators()["euler"], steps, np.array([9, 3]))
    assert found.t[found.sample == 0].tolist() == (0.25 * np.arange(1, 10)).tolist()
    assert found.t[found.sample == 1].tolist() == [0.25, 0.5, 0.75]
    np.testing.assert_allclose(found.z[:, 0], found.t)
    nothing = Strobe(0.0, 0.25).crossings(integrators()["euler"], steps, np.array([0, 0]))
    assert len(nothing.t) == 0


def test_a_section_by_period_is_saved() -> None:
    experiment = Experiment(LINEAR, section=replace(EVERY, period=3.5))
    assert codec.decode(codec.encode(experiment))[0] == experiment
