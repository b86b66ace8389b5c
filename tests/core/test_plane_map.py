"""Maps of a plane under Newton's method, maps and other solvers, against what is known of them."""

from __future__ import annotations

import numpy as np
import pytest
from plane_frames import CUBE, MANDELBROT, NEWTON, SQUARE, pictures, plane_map, request

from core.experiment import RootFinding
from core.readings import RAN_AWAY, UNDECIDED, PlaneMap
from core.request import Viewport

JULIA = "x <- x^2 - y^2 - 0.12\ny <- 2*x*y + 0.74"


def end_at(found: PlaneMap, x: float, y: float) -> int:
    return int(found.end[np.abs(found.y - y).argmin(), np.abs(found.x - x).argmin()])


def test_newton_goes_to_the_three_roots_of_unity() -> None:
    found = plane_map(CUBE, Viewport("x", "y", *SQUARE, (300, 300)), root=NEWTON)
    height = np.sqrt(0.75)
    assert np.allclose(found.ends, [(1, 0), (-0.5, height), (-0.5, -height)], atol=1e-12)
    assert found.names == ("(1, 0)", "(−0.5, 0.866)", "(−0.5, −0.866)")
    assert (found.method, found.step, found.end.shape) == ("Newton's method", 1, (300, 300))
    assert [end_at(found, *point) for point in found.ends] == [0, 1, 2]
    # the basins' shares on a grid of 2000 x 2000
    shares = [(found.end == label).mean() for label in range(3)]
    assert shares == pytest.approx([0.35283, 0.32358, 0.32358], abs=1e-3)
    assert (found.count >= 1).all()
    assert found.count.max() < found.most == 200


def test_the_basins_of_the_roots_are_mirror_images() -> None:
    found = plane_map(CUBE, Viewport("x", "y", *SQUARE, (240, 240)), root=NEWTON)
    mirrored = np.array([0, 2, 1])[found.end[::-1]]
    assert (found.end == mirrored).mean() > 0.9999
    assert (found.count == found.count[::-1]).mean() > 0.9995


def test_the_basins_turn_by_a_third_with_the_roots() -> None:
    found = plane_map(CUBE, Viewport("x", "y", *SQUARE, (400, 400)), root=NEWTON)
    z = found.x + 1j * found.y[:, None]
    turned = z * np.exp(2j * np.pi / 3)
    dx, dy = found.x[1] - found.x[0], found.y[1] - found.y[0]
    column = np.round((turned.real - found.x[0]) / dx).astype(int)
    row = np.round((turned.imag - found.y[0]) / dy).astype(int)
    inside = np.abs(z) < 1.9
    there = found.end[np.where(inside, row, 0), np.where(inside, column, 0)]
    # the turned point is up to half a pixel away: away from the boundary that changes nothing
    same_around = np.ones_like(inside)
    for shift in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        same_around &= np.roll(found.end, shift, (0, 1)) == found.end
    chosen = inside & same_around
    assert chosen.sum() > 50_000
    assert (there == (found.end + 1) % 3)[chosen].mean() > 0.999


def test_near_a_root_the_count_grows_with_the_logarithm_of_the_logarithm() -> None:
    # the error e becomes e^2: from 1e-1, 1e-2, 1e-3 the step is below 1e-8 after 5, 4, 4
    for distance, most in ((1e-3, 4), (1e-2, 4), (1e-1, 5)):
        window = (1.0 - distance, 1.0 + distance), (-distance, distance)
        found = plane_map(CUBE, Viewport("x", "y", *window, (20, 20)), root=NEWTON)
        assert (found.end == 0).all()
        assert found.names[0] == "(1, 0)"
        assert found.count.max() <= most


def test_newtons_cycle_is_named_by_its_period() -> None:
    # x^3 - 2x + 2 has the superattracting cycle 0 -> 1 -> 0 and the root -1.7693
    text = "0 = x^3 - c*x + 2\nsolve x = 1\nc = 2 in [0, 4]"
    found = plane_map(text, Viewport("x", "c", (-0.01, 0.01), (1.9, 2.1), (9, 9)), root=NEWTON)
    assert "cycle of period 2" in found.names
    assert found.names[end_at(found, 0.0, 2.0)] == "cycle of period 2"
    assert np.isnan(found.ends).all()  # another one for every parameter


@pytest.mark.kernel
def test_the_mandelbrot_set_is_told_by_periods() -> None:
    found = plane_map(
        MANDELBROT, Viewport("a", "b", (-2.0, 1.0), (-1.2, 1.2), (150, 120)), root=RootFinding(iterations=2_000)
    )
    names = {c: end_at(found, c.real, c.imag) for c in (0j, -1 + 0j, -0.12 + 0.745j, 0.28 + 0.53j, 1 + 0j)}
    assert found.names[names[0j]] == "fixed point"
    assert found.names[names[-1 + 0j]] == "cycle of period 2"
    assert found.names[names[-0.12 + 0.745j]] == "cycle of period 3"
    assert found.names[names[0.28 + 0.53j]] == "cycle of period 4"
    assert names[1 + 0j] == RAN_AWAY
    assert found.step == 1
    # the cardioid of fixed points has the area 3 pi / 8, the disc of period 2 has pi / 16
    pixel = 3.0 / 150 * 2.4 / 120
    fixed = (found.end == found.names.index("fixed point")).sum() * pixel
    double = (found.end == found.names.index("cycle of period 2")).sum() * pixel
    assert fixed == pytest.approx(3 * np.pi / 8, rel=0.03)
    assert double == pytest.approx(np.pi / 16, rel=0.05)


def test_escape_counts_have_no_steps() -> None:
    found = plane_map(JULIA, Viewport("x", "y", (1.3, 3.3), (-1.0, 1.0), (400, 400)))
    line = found.count[200]
    assert (found.end[200] == RAN_AWAY).all()
    assert line[0] - line[-1] > 1.5  # more than one band
    outside = found.x > 1.6
    assert np.abs(np.diff(line[outside])).max() < 0.05
    # far out |z| becomes |z|^2: the count falls by one where log |z| doubles
    radius, escape = np.abs(found.x + 1j * found.y[200]), 1e3
    assert line[-1] == pytest.approx(np.log2(np.log(escape) / np.log(radius[-1])), abs=0.02)


def test_a_julia_set_has_one_cycle_of_period_three() -> None:
    found = plane_map(JULIA, Viewport("x", "y", *SQUARE, (200, 200)))
    assert found.names == ("cycle of period 3",)
    assert found.end[np.hypot(found.x, found.y[:, None]) > 1.7].max() == RAN_AWAY
    cycle = [complex(*found.ends[0])]
    for _ in range(3):
        cycle.append(cycle[-1] ** 2 - 0.12 + 0.74j)
    assert abs(cycle[3] - cycle[0]) < 1e-6


def test_the_map_itself_goes_only_to_what_attracts() -> None:
    found = plane_map("x <- x^2\ny <- y/2", Viewport("x", "y", *SQUARE, (80, 80)))
    assert found.names == ("(0, 0)",)  # not (1, 0)
    inside = np.abs(found.x) < 1
    assert (found.end[:, inside] == 0).all()
    assert (found.end[:, ~inside] == RAN_AWAY).all()


def test_newtons_step_written_as_a_map_comes_back_from_far() -> None:
    """It throws some pixels beyond every bound and brings them back; z^2 + c never does."""
    view = Viewport("re z", "im z", *SQUARE, (400, 300))
    found = plane_map("z <- z - (z^3 - 1)/(3*z^2)\nz in C\nstart z = 1", view)
    assert sorted(found.names) == sorted(["1.00 + 0.00i", "−0.50 + 0.87i", "−0.50 − 0.87i"])
    assert (found.end >= 0).all()
    assert (plane_map("z <- z^2 - 0.12 + 0.74*i\nz in C\nstart z = 0", view).end == RAN_AWAY).mean() > 0.5


def test_slow_convergence_is_no_cycle() -> None:
    """To and fro by ever so little less: below the bifurcation at r = 3 there is no cycle, and no period 4 below
    1 + sqrt(6)."""
    logistic = "x <- r*x*(1 - x)\nr = 3 in [0, 4]\nstart (0.3)"
    below = plane_map(logistic, Viewport("r", "x", (2.8, 3.0), (0.01, 0.99), (60, 30)))
    assert set(below.names) <= {"fixed point"}
    between = plane_map(logistic, Viewport("r", "x", (3.01, 1 + 6**0.5), (0.01, 0.99), (120, 30)))
    assert set(between.names) == {"cycle of period 2"}
    assert (between.end == UNDECIDED).mean() < 0.1
    beyond = plane_map(logistic, Viewport("r", "x", (3.46, 3.54), (0.01, 0.99), (60, 30)))
    assert set(beyond.names) == {"cycle of period 4"}
    assert (beyond.end == UNDECIDED).mean() < 0.1


def test_maps_of_one_question_are_known_by_it() -> None:
    """However they are looked at; not those of other values or of another solver."""
    text = "x <- a*x*(1 - x)\ny <- y/2\na = 2"

    def question(**options: object) -> str:
        view = options.pop("view", SQUARE)
        return plane_map(text, Viewport("x", "y", *view, (30, 20)), **options).question

    whole = question()
    assert question(view=((0.0, 1.0), (0.0, 1.0)), starts=((0.1, 0.2),), title="A name") == whole
    assert len({whole, question(values={"a": 2.5}), question(root=NEWTON)}) == 3


def test_damping_changes_what_attracts() -> None:
    # x <- -x^3/... : the slope at 0 is -1.5, with beta = 1/2 it is -0.25
    text, view = "x <- -1.5*x + 0.1*x^3\ny <- y/3", Viewport("x", "y", (-1, 1), (-1, 1), (40, 40))
    damped = plane_map(text, view, root=RootFinding(solver="damped"))
    assert damped.names == ("(0, 0)",)
    assert damped.method == "damped Picard"
    assert (damped.end == 0).all()
    assert "(0, 0)" not in plane_map(text, view).names


def test_other_solvers_have_their_basins_on_a_coarse_grid() -> None:
    view = Viewport("x", "y", *SQUARE, (300, 200))
    found = plane_map(CUBE, view, root=RootFinding(solver="anderson", iterations=60))
    assert found.step == 4
    assert found.end.shape == (50, 75)
    assert found.method == "Anderson"
    assert [end_at(found, *point) for point in found.ends[:3]] == [0, 1, 2]
    assert (found.end >= 0).mean() > 0.5


def test_a_layer_too_wide_for_cramers_rule_has_basins_of_newton() -> None:
    text = "z in R^4\nz <- tanh(2*z)"
    found = plane_map(text, Viewport("z[1]", "z[2]", (-3, 3), (-3, 3), (120, 120)), root=NEWTON)
    assert found.method == "Newton"
    assert end_at(found, 0.0, 0.0) >= 0
    assert [name for name, _ in found.slice_at] == ["z[3]", "z[4]"]
    assert (found.end == UNDECIDED).mean() < 0.2


def test_the_slice_goes_through_the_selection() -> None:
    text = "x <- x/2\ny <- y/2\nz <- z^2"
    for height, end in ((0.5, 0), (1.5, RAN_AWAY)):
        found = plane_map(text, Viewport("x", "y", (-1, 1), (-1, 1), (16, 16), selection=(9.0, 9.0, height)))
        assert found.slice_at == (("z", height),)
        assert (found.end == end).all()


def test_axes_without_a_map_have_no_reading() -> None:
    for axes in (("x", "x"), ("t", "x"), ("x", "f(x)")):
        assert pictures(request("x <- cos(x)", PlaneMap, Viewport(*axes, (0, 1), (0, 1), (30, 30)))) == []


def test_ends_keep_their_order_while_a_parameter_moves() -> None:
    text = "0 = x^3 - 3*x*y^2 - cos(a)\n0 = 3*x^2*y - y^3 - sin(a)\nsolve x = 1, y = 1\na = 0 in [-1, 1]"
    last = np.empty((0, 2))
    for angle in np.linspace(-0.3, 0.3, 7):
        found = plane_map(text, Viewport("x", "y", *SQUARE, (40, 40)), root=NEWTON, values={"a": float(angle)})
        assert len(found.ends) == 3
        assert not last.size or np.abs(found.ends - last).max() < 0.1
        last = found.ends
