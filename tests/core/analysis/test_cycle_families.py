"""Families of limit cycles where mathematics puts them: radii, periods, multipliers, marks and ends."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from core.analysis import cycle_search
from core.analysis.arclength import CurveBox
from core.analysis.branch_diagram import BranchDiagram
from core.analysis.cycle_diagram import CycleDiagram
from core.analysis.cycle_search import found_cycles
from core.analysis.cycle_tracer import CycleTracer
from core.analysis.flow_family import FlowFamily
from core.analysis.parameter_formula import ParameterFormula
from core.language import parse
from core.readings import ClosedOrbit

TURN = 2.0 * np.pi


def polar(rate: str) -> str:
    """r' = r rate, where R is r^2, and a turn in 2 pi."""
    rate = rate.replace("R", "(x^2 + y^2)")
    return f"x' = x*({rate}) - y\ny' = x + y*({rate})\np = 0.1 in [-1, 1]\n"


def box(p_range: tuple[float, float], lower: list[float], upper: list[float]) -> CurveBox:
    low, high = np.array(lower, dtype=float), np.array(upper, dtype=float)
    return CurveBox(p_range, 2 * low - high, 2 * high - low, high - low)


def diagram(text: str, parameter: str, within: CurveBox, *, coarse: bool = False) -> CycleDiagram:
    return CycleDiagram(ParameterFormula(parse(text), parameter), within, coarse=coarse)


def from_hopf_points(text: str, parameter: str, within: CurveBox, *, coarse: bool = False) -> CycleDiagram:
    family = FlowFamily(parse(text), parameter, None, within)
    curves = BranchDiagram(family, within, "ode", coarse=True)
    list(curves.work())
    found = diagram(text, parameter, within, coarse=coarse)
    list(found.from_hopf_points([family.mark(mark) for mark in curves.marks]))
    return found


def circle(radius: float, size: int = 2) -> ClosedOrbit:
    t = np.linspace(0, TURN, 81)
    points = np.column_stack([radius * np.cos(t), radius * np.sin(t), *np.zeros((size - 2, 81))])
    return ClosedOrbit("attracting", TURN, t, points, points.min(0), points.max(0), np.ones(size, complex), 0.0)


PLANE = box((-1, 1), [-2, -2], [2, 2])


@pytest.mark.parametrize("coarse", [False, True])
def test_the_normal_form_of_a_hopf_bifurcation_is_exact(coarse: bool) -> None:
    found = from_hopf_points(polar("p - R"), "p", PLANE, coarse=coarse)
    (family,) = found.families()
    assert (family.first, family.last) == ("hopf", "range")
    assert family.p[-1] > 1.0
    sharp = 1e-7 if coarse else 1e-11
    np.testing.assert_allclose(family.highest, np.sqrt(family.p)[:, None] * [1, 1], atol=sharp)
    np.testing.assert_allclose(family.lowest, -family.highest, atol=sharp)
    np.testing.assert_allclose(family.period, TURN, atol=sharp)
    np.testing.assert_allclose(family.multipliers[:, 1], np.exp(-2 * TURN * family.p), atol=sharp)
    assert (family.pieces() == 1).all()
    assert found.marks == ()


def test_a_subcritical_family_turns_back_at_its_fold() -> None:
    found = from_hopf_points(polar("p + R - R^2"), "p", PLANE)
    (family,), (fold,) = found.families(), found.marks
    assert fold.kind == "fold"
    assert fold.p == pytest.approx(-0.25, abs=1e-12)
    np.testing.assert_allclose(fold.highest, 2**-0.5, atol=1e-7)
    assert fold.multiplier == pytest.approx(1.0, abs=1e-6)
    small = family.highest[:, 0] < 2**-0.5 - 1e-6
    assert (family.unstable == small).all()
    squared = family.highest[:, 0] ** 2
    np.testing.assert_allclose(family.p, squared**2 - squared, atol=1e-10)


def test_a_family_between_two_hopf_points_is_followed_once() -> None:
    found = from_hopf_points(polar("1/4 - p^2 - R"), "p", PLANE)
    (family,) = found.families()
    assert (family.first, family.last) == ("hopf", "hopf")
    np.testing.assert_allclose(family.highest[:, 0] ** 2, 0.25 - family.p**2, atol=1e-10)


def test_an_island_of_cycles_is_closed_and_no_cycle_of_it_begins_another() -> None:
    found = diagram(polar("1/4 - p^2 - (R - 1)^2"), "p", PLANE)
    list(found.from_cycle(0.0, circle(np.sqrt(1.5))))
    list(found.from_cycle(0.0, circle(np.sqrt(1.5))))
    (family,) = found.families()
    assert (family.first, family.last) == ("closed", "closed")
    assert [(mark.kind, pytest.approx(mark.p, abs=1e-11)) for mark in found.marks] == [("fold", -0.5), ("fold", 0.5)]
    list(found.from_cycle(0.0, circle(np.sqrt(0.5))))  # the repelling one lies on it too
    assert len(found.families()) == 1


def test_around_a_centre_nothing_is_stable_and_nothing_happens() -> None:
    found = from_hopf_points("x' = y\ny' = p*y - x\np = 0.1 in [-1, 1]\n", "p", PLANE)
    (family,) = found.families()
    np.testing.assert_allclose(family.p, 0.0, atol=1e-12)
    assert (family.pieces() == 0).all()
    assert family.last == "box"
    assert found.marks == ()


def test_a_pair_that_passes_the_unit_circle() -> None:
    pair = "u' = p*u - 0.3*v - u*(u^2 + v^2)\nv' = 0.3*u + p*v - v*(u^2 + v^2)\n"
    text = "x' = x*(1 - x^2 - y^2) - y\ny' = x + y*(1 - x^2 - y^2)\n" + pair + "p = -0.5 in [-1, 1]\n"
    found = diagram(text, "p", box((-1, 1), [-2] * 4, [2] * 4))
    list(found.from_cycle(-0.4, circle(1.0, 4)))
    (family,), (torus,) = found.families(), found.marks
    assert torus.kind == "torus"
    assert torus.p == pytest.approx(0.0, abs=1e-11)
    assert torus.multiplier == pytest.approx(np.exp(0.3j * TURN), abs=1e-9)
    assert (family.unstable == np.where(family.p > 1e-9, 2, 0)).all()
    assert (family.first, family.last) == ("range", "range")


def test_a_homoclinic_orbit_ends_a_family() -> None:
    """At a = 0 the saddle's loop is x^2 (1 - x) = y^2. Source: Yu. A. Kuznetsov, Elements of Applied Bifurcation
    Theory, 3rd ed. (2004), example 6.1 (B. Sandstede)."""
    text = "x' = -x + 2*y + x^2\ny' = (2 - a)*x - y - 3*x^2 + 1.5*x*y\na = 0.1 in [-0.2, 0.4]\n"
    found = from_hopf_points(text, "a", box((-0.2, 0.4), [-0.5, -1], [1.5, 1]))
    (family,) = found.families()
    assert (family.first, family.last) == ("hopf", "infinite")
    assert family.p[-1] == pytest.approx(0.0, abs=1e-6)
    assert family.highest[-1, 0] == pytest.approx(1.0, abs=1e-5)
    assert family.period[-1] > 8 * family.period[0]
    assert (family.pieces() == 1).all()


def test_van_der_pol_is_followed_from_a_trajectory_through_the_centre() -> None:
    text = "x' = y\ny' = m*(1 - x^2)*y - x\nm = 1 in [-1, 3]\n"
    found = diagram(text, "m", box((-1, 3), [-4, -4], [4, 4]))
    for place, cycle in found_cycles(parse(text), {}, "m", [1.0], [(2.0, 0.0)], 30.0):
        if cycle is not None:
            list(found.from_cycle(place, cycle))
    (family,), (mark,) = found.families(), found.marks
    one = int(np.abs(family.p - 1.0).argmin())
    assert family.p[one] == pytest.approx(1.0, abs=1e-14)
    assert family.period[one] == pytest.approx(6.66328685932, abs=1e-8)
    assert family.highest[one, 0] == pytest.approx(2.00861986087, abs=1e-7)
    assert (mark.kind, mark.p, mark.period) == ("branch", pytest.approx(0.0, abs=1e-9), pytest.approx(TURN))
    np.testing.assert_allclose([mark.lowest[0], mark.highest[0]], [-2, 2], atol=2e-8)
    assert (family.pieces() == np.where(family.p[:-1] + family.p[1:] > 0, 1, -1)).mean() > 0.95


def test_a_busy_machine_finds_the_same_cycles(monkeypatch: pytest.MonkeyPatch) -> None:
    """A trajectory is given up after a number of steps: where each hundred takes a second it finds what it does."""
    monkeypatch.setattr(cycle_search, "perf_counter", itertools.count().__next__)
    text = "x' = y\ny' = m*(1 - x^2)*y - x\nm = 1 in [-1, 3]\n"
    found = [cycle for _, cycle in found_cycles(parse(text), {}, "m", [1.0], [(2.0, 0.0)], 30.0, 60) if cycle]
    assert len(found) == 1
    few = list(found_cycles(parse(text), {}, "m", [1.0], [(2.0, 0.0)], 30.0, 3))
    assert few == [(1.0, None)] * 3


@pytest.mark.parametrize("crossed", [0.37, 0.0])
def test_a_pitchfork_of_cycles_is_one_branch_point_on_both_families(crossed: float) -> None:
    """On p = crossed + z^2 the parameter turns back, where no multiplier, exp(-4 pi z^2), passes 1."""
    text = f"x' = x*(1 - x^2 - y^2) - y\ny' = x + y*(1 - x^2 - y^2)\nz' = (p - {crossed})*z - z^3\np = 0 in [-1, 1]\n"
    found = diagram(text, "p", box((-1, 1), [-2] * 3, [2] * 3), coarse=True)
    aside = circle(1.0, 3)
    aside.points[:, 2] = np.sqrt(0.8 - crossed)
    list(found.from_cycle(0.8, aside))
    list(found.from_cycle(-0.8, circle(1.0, 3)))
    (fork, straight), (mark,) = found.families(), found.marks
    assert (mark.kind, mark.p) == ("branch", pytest.approx(crossed, abs=1e-12))
    np.testing.assert_allclose(np.concatenate([mark.lowest, mark.highest]), [-1, -1, 0, 1, 1, 0], atol=1e-6)
    assert fork.p.min() == pytest.approx(crossed, abs=1e-12)
    np.testing.assert_allclose(fork.p, crossed + fork.highest[:, 2] ** 2, atol=1e-10)
    assert set(np.sign(fork.lowest[[0, -1], 2])) == {-1, 1}
    np.testing.assert_allclose(straight.highest[:, 2], 0.0, atol=1e-12)


def test_no_slice_of_the_work_holds_up_a_cancel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two slices of the work no more than one cycle is sought: those of a mark as those of a step."""
    most, done = 0, 0
    sought = CycleTracer._corrected

    def counted(*args: Any) -> Any:
        nonlocal done
        done += 1
        return sought(*args)

    monkeypatch.setattr(CycleTracer, "_corrected", counted)
    found = diagram(polar("1/4 - p^2 - (R - 1)^2"), "p", PLANE, coarse=True)
    for _ in found.from_cycle(0.0, circle(np.sqrt(1.5))):
        most, done = max(most, done), 0
    assert len(found.marks) == 2
    assert most <= 4  # the first cycle's on its meshes, and the one after it


@pytest.mark.parametrize("known", [2.0, 3.0])
def test_the_periods_of_roessler_double(known: float) -> None:
    """c = 2.83244502786 and T = 5.76982002 by Newton's method on the return map with SciPy's DOP853 at rtol 1e-13.

    known: where one cycle is known, of the period or of its double: the other family begins where the first one says.
    """
    text = "x' = -y - z\ny' = x + 0.2*y\nz' = 0.2 + z*(x - c)\nc = 2 in [0, 4]\n"
    found = diagram(text, "c", box((0.5, 3.6), [-8, -8, -1], [8, 8, 5]))
    for place, cycle in found_cycles(parse(text), {}, "c", [known], [(1.0, 1.0, 0.0)], 60.0):
        if cycle is not None:
            list(found.from_cycle(place, cycle))
    single, double = sorted(found.families(), key=lambda family: family.period[0])
    (mark,) = found.marks
    assert (mark.kind, mark.multiplier) == ("flip", pytest.approx(-1.0, abs=1e-9))
    assert mark.p == pytest.approx(2.83244502786, abs=5e-9)
    assert mark.period == pytest.approx(5.76982002, abs=1e-8)
    assert (single.first, single.last) == ("range", "range")
    assert (single.unstable == (single.p > mark.p)).sum() >= len(single.p) - 1
    assert {double.first, double.last} == {"doubled", "range"}
    assert double.p.min() == pytest.approx(mark.p, abs=1e-5)
    assert double.period[double.p.argmin()] == pytest.approx(2 * mark.period, abs=1e-4)
    assert (double.pieces() == 1).all()
