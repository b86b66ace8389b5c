"""Separatrices against closed forms: energies that are kept, curves that are known, and where branches end."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from experiment_runs import frame_of, preset

import core
from core.analysis.branch_end import _at_rest
from core.experiment import Experiment
from core.readings import Separatrices
from core.readings.equilibria import Equilibrium
from core.request import Viewport

PENDULUM = "x' = y\ny' = -sin(x) - c*y\nc = 0 in [0, 1]"
DUFFING = "x' = y\ny' = x - x^3"
LORENZ = "x' = 10*(y - x)\ny' = x*(r - z) - y\nz' = x*y - 8/3*z\nr = 28 in [0, 99]"


def test_undamped_pendulum_runs_from_saddle_to_saddle_at_one_energy() -> None:
    found = core.separatrices(core.parse(PENDULUM), [(-4, 4), (-3, 3)])
    assert len(found) == 8
    for branch in found:
        x, y = branch.points.T
        assert np.abs(0.5 * y**2 - np.cos(x) - 1.0).max() < 1e-11
    inner = [branch for branch in found if abs(branch.points[len(branch.t) // 2, 0]) < np.pi]
    assert len(inner) == 4
    for branch in inner:
        assert branch.end == "equilibrium"
        assert branch.target == pytest.approx(-branch.saddle, abs=1e-9)
    assert [branch.end for branch in found].count("border") == 4


def test_duffing_comes_back_to_its_saddle() -> None:
    found = core.separatrices(core.parse(DUFFING), [(-2, 2), (-2, 2)])
    assert [(branch.stable, branch.eigenvalue) for branch in found] == [
        *[(False, pytest.approx(1.0))] * 2,
        *[(True, pytest.approx(-1.0))] * 2,
    ]
    for branch in found:
        x, y = branch.points.T
        assert np.abs(y**2 - x**2 + 0.5 * x**4).max() < 1e-11
        assert np.abs(x).max() == pytest.approx(np.sqrt(2.0), abs=1e-3)
        assert branch.target == pytest.approx([0.0, 0.0], abs=1e-12)
        assert "comes back to the saddle" in branch.words


@pytest.mark.parametrize(
    ("text", "curve"),
    [
        ("x' = x\ny' = -y + x^2", lambda x: x**2 / 3),
        ("x' = x + 2*y\ny' = 2*x + y", lambda x: x),  # straight lines along the eigenvectors (1, 1) and (1, -1)
        # in y = v + x^3 + x^2 the line v = 0 is invariant, and a third derivative stands beside the second
        ("x' = x\ny' = -(y - x^3 - x^2) + 3*x^3 + 2*x^2", lambda x: x**3 + x**2),
    ],
)
def test_unstable_curves_that_are_known(text: str, curve: Callable[[np.ndarray], np.ndarray]) -> None:
    found = core.separatrices(core.parse(text), [(-2, 2), (-15, 15)])
    unstable = [branch for branch in found if not branch.stable]
    assert sorted(np.sign(branch.points[-1, 0]) for branch in unstable) == [-1.0, 1.0]
    for branch in unstable:
        x, y = branch.points.T
        assert np.abs(y - curve(x)).max() < 1e-10
        assert branch.end == "border"
        assert np.abs(x).max() > 2.0


def test_a_saddle_that_is_passed_closely_ends_no_branch() -> None:
    # with so little friction the branch of one saddle nearly comes to the next one, and falls into the well
    found = core.separatrices(core.parse(PENDULUM), [(-4, 4), (-3, 3)], 200.0, params={"c": 1e-3})
    falls = [branch for branch in found if not branch.stable and np.abs(branch.points).max() < 3.2]
    assert len(falls) == 2
    for branch in falls:
        assert branch.target is None or branch.target == pytest.approx([0.0, 0.0], abs=1e-9)
        assert len(np.flatnonzero(np.diff(np.sign(branch.points[:, 1])))) > 20  # it turns there


def test_a_branch_ends_on_a_limit_cycle() -> None:
    bogdanov_takens = core.parse("x' = y\ny' = -1 + mu*y + x^2 - x*y\nmu = -0.85 in [-2, 0]")
    found = core.separatrices(bogdanov_takens, [(-4, 4), (-4, 4)], 300.0)
    assert sorted(branch.end for branch in found) == ["border", "border", "border", "cycle"]
    cycle = core.limit_cycle(bogdanov_takens, (-0.9, 0.0))
    (ended,) = (branch for branch in found if branch.end == "cycle")
    assert cycle is not None
    turn = ended.points[ended.t >= ended.t[-1] - cycle.period]
    assert turn.max(axis=0) == pytest.approx(cycle.highest, abs=4e-3)  # a half of a thousandth of the box of 8
    assert turn.min(axis=0) == pytest.approx(cycle.lowest, abs=4e-3)
    assert ended.t[-1] < 100.0


def test_lorenz_origin_has_an_unstable_curve_and_a_stable_surface_that_is_none() -> None:
    near = core.separatrices(core.parse(LORENZ), [(-30, 30), (-30, 30), (-5, 60)], 60.0, params={"r": 13.0})
    origin = [branch for branch in near if not np.abs(branch.saddle).any()]
    assert [branch.stable for branch in origin] == [False, False]
    sides = [np.sign(branch.points[-1, 0]) for branch in origin]
    assert sides == [np.sign(branch.points[5, 0]) for branch in origin]  # below r = 13.926 each keeps its side
    far = core.separatrices(core.parse(LORENZ), [(-30, 30), (-30, 30), (-5, 60)], 60.0, params={"r": 15.0})
    crossed = [branch for branch in far if not np.abs(branch.saddle).any()]
    assert [np.sign(branch.points[-1, 0]) for branch in crossed] == [-side for side in sides]


def test_fields_without_any() -> None:
    with pytest.raises(ValueError, match="no separatrices: this field depends on time"):
        core.separatrices(core.parse("x' = y + sin(t)\ny' = x"), [(-1, 1), (-1, 1)])
    with pytest.raises(ValueError, match="box needs two finite ascending ends for each of x, y"):
        core.separatrices(core.parse(DUFFING), [(-1, 1)])
    assert core.separatrices(core.parse("x' = -x\ny' = -y"), [(-1, 1), (-1, 1)]) == ()


def test_a_run_follows_those_in_sight() -> None:
    viewport = Viewport("x", "y", (0.0, 1.5), (0.0, 1.5))
    species = preset("competing_species")
    reading = frame_of(species, frozenset({Separatrices}), viewport).get(Separatrices)
    assert reading is not None
    targets = sorted(tuple(branch.target.round(6)) for branch in reading.branches if branch.target is not None)
    assert targets == [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0)]
    driven = Experiment("x' = y\ny' = x + sin(t)\nstart (1, 0)")
    empty = frame_of(driven, frozenset({Separatrices}), viewport).get(Separatrices)
    assert empty is not None
    assert empty.branches == ()


@pytest.mark.parametrize("rates", [(1.0, -1.0), (10.0, -1.0), (1.0, -10.0)])
@pytest.mark.parametrize("growing", [3e-5, 5e-6, 1e-6, 1e-7, 1e-9, 1e-12])
def test_a_branch_comes_to_a_saddle_where_it_comes_within_a_hundred_thousandth(rates, growing: float) -> None:
    """By the exact passage (growing e^(u t), distance e^(-s t)): its nearest point is where both are equal, to 2."""
    grows, shrinks = rates[0], -rates[1]
    saddle = Equilibrium(np.zeros(2), 0.0, np.array(rates, complex), np.eye(2, dtype=complex), "saddle", False)
    distance = 0.99e-4
    times = np.linspace(0.0, 40.0 / shrinks, 400_001)
    nearest = np.hypot(growing * np.exp(np.minimum(grows * times, 300.0)), distance * np.exp(-shrinks * times)).min()
    if 0.5 < nearest / 1e-5 < 2.0:
        return  # either answer is right
    end = _at_rest(np.array([[growing, distance]]), saddle, 0, True, np.ones(2))
    assert (end is not None) == (nearest < 1e-5)
