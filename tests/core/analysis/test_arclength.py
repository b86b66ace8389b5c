"""Curves of fixed points: folds, flips, crossings and oscillations where mathematics puts them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import brentq

from core.analysis.arclength import CurveBox, CurveTracer, reversed_point
from core.analysis.branch_diagram import BranchDiagram
from core.analysis.branch_marks import FoundMark, marks_between
from core.analysis.solution_family import FormulaFamily, Linearised, MapFamily, SolutionFamily
from core.callable_map import layer
from core.language import parse

NEURON = "z <- tanh(w z + x)\nw = 2 in [0, 3]\nx = 0.3 in [-1, 1]\n"
X_FOLD, Z_FOLD = 0.532839975353552, 0.707106781186548
DELAYED = "u <- a u (1 - v)\nv <- u\na = 1.5 in [0.5, 3]\n"
"""The delayed logistic map: at u = v = 1 - 1/a, l^2 - l + (a - 1) = 0 has two roots of modulus 1 where a = 2."""


def formula(text: str, parameter: str, values: dict[str, float] | None = None) -> FormulaFamily:
    return FormulaFamily(parse(text), parameter, values)


def box(p_range: tuple[float, float], lower: list[float], upper: list[float]) -> CurveBox:
    return CurveBox(p_range, np.array(lower, dtype=float), np.array(upper, dtype=float))


def marks_from(family: SolutionFamily, start: list[float], p: float, within: CurveBox) -> list[FoundMark]:
    """Of the curve through (start, p), both ways."""
    tracer = CurveTracer(family, within)
    begun = tracer.begin(np.array(start, dtype=float), p)
    assert begun is not None
    found = []
    for forward in (True, False):
        points = [begun if forward else reversed_point(begun), *tracer.follow(begun, forward)]
        for here, there in pairwise(points):
            found += marks_between(tracer, here, there, kind="map")
    return found


def diagram(family: SolutionFamily, p_range: tuple[float, float], low: float, high: float) -> BranchDiagram:
    size = np.ones(family.size)
    made = BranchDiagram(family, CurveBox(p_range, low * size, high * size))
    for _ in made.work():
        pass
    return made


def test_the_neurons_curve_goes_round_both_folds() -> None:
    found = marks_from(formula(NEURON, "x"), [0.978312184853417], 0.3, box((-1, 1), [-2], [2]))
    assert [mark.kind for mark in found] == ["fold", "fold"]
    (upper,), (lower,) = (mark.point.z for mark in found)
    assert [mark.point.p for mark in found] == pytest.approx([-X_FOLD, X_FOLD], abs=1e-13)
    assert (upper, lower) == pytest.approx((Z_FOLD, -Z_FOLD), abs=1e-7)
    assert [mark.multiplier for mark in found] == pytest.approx([1, 1], abs=1e-6)


def test_every_point_of_the_curve_is_a_fixed_point_with_its_own_slope() -> None:
    made = diagram(formula(NEURON, "x"), (-1, 1), -2, 2)
    (curve,) = made.branches()
    z, p = curve.z[:, 0], curve.p
    np.testing.assert_allclose(np.tanh(2 * z + p), z, atol=1e-14)
    np.testing.assert_allclose(curve.radius, 2 * (1 - z**2), rtol=1e-12)
    np.testing.assert_allclose(curve.growth, 2 * (1 - z**2) - 1, rtol=1e-12, atol=1e-14)
    assert p.min() < -1 < 1 < p.max()
    step = np.hypot(np.diff(z) / 4, np.diff(p) / 2)
    assert step.max() < 0.021


def test_the_curve_steepens_towards_the_fold_as_it_must() -> None:
    family = formula(NEURON, "x")
    for delta, slope in ((1e-2, 2.5711), (1e-4, 29.315), (1e-6, 296.885)):
        p = -X_FOLD + delta  # the upper branch ends at -x_f
        z = brentq(lambda z, p=p: np.tanh(2 * z + p) - z, Z_FOLD, 1.0, xtol=1e-15)
        _, jacobian, by_p = (part[0] for part in family.linearised(np.array([[z]]), np.array([p])))
        assert by_p[0] / (1 - jacobian[0, 0]) == pytest.approx(slope, rel=2e-4)
        tangent = CurveTracer(family, box((-1, 1), [-1], [1])).begin(np.array([z]), p).tangent
        assert tangent[0] / tangent[1] == pytest.approx(slope, rel=2e-4)


def test_the_pitchfork_at_w_one_is_one_crossing_of_two_curves() -> None:
    made = diagram(formula(NEURON, "w", {"x": 0.0}), (0, 3), -2, 2)
    (mark,) = made.marks
    assert mark.kind == "branch"
    assert (mark.p, mark.z[0]) == pytest.approx((1.0, 0.0), abs=1e-9)
    assert len(made.branches()) == 2


def test_the_second_curve_is_found_from_the_crossing_alone() -> None:
    class Pitchfork:
        """z = z + p z - z^3 with roots that no multistart finds off 0: the parabola is reached by stepping aside."""

        size = 1

        def value(self, z: np.ndarray, p: np.ndarray) -> np.ndarray:
            return np.full_like(z, 1e9) + z if len(z) > 1 else z + p[:, None] * z - z**3

        def jacobian(self, z: np.ndarray, p: np.ndarray) -> np.ndarray:
            return (1 + p[:, None] - 3 * z**2)[..., None]

        def linearised(self, z: np.ndarray, p: np.ndarray) -> Linearised:
            return Linearised(z + p[:, None] * z - z**3, self.jacobian(z, p), z)

    family = Pitchfork()
    made = BranchDiagram(family, CurveBox((-1, 1), np.array([-2.0]), np.array([2.0])))
    start = made._tracer.begin(np.array([0.0]), -0.5)
    for _ in made._follow(start):
        pass
    for _ in made._follow_crossing():
        pass
    straight, parabola = made.branches()
    assert np.abs(straight.z).max() < 1e-12
    np.testing.assert_allclose(parabola.z[:, 0] ** 2, parabola.p, atol=1e-12)
    assert parabola.z.min() < -0.9
    assert parabola.z.max() > 0.9


def test_the_logistic_map_flips_at_three_and_meets_zero_at_one() -> None:
    made = diagram(formula("z <- r z (1 - z)\nr = 2.5 in [0, 4]\n", "r"), (0.5, 4), 0, 1)
    marks = {mark.kind: mark for mark in made.marks}
    assert set(marks) == {"branch", "flip"}
    assert (marks["flip"].p, marks["flip"].z[0]) == pytest.approx((3.0, 2 / 3), abs=1e-12)
    assert marks["flip"].eigenvalue == pytest.approx(-1, abs=1e-9)
    assert (marks["branch"].p, marks["branch"].z[0]) == pytest.approx((1.0, 0.0), abs=1e-9)


def test_the_quintic_folds_where_it_must() -> None:
    made = diagram(formula("y <- d + y^5\nd = 0.5 in [-1, 1]\n", "d"), (-1, 1), -1.5, 1.5)
    below, above = made.marks
    assert [below.kind, above.kind] == ["fold", "fold"]
    assert (above.p, below.p) == pytest.approx((0.534992243981138, -0.534992243981138), abs=1e-14)
    assert above.z[0] == pytest.approx(5**-0.25, abs=1e-7)


def test_the_delayed_logistic_map_begins_to_go_round_at_two() -> None:
    found = marks_from(formula(DELAYED, "a"), [1 / 3, 1 / 3], 1.5, box((1.1, 3), [-1, -1], [2, 2]))
    (mark,) = found
    assert mark.kind == "torus"
    assert mark.point.p == pytest.approx(2.0, abs=1e-12)
    assert mark.point.z == pytest.approx([0.5, 0.5], abs=1e-12)
    assert mark.multiplier == pytest.approx(np.exp(1j * np.pi / 3), abs=1e-9)


def test_a_flow_begins_to_oscillate_where_the_pair_crosses_the_imaginary_axis() -> None:
    # z' = f - z has the matrix [[m, -3], [3, m]]: eigenvalues m +- 3i, and those of f pass no unit circle at m = 0
    text = "u <- u + m u - 3 v - u^3\nv <- v + 3 u + m v\nm = -0.5 in [-1, 1]\n"
    found = marks_from(formula(text, "m"), [0, 0], -0.5, box((-1, 1), [-1, -1], [1, 1]))
    (mark,) = (one for one in found if one.kind == "hopf")
    assert mark.point.p == pytest.approx(0.0, abs=1e-12)
    assert mark.multiplier == pytest.approx(1 + 3j, abs=1e-9)
    assert not [one for one in found if one.kind == "fold"]


def test_a_saddle_whose_eigenvalues_are_opposite_is_no_hopf_point() -> None:
    # the eigenvalues of f - I are m - 1 and 1: opposite at m = 0, and real
    text = "u <- u + (m - 1) u + 0 m\nv <- 2 v\nm = -0.5 in [-1, 1]\n"
    assert marks_from(formula(text, "m"), [0, 0], -0.5, box((-0.9, 0.9), [-1, -1], [1, 1])) == []


def test_a_closed_curve_is_closed() -> None:
    made = diagram(formula("0 = z^2 + p^2 - 1\nsolve z = 1\np = 0 in [-2, 2]\n", "p"), (-2, 2), -2, 2)
    (curve,) = made.branches()
    np.testing.assert_allclose(curve.z[:, 0] ** 2 + curve.p**2, 1.0, atol=1e-12)
    assert (curve.p[0], curve.z[0, 0]) == (curve.p[-1], curve.z[-1, 0])
    assert [mark.p for mark in made.marks] == pytest.approx([-1.0, 1.0], abs=1e-13)


def bratu(count: int) -> FormulaFamily:
    """u'' + q exp(u) = 0 on [0, 1], zero at both ends, in central differences: u_i is the mean of its neighbours."""
    h = 1 / (count + 1)
    lines = []
    for i in range(1, count + 1):
        near = " + ".join(f"u{j}" for j in (i - 1, i + 1) if 1 <= j <= count)
        lines.append(f"u{i} <- ({near})/2 + {h * h / 2!r} q exp(u{i})")
    return FormulaFamily(parse("\n".join([*lines, "q = 1 in [0, 5]\n"])), "q")


def test_bratus_fold_is_that_of_shooting_from_the_middle() -> None:
    """The symmetric discrete solution is fixed by u at both middle points: walk to the wall, q as the unknown."""
    count = 10
    h = 1 / (count + 1)

    def wall(q: float, middle: float) -> float:
        here, after = middle, middle  # u_5 = u_6
        for _ in range(count // 2):
            here, after = after, 2 * after - here - h * h * q * np.exp(after)
        return after

    def q_of(middle: float) -> float:
        return float(brentq(lambda q: wall(q, middle), 1e-9, 6.0, xtol=1e-14))

    middles = np.linspace(0.9, 1.5, 13)
    fit = np.polynomial.Polynomial.fit(middles, [q_of(middle) for middle in middles], 10)
    turning = fit.deriv().roots()
    turning = turning[(abs(turning.imag) < 1e-9) & (turning.real > 1.0) & (turning.real < 1.4)].real
    expected = float(fit(turning[0]))
    within = box((0, 5), [-1] * count, [4] * count)
    (mark,) = (one for one in marks_from(bratu(count), [0.0] * count, 0.0, within) if one.kind == "fold")
    assert mark.point.p == pytest.approx(expected, abs=1e-9)
    assert mark.point.p == pytest.approx(3.513830719, rel=5e-3)  # the differential equation's
    np.testing.assert_allclose(mark.point.z, mark.point.z[::-1], atol=1e-9)


def test_a_torch_layer_has_its_derivative_by_the_parameter_from_differences() -> None:
    import torch  # noqa: PLC0415 - only here

    family = MapFamily(lambda p: layer(lambda z: torch.tanh(2.0 * z + p), 1), 1)
    exact = formula(NEURON, "x")
    z, p = np.array([[0.3], [-0.7]]), np.array([0.2, -0.4])
    for mine, its in zip(family.linearised(z, p), exact.linearised(z, p), strict=True):
        np.testing.assert_allclose(mine, its, atol=1e-9)
    found = marks_from(family, [0.978312184853417], 0.3, box((-1, 1), [-2], [2]))
    assert [mark.point.p for mark in found] == pytest.approx([-X_FOLD, X_FOLD], abs=1e-12)


def test_a_corner_is_passed_and_is_no_mark() -> None:
    found = marks_from(formula("z <- abs(z)/2 + p\np = 1 in [-2, 2]\n", "p"), [2.0], 1.0, box((-2, 2), [-4], [4]))
    assert found == []


def test_a_family_names_what_it_does_not_have() -> None:
    with pytest.raises(TypeError, match=r"no parameter 'ww'.*'w'"):
        formula(NEURON, "ww")
    with pytest.raises(ValueError, match="no implicit layer"):
        formula("x' = a x\na = 1\n", "a")
