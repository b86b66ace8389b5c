"""Bifurcation diagrams of flows: folds, crossings and Hopf points where mathematics puts them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import brentq

from core.experiment import Experiment
from core.frame import Frame
from core.presets import load_preset
from core.readings import Branches, BranchMark
from core.request import Request, Viewport
from core.runner import frames


def last(text: str, viewport: Viewport, quality: str = "full") -> Frame:
    *_, final = frames(Request(Experiment(text), frozenset({Branches}), viewport, quality))
    assert final.error is None
    return final


def diagram(
    text: str, across: tuple[str, float, float], up: tuple[str, float, float], quality: str = "full"
) -> Branches:
    found = last(text, Viewport(across[0], up[0], across[1:], up[1:]), quality).get(Branches)
    assert found is not None
    assert found.traced
    return found


def of_preset(name: str, across: tuple[str, float, float], up: tuple[str, float, float]) -> Branches:
    return diagram(load_preset(name)[0].text, across, up)


def one(found: Branches, kind: str) -> BranchMark:
    (mark,) = (mark for mark in found.marks if mark.kind == kind)
    return mark


P, X = ("p", -1.0, 1.0), ("x", -2.0, 2.0)


@pytest.mark.parametrize("unit", ["", "1000000*", "0.000001*"])
@pytest.mark.parametrize(
    ("rate", "kind", "form", "curves"),
    [
        ("(p + x^2)", "fold", "", 1),
        ("(p*x - x^3)", "branch", "pitchfork", 2),
        ("(p*x - x^2)", "branch", "transcritical", 2),
    ],
)
def test_the_normal_forms_of_one_component_in_any_unit_of_time(
    unit: str, rate: str, kind: str, form: str, curves: int
) -> None:
    found = diagram(f"x' = {unit}{rate}\np = 0.3 in [-1, 1]\n", P, X)
    (mark,) = found.marks
    assert (mark.kind, mark.form, mark.p) == (kind, form, pytest.approx(0.0, abs=1e-11))
    assert mark.z[0] == pytest.approx(0.0, abs=1e-7)
    assert len(found.branches) == curves
    slope = {
        "fold": lambda x, _: 2 * x,
        "pitchfork": lambda x, p: p - 3 * x**2,
        "transcritical": lambda x, p: p - 2 * x,
    }
    scale = float(unit.strip("*") or 1)
    for curve in found.branches:
        own = scale * slope[form or kind](curve.z[:, 0], curve.p)
        np.testing.assert_allclose(curve.growth, own, atol=1e-13 * scale)
        assert (curve.pieces() == -np.sign(own[:-1] + own[1:])).all()


@pytest.mark.parametrize(("sign", "coefficient"), [("-", -2.0), ("+", 2.0)])
def test_the_normal_form_of_a_hopf_point(sign: str, coefficient: float) -> None:
    text = f"r = x^2 + y^2\nx' = p*x - y {sign} x*r\ny' = x + p*y {sign} y*r\np = 0.3 in [-1, 1]\n"
    (mark,) = diagram(text, P, X).marks
    assert mark.kind == "hopf"
    assert (mark.p, mark.frequency, mark.period) == pytest.approx((0.0, 1.0, 2 * np.pi), abs=1e-12)
    assert mark.lyapunov == pytest.approx(coefficient, rel=1e-12)


def test_the_coefficient_is_that_of_the_plane() -> None:
    """Guckenheimer and Holmes, eq. (3.4.11), for x' = -w y + F, y' = w x + G: Kuznetsov's is 2 a / w."""
    (a, b, c, d, e, f), (g, h), w = (0.7, -1.1, 0.4, 0.9, 1.3, -0.6), (-0.8, 0.5), 2.5
    text = (
        f"x' = p*x - {w}*y + {a}*x^2 + {b}*x*y + {c}*y^2 + {g}*x^3\n"
        f"y' = {w}*x + p*y + {d}*x^2 + {e}*x*y + {f}*y^2 + {h}*x^2*y\np = 0.1 in [-0.2, 0.2]\n"
    )
    cubic = 6 * g + 2 * h
    square = b * (2 * a + 2 * c) - e * (2 * d + 2 * f) - 2 * a * 2 * d + 2 * c * 2 * f
    found = diagram(text, ("p", -0.2, 0.2), ("x", -0.2, 0.2))
    mark = min((mark for mark in found.marks if mark.kind == "hopf"), key=lambda mark: np.abs(mark.z).max())
    assert mark.p == pytest.approx(0.0, abs=1e-12)
    assert mark.lyapunov == pytest.approx(2 / w * (cubic + square / w) / 16, rel=1e-10)


def test_the_brusselator_oscillates_from_one_plus_a_squared_on() -> None:
    mark = one(of_preset("brusselator", ("b", 0.1, 6.0), ("x", 0.0, 5.0)), "hopf")
    assert (mark.p, mark.frequency) == pytest.approx((2.0, 1.0), abs=1e-11)
    assert mark.z == pytest.approx([1.0, 2.0], abs=1e-11)
    assert mark.lyapunov < 0


def test_lorenz_has_a_pitchfork_at_one_and_two_subcritical_hopf_points() -> None:
    found = of_preset("lorenz", ("rho", 0.0, 60.0), ("z", 0.0, 52.0))
    mark = one(found, "branch")
    assert (mark.form, mark.p) == ("pitchfork", pytest.approx(1.0, abs=1e-10))
    sigma, beta = 10.0, 8 / 3
    rho = sigma * (sigma + beta + 3) / (sigma - beta - 1)
    left, right = sorted((mark for mark in found.marks if mark.kind == "hopf"), key=lambda mark: mark.z[0])
    for mark, side in ((left, -1), (right, 1)):
        x = side * np.sqrt(beta * (rho - 1))
        assert mark.p == pytest.approx(rho, rel=1e-12)
        assert mark.z == pytest.approx([x, x, rho - 1], rel=1e-11)
        assert mark.frequency == pytest.approx(np.sqrt(2 * sigma * (sigma + 1) * beta / (sigma - beta - 1)), rel=1e-11)
        assert mark.lyapunov > 0
    check_pieces(found, lambda z, p: [[-sigma, sigma, 0], [p - z[2], -1, -z[0]], [z[1], z[0], -beta]])


def test_fitzhugh_and_nagumos_neuron_fires_between_two_hopf_points() -> None:
    a, b, epsilon = 0.7, 0.8, 0.08
    v = brentq(lambda v: 1 - v * v - epsilon * b, -2, 0, xtol=1e-15)  # the trace
    found = of_preset("fitzhugh_nagumo", ("current", -0.5, 1.5), ("v", -2.5, 2.5))
    assert [mark.kind for mark in found.marks] == ["hopf", "hopf"]
    for mark, place in zip(found.marks, (v, -v), strict=True):
        assert mark.p == pytest.approx((place + a) / b - place + place**3 / 3, abs=1e-11)
        assert mark.frequency == pytest.approx(np.sqrt(epsilon - (epsilon * b) ** 2), rel=1e-11)
        assert mark.lyapunov > 0  # a canard: the cycle is large at once
    check_pieces(found, lambda z, _: [[1 - z[0] ** 2, -1], [epsilon, -epsilon * b]])


def check_pieces(found: Branches, slope: Callable[[np.ndarray, float], list[list[float]]]) -> None:
    """Every piece is drawn as numpy's eigenvalues have it, of a Jacobian that was derived by hand."""
    for curve in found.branches:
        growth = np.array(
            [np.linalg.eigvals(slope(z, p)).real.max() for z, p in zip(curve.z, curve.p.tolist(), strict=True)]
        )
        sums = growth[:-1] + growth[1:]
        assert (np.abs(sums) > 1e-6).all()
        assert (curve.pieces() == np.where(sums < 0, 1, -1)).all()


def test_van_der_pols_cycles_all_stand_at_nought() -> None:
    (mark,) = of_preset("van_der_pol", ("mu", -1.0, 8.0), ("x", -4.0, 4.0)).marks
    assert (mark.kind, mark.p, mark.frequency) == ("hopf", 0.0, pytest.approx(1.0))
    assert mark.lyapunov == 0.0


def test_hodgkin_and_huxleys_nerve_is_hard_to_start_and_soft_to_drown() -> None:
    found = of_preset("hodgkin_huxley", ("current", 0.0, 160.0), ("V", -85.0, 55.0))
    low, high = found.marks
    assert (low.kind, high.kind) == ("hopf", "hopf")
    assert (low.p, high.p) == pytest.approx((9.78, 154.5), abs=0.05)  # Hassard (1978), J. Theor. Biol. 71
    assert low.lyapunov > 0 > high.lyapunov


def test_a_neutral_saddle_and_a_line_of_centres_are_no_hopf_points() -> None:
    saddle = diagram("x' = (p - 0.5)*x\ny' = 0.5*y + 0*x\np = 0.2 in [-0.4, 0.4]\n", ("p", -0.4, 0.4), X)
    assert saddle.marks == ()  # the eigenvalues p - 1/2 and 1/2 are opposite at p = 0
    (curve,) = saddle.branches
    assert (curve.unstable == 1).all()
    centre = diagram("x' = y\ny' = -(1.2 + p)*x - x^3\np = 0.2 in [-1, 1]\n", P, X)
    assert centre.marks == ()
    (curve,) = centre.branches
    assert (curve.pieces() == 0).all()


def test_a_curve_at_one_value_alone_is_marked_and_not_followed() -> None:
    found = diagram("x' = p*(1 - x)\ny' = p*x - y\np = 0.3 in [-1, 1]\n", P, X)
    mark = one(found, "branch")
    assert (mark.form, mark.p) == ("vertical", 0.0)
    assert len(found.branches) == 1


def test_a_preview_has_the_same_marks_and_a_gradient_flow_no_cycles() -> None:
    text = "minimise x^4/4 - p*x^2/2 + y^2\nover x = 1, y = 1\np = 0.3 in [-1, 1]\n"
    sharp = diagram(text, P, X)
    assert [(mark.form, mark.p) for mark in sharp.marks] == [("pitchfork", pytest.approx(0.0, abs=1e-11))]
    coarse = diagram(text.replace("0.3", "0.4"), P, X, "preview")
    assert coarse.coarse
    assert coarse.loop is None
    assert [(mark.form, mark.p) for mark in coarse.marks] == [("pitchfork", pytest.approx(0.0, abs=1e-9))]


def test_what_has_no_diagram_says_why() -> None:
    plane = Viewport("p", "x", (0, 1), (-1, 1))
    driven = last("x' = -x + p*cos(t)\np = 1 in [0, 2]\n", plane)
    assert driven.absent[Branches].endswith("the formula changes with time t, so that nothing stays at rest")
    wide = "".join(f"x{i}' = p - x{i}\n" for i in range(21)) + "p = 1 in [0, 2]\n"
    assert "at most 20 components" in last(wide, Viewport("p", "x0", (0, 1), (-1, 1))).absent[Branches]
    sir = of_preset("sir", ("beta", 0.0, 2.0), ("S", 0.0, 1.0))
    assert sir.branches == ()
    assert "not isolated" in sir.note
