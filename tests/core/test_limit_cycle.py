"""Limit cycles against published numbers, exact normal forms, and flows that have none."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

import core

VAN_DER_POL = "x' = y\ny' = mu*(1 - x^2)*y - x\nmu = 1 in [-5, 9]"
HOPF = "r = x^2 + y^2\nx' = x*(a - r) - 2*y\ny' = y*(a - r) + 2*x\na = 0.25 in [-1, 1]"
ROSSLER = "x' = -y - z\ny' = x + 0.2*y\nz' = 0.2 + z*(x - c)\nc = 2.5 in [0, 9]"
LORENZ = "x' = 10*(y - x)\ny' = x*(28 - z) - y\nz' = x*y - 8/3*z"


@pytest.mark.parametrize("start", [(2, 0), (0.1, 0), (-3, 4)])
def test_van_der_pol_has_its_published_period_and_amplitude(start: tuple[float, float]) -> None:
    found = core.limit_cycle(core.parse(VAN_DER_POL), start)
    assert found is not None
    assert found.kind == "attracting"
    assert found.period == pytest.approx(6.66328685932, abs=1e-9)
    assert found.amplitude[0] == pytest.approx(2.00861986087, abs=1e-9)
    assert found.highest[0] == pytest.approx(-found.lowest[0], abs=1e-9)
    assert found.multipliers[0] == pytest.approx(1.0, abs=1e-8)
    assert found.miss < 1e-9


@pytest.mark.parametrize("mu", [0.05, 1.0, 3.0])
def test_its_second_multiplier_is_the_exponential_of_the_divergence_along_it(mu: float) -> None:
    found = core.limit_cycle(core.parse(VAN_DER_POL), (2, 0), params={"mu": mu})
    assert found is not None
    # by another method, and without the variational equation
    whole = core.parse(f"x' = y\ny' = m*(1 - x^2)*y - x\nl' = m*(1 - x^2)\nm = {mu}")
    once = core.integrate(
        whole, [*found.points[0], 0.0], (0, found.period), "verner_8", rtol=1e-12, atol=1e-13, path="python"
    )
    end = np.asarray(once.z)[-1]
    assert found.multipliers[1] == pytest.approx(math.exp(end[2]), rel=1e-7)
    assert end[:2] == pytest.approx(found.points[0], abs=1e-8)


def test_slow_contraction_and_sudden_jumps() -> None:
    found = core.limit_cycle(core.parse(VAN_DER_POL), (2, 0), (0, 40), params={"mu": 8.0})
    assert found is not None
    assert found.points[0] == pytest.approx(found.points[-1], abs=1e-9)
    assert 0 < abs(found.multipliers[1]) < 1e-60  # far below rounding, known from the divergence


@pytest.mark.parametrize("a", [0.25, 0.9])
def test_the_normal_form_of_a_hopf_bifurcation_is_exact(a: float) -> None:
    found = core.limit_cycle(core.parse(HOPF), (0.3, 0), (0, 20), params={"a": a})
    assert found is not None
    assert found.kind == "attracting"
    assert found.period == pytest.approx(math.pi, abs=1e-10)
    assert found.amplitude == pytest.approx([math.sqrt(a)] * 2, abs=1e-9)
    assert found.multipliers[1].real == pytest.approx(math.exp(-2 * a * math.pi), rel=1e-8)
    assert np.hypot(*found.points.T) == pytest.approx(math.sqrt(a), abs=1e-8)
    assert (np.diff(found.t) > 0).all()


def test_a_cycle_that_repels_is_found_backward_in_time_only() -> None:
    reverse = core.parse("r = x^2 + y^2\nx' = -x*(0.25 - r) + 2*y\ny' = -y*(0.25 - r) - 2*x")
    assert core.limit_cycle(reverse, (0.3, 0), (0, 20)) is None
    found = core.limit_cycle(reverse, (0.3, 0), (0, -20))
    assert found is not None
    assert found.stability == "repelling limit cycle"
    assert found.multipliers[1].real == pytest.approx(math.exp(0.5 * math.pi), rel=1e-8)
    assert found.t[0] == 0
    assert found.t[-1] == pytest.approx(math.pi, abs=1e-9)
    x, y = found.points.T  # it runs in the direction of time: clockwise
    assert (x[:-1] * np.diff(y) - y[:-1] * np.diff(x) < 0).all()


def test_more_components_have_more_multipliers() -> None:
    text = f"{HOPF}\nz' = -0.7*z\nw' = -0.1*w + z"
    found = core.limit_cycle(core.parse(text), (0.5, 0, 0.1, 0.1), (0, 40))
    assert found is not None
    expected = [1.0, *sorted((math.exp(-rate * math.pi) for rate in (0.5, 0.7, 0.1)), reverse=True)]
    assert found.multipliers.real == pytest.approx(expected, rel=1e-7)


def test_a_pair_of_complex_multipliers() -> None:
    text = f"{HOPF}\nz' = -0.2*z - 0.5*w\nw' = 0.5*z - 0.2*w"
    found = core.limit_cycle(core.parse(text), (0.5, 0, 0.1, 0.1), (0, 40))
    assert found is not None
    pair = np.exp(math.pi * (-0.2 + 0.5j))
    assert sorted(found.multipliers[1:3], key=lambda value: value.imag) == pytest.approx([pair.conj(), pair], rel=1e-7)


@pytest.mark.parametrize(
    ("text", "start", "period"),
    [
        ("x' = x - x*y\ny' = x*y - y", (1, 2), 6.6084826712350566),
        ("x' = y\ny' = -sin(x)", (1, 0), 6.69997566437045271),
        ("x' = y\ny' = -x", (2, 0), 2 * math.pi),
    ],
)
@pytest.mark.parametrize("end", [30, -30])
def test_an_orbit_around_a_centre_is_one_of_a_family(
    text: str, start: tuple[float, float], period: float, end: float
) -> None:
    found = core.limit_cycle(core.parse(text), start, (0, end))
    assert found is not None
    assert found.stability == "closed orbit, one of a family"
    assert found.period == pytest.approx(period, abs=1e-9)
    assert found.multipliers == pytest.approx([1, 1], abs=1e-8)
    place = np.linalg.norm(found.points - np.array(start), axis=1).min()
    assert place < 1e-8  # it is the orbit through the start itself


def test_after_period_doublings_the_whole_orbit_is_found() -> None:
    once, twice, four = (
        core.limit_cycle(core.parse(ROSSLER), (1, 1, 0), (0, 100), params={"c": c}) for c in (2.5, 3.5, 4.0)
    )
    assert once is not None
    assert twice is not None
    assert four is not None
    assert [round(orbit.period / once.period) for orbit in (once, twice, four)] == [1, 2, 4]
    # the first doubling is near: its multiplier goes to -1; the product of all is that of the divergence
    assert -1 < once.multipliers[1].real < -0.5
    for orbit in (once, twice):
        divergence = np.trapezoid(orbit.points[:, 0] + 0.2 - (2.5 if orbit is once else 3.5), orbit.t)
        assert np.prod(orbit.multipliers[1:]).real == pytest.approx(math.exp(divergence), rel=1e-2)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("x' = -0.05*x + y\ny' = -x - 0.05*y", (1, 0), 20),  # a slow spiral in, and out
        ("x' = -0.001*x + y\ny' = -x - 0.001*y", (1, 0), 20),
        ("x' = 0.05*x + y\ny' = -x + 0.05*y", (1, 0), 20),
        ("x' = -x\ny' = -2*y", (1, 1), 20),
        ("x' = 0\ny' = 0", (1, 1), 20),
        ("x' = x^2\ny' = 1", (1, 1), 20),  # runs to infinity
        ("x' = 1 - x", (0,), 20),
        (LORENZ, (1, 1, 1), 30),  # chaos comes near to cycles that repel, and to none
        (VAN_DER_POL, (0.5, 0), -30),
    ],
)
def test_where_there_is_none_there_is_no_answer(text: str, start: tuple[float, ...], end: float) -> None:
    assert core.limit_cycle(core.parse(text), start, (0, end)) is None


def test_questions_without_sense_are_refused() -> None:
    system = core.parse(VAN_DER_POL)
    with pytest.raises(ValueError, match="depends on time"):
        core.limit_cycle(core.parse("x' = y\ny' = -x + cos(t)"), (1, 0))
    with pytest.raises(ValueError, match="needs a formula"):
        core.limit_cycle(core.field(torch.sin, 2), (1, 0))
    with pytest.raises(ValueError, match="differential equation"):
        core.limit_cycle(core.parse("minimise x^2 + y^2\nover x = 1, y = 1"), (1, 0))
    with pytest.raises(ValueError, match="one start"):
        core.limit_cycle(system, [(1, 0), (2, 0)])
    with pytest.raises(TypeError, match="parsed formula"):
        core.limit_cycle("x' = y", (1, 0))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="no parameter 'nu'"):
        core.limit_cycle(system, (1, 0), params={"nu": 1.0})
