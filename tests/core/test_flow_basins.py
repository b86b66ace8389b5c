"""Basins of flows, against symmetries, exact solutions and known cycles."""

from __future__ import annotations

import math

import numpy as np
import pytest
from plane_frames import DUFFING, PENDULUM, SQUARE, VAN_DER_POL, plane_map

from core import catalogue
from core.analysis.flow_cycles import closed_orbit
from core.experiment import Integration
from core.flow_march import march
from core.integration import integrate
from core.language import parse
from core.language.rates import rates_program
from core.readings import RAN_AWAY, UNDECIDED, PlaneMap
from core.request import Viewport

DRIVEN = "x' = y\ny' = x - x^3 - 0.3*y + {gamma}*cos(1.2*t)\nview x [-2, 2], y [-2, 2]\nt in [0, 60]"


def end_at(found: PlaneMap, x: float, y: float) -> int:
    return int(found.end[np.abs(found.y - y).argmin(), np.abs(found.x - x).argmin()])


def test_the_two_wells_of_duffing_share_the_plane_symmetrically() -> None:
    found = plane_map(DUFFING, Viewport("x", "y", *SQUARE, (120, 120)))
    assert found.names == ("(1, 0)", "(−1, 0)")
    assert np.allclose(found.ends, [(1, 0), (-1, 0)], atol=1e-9)
    assert found.method == "the flow"
    assert (found.end >= 0).all()
    # the flow is odd: (x, v) and (-x, -v) end in opposite wells
    assert np.array_equal(found.end[::-1, ::-1], 1 - found.end)
    assert np.allclose(found.count[::-1, ::-1], found.count)
    near = np.hypot(found.x - 1, found.y[:, None]) < 0.4
    assert (found.end[near] == 0).all()
    assert found.count.max() <= found.most


def test_basins_agree_with_trajectories_that_are_computed_well() -> None:
    found = plane_map(DUFFING, Viewport("x", "y", *SQUARE, (40, 40)))
    chosen = np.random.default_rng(0).integers(0, 40, (30, 2))
    starts = np.stack([found.x[chosen[:, 0]], found.y[chosen[:, 1]]], axis=1)
    system = parse(DUFFING)
    for (column, row), start in zip(chosen, starts, strict=True):
        run = integrate(system, start, (0.0, 60.0), rtol=1e-9, atol=1e-11, path="python")
        end = np.asarray(run.z)[-1, 0]
        assert found.end[row, column] == (0 if end > 0 else 1)


def test_the_time_to_a_sink_is_that_of_the_exact_solution() -> None:
    text = "x' = -x\ny' = -y\nstart (1, 1)\nview x [-2, 2], y [-2, 2]\nt in [0, 20]"
    found = plane_map(text, Viewport("x", "y", *SQUARE, (60, 60)))
    assert found.names == ("(0, 0)",)
    # the sink is taken to begin at 0.02 of the box, which is 4 wide
    distance = np.hypot(found.x, found.y[:, None])
    exact = np.log(distance / 0.08)
    late = found.count - np.maximum(exact, 0.0)
    assert late.min() >= -1e-6
    assert late.max() <= 8 * 20 / 100 + 1e-6  # looked at every 8 steps


def test_a_pendulum_that_turns_over_comes_to_rest_turns_further_on() -> None:
    found = plane_map(PENDULUM, Viewport("a", "w", (-9.5, 9.5), (-11, 11), (76, 88)))
    rests = found.ends[:, 0] / (2 * np.pi)
    assert np.allclose(rests, np.round(rests), atol=1e-9)
    assert np.abs(found.ends[:, 1]).max() < 1e-9
    hanging = found.ends[end_at(found, 0.1, 0.1)]
    assert np.allclose(hanging, (0, 0), atol=1e-9)
    assert (found.end == UNDECIDED).mean() < 0.02
    # twice around: more energy, further away than what is seen
    assert np.abs(found.ends[np.unique(found.end[found.end >= 0]), 0]).max() > 9.5
    # odd, and the same again a turn further on
    opposite = found.ends[found.end, 0] + found.ends[found.end[::-1, ::-1], 0]
    decided = (found.end >= 0) & (found.end[::-1, ::-1] >= 0)
    assert np.abs(opposite[decided]).max() < 1e-9


def test_a_limit_cycle_is_an_end_with_its_period() -> None:
    found = plane_map(VAN_DER_POL, Viewport("x", "y", (-4, 4), (-6, 6), (48, 40)))
    (name,) = found.names
    assert float(name.removeprefix("cycle of period ")) == pytest.approx(6.6633, abs=2e-3)
    assert (found.end == 0).all()
    assert found.ends[0, 0] == pytest.approx(2.0086, abs=2e-3)  # the amplitude


def test_two_cycles_and_a_sink_between_divide_the_plane_in_rings() -> None:
    # r' = -r (r^2 - 1/4)(r^2 - 1)(r^2 - 9/4) / 2: cycles at 1/2 and 3/2 attract, that at 1 divides
    text = "r = x^2 + y^2\ng = -(r - 0.25)*(r - 1)*(r - 2.25)/2\nx' = x*g - y\ny' = y*g + x\nt in [0, 20]"
    found = plane_map(text, Viewport("x", "y", (-1.6, 1.6), (-1.6, 1.6), (64, 64)))
    radius = np.hypot(found.x, found.y[:, None])
    assert len(found.names) == 2
    reached = np.linalg.norm(found.ends, axis=1)
    assert sorted(reached) == pytest.approx([0.5, 1.5], abs=0.01)
    for label in range(2):
        ring = (radius < 0.97) if reached[label] < 1 else (radius > 1.03)
        assert (found.end[ring] == label).all()
    assert all(name.startswith("cycle of period 6.28") for name in found.names)


def test_orbits_of_a_conservative_flow_are_no_cycles() -> None:
    for text, view in (
        ("x' = y\ny' = -x - x^3\nt in [0, 20]", SQUARE),
        ("x' = x*(1 - y)\ny' = y*(x - 1)\nt in [0, 20]", ((0.1, 3.0), (0.1, 3.0))),
    ):
        found = plane_map(text, Viewport("x", "y", *view, (32, 32)))
        assert found.names == ()
        assert (found.end == UNDECIDED).all()


def test_a_flow_that_time_drives_is_compared_at_one_time() -> None:
    text = "x' = y\ny' = x - x^3 - 0.3*y + 0.2*cos(1.2*t)\nview x [-2, 2], y [-2, 2]\nt in [0, 60]"
    found = plane_map(text, Viewport("x", "y", *SQUARE, (48, 48)))
    assert len(found.ends) == 2
    assert (found.end >= 0).mean() > 0.98
    (first, second) = (
        integrate(parse(text), end, (found.most, found.most + 10 * np.pi / 0.6), path="python") for end in found.ends
    )
    for run, end in ((first, found.ends[0]), (second, found.ends[1])):
        assert np.abs(np.asarray(run.z)[-1] - end).max() < 0.02  # both return after ten periods of the force


def test_what_blows_up_ran_away() -> None:
    text = "x' = x^2 - 1\ny' = -y\nt in [0, 30]\nview x [-3, 3], y [-3, 3]"
    found = plane_map(text, Viewport("x", "y", (-3, 3), (-3, 3), (60, 60)))
    assert found.names == ("(−1, 0)",)
    assert (found.end[:, found.x > 1] == RAN_AWAY).all()
    assert (found.end[:, found.x < 1] == 0).all()


@pytest.mark.parametrize(("method", "order"), [("euler", 1), ("rk4", 4), ("dopri5", 5)])
def test_marching_has_the_order_of_its_method(method: str, order: int) -> None:
    program, tableau = rates_program(parse("x' = y\ny' = -x\nt in [0, 1]")), catalogue.tableau(method)
    errors = []
    for steps in (20, 40):
        z = march(program, [], tableau, np.array([[1.0, 0.0], [0.0, 1.0]]), 0.0, 1.0 / steps, steps, "python")
        errors.append(np.abs(z - [[math.cos(1), math.sin(1)], [-math.sin(1), math.cos(1)]]).max())
    assert math.log2(errors[0] / errors[1]) == pytest.approx(order, abs=0.2)


def test_marching_knows_the_time() -> None:
    program = rates_program(parse("x' = 3*t^2\nt in [0, 1]"))
    z = march(program, [], catalogue.tableau("rk4"), np.zeros((1, 1)), 1.0, 0.1, 10, "python")
    assert z[0, 0] == pytest.approx(2.0**3 - 1.0, abs=1e-12)


def test_a_chosen_fixed_step_is_taken() -> None:
    # Euler's method with step 0.5 makes x' = -5x grow by -1.5 a step, where the flow itself decays
    text, view = "x' = -5*x\ny' = -y\nt in [0, 40]", Viewport("x", "y", *SQUARE, (20, 20))
    coarse = plane_map(text, view, integration=Integration(method="euler", step=0.5))
    assert (coarse.end == RAN_AWAY).mean() > 0.9
    assert (plane_map(text, view).end == 0).all()


def test_a_slow_spiral_is_no_closed_orbit() -> None:
    t = 0.05 * np.arange(1000)
    for rate, closed in ((0.0, True), (1e-3, False), (2e-2, False)):
        orbit = np.exp(-rate * t)[:, None] * np.stack([np.cos(t), np.sin(t)], axis=1)
        found = closed_orbit(orbit, 0.05, np.array([2.0, 2.0]))
        assert (found is not None) == closed, rate
        if found is not None:
            assert found.period == pytest.approx(2 * np.pi, abs=1e-4)


def test_chaos_meets_nowhere() -> None:
    text = DRIVEN.format(gamma=0.5)
    found = plane_map(text, Viewport("x", "y", *SQUARE, (60, 60)))
    assert found.names == ()
    assert (found.end == UNDECIDED).all()


def test_a_driven_flow_that_repeats_has_its_ends() -> None:
    found = plane_map(DRIVEN.format(gamma=0.233), Viewport("x", "y", *SQUARE, (60, 60)))
    assert len(found.names) == 2
    rows, columns = np.random.default_rng(2).integers(0, 60, (2, 40))
    starts = np.column_stack([found.x[columns], found.y[rows]])
    run = integrate(parse(DRIVEN.format(gamma=0.233)), starts, (0.0, 120.0), rtol=1e-9, atol=1e-10, at=[120.0])
    nearest = np.linalg.norm(run.z[:, :1] - found.ends[None], axis=2).argmin(axis=1)
    assert (found.end[rows, columns] == nearest).mean() >= 0.95
