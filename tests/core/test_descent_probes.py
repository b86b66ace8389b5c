"""Contours, the loss along the flow, optimisers and critical points, as a run reads them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.experiment import Descent, Experiment, Integration
from core.frame import Frame
from core.outcome import Outcome
from core.readings import Descents, Equilibria, FlowLoss, LossContours, Trajectories
from core.request import Request, Viewport
from core.runner import frames

TEXT = "minimise (1 - x)^2 + b*(y - x^2)^2\nover x = -1.2, y = 1\nstart (1.5, -0.5)\nb = 5\nt in [0, 8]"
WANTED = frozenset({Descents, Equilibria, FlowLoss, LossContours, Trajectories})
PLANE = Viewport("x", "y", (-2.0, 2.0), (-1.0, 3.0), (640, 480))


def run(text: str = TEXT, viewport: Viewport | None = PLANE, quality: str = "full", **choice: object) -> Frame:
    descent = replace(Descent(eta=0.01, iterations=6000), **choice)
    experiment = Experiment(text, integration=Integration(rtol=1e-8, atol=1e-10, backward=False), descent=descent)
    *_, last = frames(Request(experiment, WANTED, viewport, quality))
    assert last.error is None
    return last


def phi(x: np.ndarray, y: np.ndarray, b: float = 5.0) -> np.ndarray:
    return (1 - x) ** 2 + b * (y - x**2) ** 2


@pytest.mark.parametrize("quality", ["preview", "full"])
def test_contours_lie_on_their_level_to_the_error_of_interpolation(quality: str) -> None:
    contours = run(quality=quality).readings[LossContours]
    assert contours.floor == pytest.approx(0.0, abs=1e-12)
    assert 6 <= len(contours.levels) <= 14
    steps = np.diff(np.log10(contours.levels - contours.floor))
    np.testing.assert_allclose(steps, steps[0], rtol=1e-6)
    np.testing.assert_allclose(contours.values, phi(*np.meshgrid(contours.x, contours.y)), rtol=1e-12, atol=1e-12)
    cells = np.diff(contours.x)[0], np.diff(contours.y)[0]
    # |phi - bilinear interpolant| <= (h_x^2 |phi_xx| + h_y^2 |phi_yy|) / 8, phi_xx = 2 + 60 x^2 - 20 y, phi_yy = 10,
    # and a straight piece across a cell of a bilinear function is off by at most h_x h_y |phi_xy| / 4 = 5 |x| h_x h_y
    bound = (cells[0] ** 2 * (2 + 60 * 4 + 20) + cells[1] ** 2 * 10) / 8 + 10 * cells[0] * cells[1]
    worst = 0.0
    for level, lines in zip(contours.levels, contours.lines, strict=True):
        assert len(lines.points) > 8
        points = np.concatenate([0.5 * (curve[1:] + curve[:-1]) for curve in lines.curves()] + [lines.points])
        worst = max(worst, float(np.abs(phi(*points.T) - level).max()))
    assert worst < bound
    assert worst > 0.0


def test_levels_stay_where_they_are_when_the_plane_is_moved() -> None:
    here = run().readings[LossContours].levels
    moved = run(viewport=replace(PLANE, x_range=(-1.9, 2.1))).readings[LossContours].levels
    common = {f"{level:.6g}" for level in here} & {f"{level:.6g}" for level in moved}
    assert len(common) >= min(len(here), len(moved)) - 1


def test_the_loss_never_rises_along_the_flow() -> None:
    frame = run()
    flow, curves = frame.readings[FlowLoss], frame.readings[Trajectories]
    assert len(flow) == len(curves) == 2
    for index in range(2):
        part, curve = flow.curve(index), curves.curve(index)
        ends = curves.step_end[curve]
        np.testing.assert_array_equal(flow.t[part], curves.t[curve][ends])
        np.testing.assert_allclose(flow.loss[part], phi(*curves.z[curve][ends].T), rtol=1e-11, atol=1e-13)
        assert (np.diff(flow.loss[part]) <= 1e-12).all()
        assert flow.loss[part][-1] < 1e-2 * flow.loss[part][0]


def test_the_lowest_point_is_the_minimum_with_its_curvature() -> None:
    frame = run()
    eigenvalues = np.linalg.eigvalsh([[42.0, -20.0], [-20.0, 10.0]])[::-1]
    for reading in (FlowLoss, Descents):
        lowest = frame.readings[reading].lowest
        assert lowest is not None
        assert lowest.minimum
        np.testing.assert_allclose(lowest.point, [1.0, 1.0], rtol=1e-9)
        assert lowest.loss == pytest.approx(0.0, abs=1e-15)
        np.testing.assert_allclose(lowest.eigenvalues, eigenvalues, rtol=1e-8)


def test_optimisers_are_read_with_their_ways_and_limits() -> None:
    descents = run().readings[Descents]
    sharpness = np.linalg.eigvalsh([[42.0, -20.0], [-20.0, 10.0]])[-1]
    assert [run.method for run in descents.runs] == ["gradient_descent", "heavy_ball"]
    assert [run.limit for run in descents.runs] == pytest.approx([2.0 / sharpness, 3.8 / sharpness])
    for run_ in descents.runs:
        assert run_.iteration[0] == 0
        np.testing.assert_array_equal(run_.z[0], descents.starts)
        known = np.isfinite(run_.loss)
        np.testing.assert_allclose(run_.loss[known], phi(*run_.z[known].T), rtol=1e-11, atol=1e-13)
        assert (known.sum(axis=0) - 1 == run_.iterations).all()
        assert all(outcome.success for outcome in run_.outcomes)
    gradient = descents.runs[0]
    x, y = gradient.z[0, 0]
    slope = np.hypot(-2 * (1 - x) - 20 * x * (y - x**2), 10 * (y - x**2))
    assert gradient.slope[0, 0] == pytest.approx(slope, rel=1e-12)


def test_sharpness_is_the_largest_eigenvalue_along_every_way() -> None:
    frame = run(methods=("gradient_descent", "newton", "adam"))
    descents, flow = frame.readings[Descents], frame.readings[FlowLoss]
    for descent in descents.runs:
        known = np.isfinite(descent.loss)
        x, y = descent.z[known].T
        hessian = np.array([[2 + 60 * x**2 - 20 * y, -20 * x], [-20 * x, np.full_like(x, 10.0)]]).transpose(2, 0, 1)
        np.testing.assert_allclose(descent.sharpness[known], np.linalg.eigvalsh(hessian)[:, -1], rtol=1e-11)
    edges = [descent.edge for descent in descents.runs]
    assert edges[:2] == [200.0, np.inf]
    assert np.isnan(edges[2])
    curves = frame.readings[Trajectories]
    z = curves.z[curves.curve(0)][curves.step_end[curves.curve(0)]]
    slope = np.hypot(-2 * (1 - z[:, 0]) - 20 * z[:, 0] * (z[:, 1] - z[:, 0] ** 2), 10 * (z[:, 1] - z[:, 0] ** 2))
    np.testing.assert_allclose(flow.slope[flow.curve(0)], slope, rtol=1e-9, atol=1e-12)


def test_a_learning_rate_beyond_the_limit_bounces_out_and_a_long_way_is_thinned() -> None:
    descents = run(eta=0.2).readings[Descents]
    assert {outcome.name for outcome in descents.runs[0].outcomes} == {"bounced_out"}
    slow = run(eta=1e-5, iterations=20_000, methods=("nesterov",)).readings[Descents]
    (only,) = slow.runs
    assert only.outcomes == (Outcome("max_iterations", 20_000, True),) * 2
    assert len(only.iteration) <= 4_100
    assert (only.iteration[0], only.iteration[-1]) == (0, 20_000)


def test_nobody_is_asked_where_no_optimiser_is_chosen() -> None:
    descents = run(methods=()).readings[Descents]
    assert (descents.runs, descents.lowest) == ((), None)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("minimise (x^2 - 1)^2 + y^2\nover x = 0.5, y = 1", {(-1, 0): "minimum", (0, 0): "saddle", (1, 0): "minimum"}),
        (
            "minimise -(x^2) - y^2 + 0.01*(x^4 + y^4)\nover x = 0.5, y = 1\nview x [-2, 2], y [-2, 2]",
            {(0, 0): "maximum"},
        ),
        ("minimise x^4 + y^2\nover x = 0.5, y = 1", {(0, 0): "degenerate"}),
    ],
)
def test_critical_points_are_named_by_the_signs_of_the_hessian(text: str, kinds: dict[tuple[int, int], str]) -> None:
    found = run(text, replace(PLANE, x_range=(-2.0, 2.0), y_range=(-2.0, 2.0))).readings[Equilibria]
    labels = {tuple(np.round(one.point, 2).tolist()): one.label for one in found.points}
    assert {place: labels.get(place) for place in kinds} == kinds


def test_a_broken_objective_is_told_and_hides_nothing() -> None:
    frame = run("minimise log(x) + y^2\nover x = 0.5, y = 1", PLANE, eta=0.1)
    descents = frame.readings[Descents]
    assert {run.outcomes[0].name for run in descents.runs} == {"nonfinite_objective"}
    contours = frame.readings[LossContours]
    assert np.isnan(contours.values[:, contours.x < 0]).all()
    assert all(np.isfinite(lines.points).all() for lines in contours.lines)


def test_a_slice_of_three_dimensions_has_contours_through_the_selection() -> None:
    text = "minimise x^2 + 2*y^2 + 3*(w - 1)^2\nover x = 1, y = 1, w = 3"
    contours = run(text, PLANE).readings[LossContours]
    np.testing.assert_allclose(
        contours.values, contours.x**2 + 2 * contours.y[:, None] ** 2 + 3 * (3.0 - 1.0) ** 2, rtol=1e-12
    )
    assert contours.floor == contours.values.min()
