"""From request to frames, with systems whose answers are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.budget import Budget
from core.experiment import Experiment, Integration
from core.frame import Frame
from core.readings import Equilibria, Nullclines, StepSizes, Trajectories, VelocityGrid
from core.request import Request, Viewport
from core.runner import frames

EVERYTHING = frozenset({Trajectories, StepSizes, VelocityGrid, Nullclines, Equilibria})
OSCILLATOR = "x' = y\ny' = -w^2*x\nw = 2 in [0, 5]\nstart (1, 0), (0, 3)\nt in [0, 3]"
VAN_DER_POL = "x' = y\ny' = mu*(1 - x^2)*y - x\nmu = 1 in [0, 5]\nstart (2, 0)\nt in [0, 20]"
VIEW = Viewport("x", "y", (-4, 4), (-6, 6), (400, 300))


def last(experiment: Experiment, wanted: frozenset[type] = EVERYTHING, **options: object) -> Frame:
    *_, frame = frames(Request(experiment, wanted, VIEW, **options))  # type: ignore[arg-type]
    assert frame.final
    return frame


def reading(frame: Frame, kind: type) -> object:
    found = frame.get(kind)
    assert found is not None, f"{kind.__name__} is absent: {frame.error}\n{frame.traceback}"
    return found


def test_curves_are_the_exact_solution_at_every_point_in_both_directions() -> None:
    frame = last(Experiment(OSCILLATOR, integration=Integration(rtol=1e-9, atol=1e-12)))
    curves = reading(frame, Trajectories)
    assert frame.error is None
    assert len(curves) == 2
    t = curves.t[curves.curve(0)]
    assert (t[0], t[-1]) == (-3.0, 3.0)
    assert (np.diff(t) > 0).all()
    assert np.abs(curves.z[curves.curve(0), 0] - np.cos(2 * t)).max() < 2e-7
    t = curves.t[curves.curve(1)]
    assert np.abs(curves.z[curves.curve(1), 0] - 1.5 * np.sin(2 * t)).max() < 4e-7
    assert [outcome.name for outcome in curves.forward + curves.backward] == ["success"] * 4
    # dopri5 spends 2 + 6k evaluations in each of the two directions
    attempts = curves.accepted + curves.rejected
    assert (curves.evaluations == 4 + 6 * attempts).all()
    assert frame.evaluations == curves.evaluations.sum()


def test_a_value_of_a_slider_replaces_the_default_of_the_text() -> None:
    experiment = Experiment(OSCILLATOR, values={"w": 1.0}, integration=Integration(backward=False))
    curves = reading(last(experiment), Trajectories)
    assert curves.t[0] == 0.0
    assert curves.backward == ()
    end = curves.z[curves.curve(0)][-1]
    assert np.allclose(end, [math.cos(3), -math.sin(3)], atol=1e-5)


def test_step_ends_alone_are_where_the_solver_stepped() -> None:
    frame = last(Experiment(OSCILLATOR))
    curves, steps = reading(frame, Trajectories), reading(frame, StepSizes)
    forward = curves.curve(0)
    ends = curves.t[forward][curves.step_end[forward] & (curves.t[forward] > 0)]
    mine = slice(steps.offsets[0], steps.offsets[1])
    accepted = steps.accepted[mine]
    assert np.array_equal(ends, (steps.t[mine] + steps.h[mine])[accepted])
    assert (steps.error[mine][accepted] <= 1).all()


def test_a_run_without_a_step_says_so_and_does_not_leave_the_plot_the_steps_before() -> None:
    frame = last(Experiment("x' = y\ny' = -x/l\nl = 0 in [0, 1]\nstart (1, 0), (0, 3)\nt in [0, 3]"))
    steps = reading(frame, StepSizes)
    assert len(steps) == 2
    assert steps.t.size == steps.h.size == steps.error.size == steps.accepted.size == 0


@pytest.mark.parametrize(
    ("mu", "label"),
    [
        (0.0, "centre"),
        (1.0, "unstable spiral"),
        (1.999, "unstable spiral"),
        (2.001, "unstable node"),
        (5.0, "unstable node"),
    ],
)
def test_van_der_pol_origin_changes_its_type_with_mu(mu: float, label: str) -> None:
    found = reading(last(Experiment(VAN_DER_POL, values={"mu": mu}), frozenset({Equilibria})), Equilibria)
    (origin,) = found.points
    assert np.abs(origin.point).max() < 1e-12
    assert origin.label == label
    root = np.sqrt(complex(mu**2 - 4))
    assert np.allclose(origin.eigenvalues, [(mu + root) / 2, (mu - root) / 2], atol=1e-7)


def test_lorenz_has_its_three_equilibria() -> None:
    text = (
        "x' = s*(y - x)\ny' = x*(r - z) - y\nz' = x*y - b*z\ns = 10\nr = 28\nb = 2.6666666666666665\n"
        "start (1, 1, 1)\nview x [-25, 25], y [-30, 30], z [0, 50]\nt in [0, 1]"
    )
    view = Viewport("x", "z", (-25, 25), (0, 50), (400, 300))
    *_, frame = frames(Request(Experiment(text), frozenset({Equilibria}), view))
    found = reading(frame, Equilibria)
    points = sorted(tuple(np.round(point.point, 9)) for point in found.points)
    c = math.sqrt(72)
    assert np.allclose(points, [(-c, -c, 27), (0, 0, 0), (c, c, 27)])
    labels = {point.point[2] > 1: point.label for point in found.points}
    assert labels == {True: "saddle-focus", False: "saddle"}


def test_a_line_of_equilibria_is_named_and_not_listed_as_points() -> None:
    text = "x' = -b*x*y\ny' = b*x*y - y\nb = 2\nstart (0.9, 0.1)\nview x [0, 1], y [0, 1]\nt in [0, 5]"
    found = reading(last(Experiment(text), frozenset({Equilibria})), Equilibria)
    assert "continuum" in found.note
    assert found.points == ()


def test_grid_and_nullclines_follow_the_formula() -> None:
    frame = last(Experiment(VAN_DER_POL))
    grid, lines = reading(frame, VelocityGrid), reading(frame, Nullclines)
    xx, yy = np.meshgrid(grid.x, grid.y)
    assert np.allclose(grid.u, yy)
    assert np.allclose(grid.v, (1 - xx**2) * yy - xx)
    assert (grid.x[0], grid.x[-1], grid.y[0], grid.y[-1]) == (-4, 4, -6, 6)
    assert lines.names == ("x", "y")
    assert np.abs(lines.lines[0].points[:, 1]).max() < 1e-9  # x' = y vanishes on the axis
    x, y = lines.lines[1].points.T
    assert np.abs((1 - x**2) * y - x).max() < 0.2


def test_a_nullcline_along_the_edge_of_the_view_is_whole() -> None:
    experiment = Experiment("x' = x*(1 - y)\ny' = y*(x - 2)\nstart (1, 1)\nt in [0, 1]")
    for quality in ("full", "preview"):
        view = Viewport("x", "y", (0, 4), (0, 3), (400, 300))
        *_, frame = frames(Request(experiment, frozenset({Nullclines}), view, quality=quality))
        for curves, axis, length in zip(reading(frame, Nullclines).lines, (0, 1), (3, 4), strict=True):
            pieces = [np.stack([one[:-1], one[1:]], axis=1) for one in curves.curves()]
            segments = np.concatenate(pieces)
            along_edge = segments[np.abs(segments[:, :, axis]).max(axis=1) < 1e-9]
            assert np.ptp(along_edge, axis=1)[:, 1 - axis].sum() == pytest.approx(length, rel=0.05)


def test_a_scalar_field_is_drawn_over_time() -> None:
    experiment = Experiment("x' = x*(1 - x)\nstart (0.1)\nt in [0, 4]")
    view = Viewport("t", "x", (0, 4), (-0.5, 1.5), (300, 200))
    *_, frame = frames(Request(experiment, EVERYTHING, view))
    grid = reading(frame, VelocityGrid)
    assert (grid.u == 1).all()
    assert np.allclose(grid.v, (grid.y * (1 - grid.y))[:, None])
    assert reading(frame, Nullclines).names == ("x",)
    labels = {round(float(point.point[0]), 6): point.label for point in reading(frame, Equilibria).points}
    assert labels == {0.0: "unstable", 1.0: "stable"}


def test_explicit_time_is_frozen_and_said() -> None:
    experiment = Experiment("x' = y\ny' = cos(t) - x\nstart (0, 0)\nt in [0, 4]")
    view = Viewport("x", "y", (-2, 2), (-2, 2), (300, 200), time=math.pi)
    *_, frame = frames(Request(experiment, EVERYTHING, view))
    assert reading(frame, VelocityGrid).time == math.pi
    found = reading(frame, Equilibria)
    assert found.frozen_at == math.pi
    assert np.allclose(found.points[0].point, [-1, 0])


def test_blow_up_ends_the_curve_and_keeps_it_finite() -> None:
    curves = reading(last(Experiment("x' = x^2\nstart (1)\nt in [0, 2]"), frozenset({Trajectories})), Trajectories)
    assert not curves.forward[0].success
    assert np.isfinite(curves.z).all()
    assert 0.99 < curves.t[-1] < 1.00001  # the exact solution 1 / (1 - t) ends at 1
    assert curves.backward[0].success
    assert np.allclose(curves.z[0], 1 / 3, rtol=1e-5)


def test_a_text_that_does_not_parse_travels_as_a_frame() -> None:
    (frame,) = frames(Request(Experiment("x' = y +\ny' = -x"), EVERYTHING, VIEW))
    assert frame.final
    assert "line 1" in frame.error


def test_a_start_of_the_wrong_size_is_explained() -> None:
    (frame,) = frames(Request(Experiment(OSCILLATOR, starts=((1.0,),)), EVERYTHING, VIEW))
    assert frame.error == "a start needs 2 numbers (x, y), not 1"


def test_no_starts_still_show_the_field() -> None:
    frame = last(Experiment(OSCILLATOR, starts=()))
    assert frame.error is None
    assert frame.get(VelocityGrid) is not None
    assert len(reading(frame, Trajectories)) == 0


def test_stopping_keeps_what_is_there_and_says_cancelled() -> None:
    experiment = Experiment(
        OSCILLATOR,
        span=(0.0, 1e6),
        integration=Integration(method="euler", step=1e-4, fixed=True),
        budget=Budget(steps=10**7, evaluations=10**8),
    )
    asked = iter([False] * 300)
    *_, frame = frames(Request(experiment, frozenset({Trajectories}), VIEW), should_stop=lambda: next(asked, True))
    curves = reading(frame, Trajectories)
    assert frame.final
    assert curves.forward[0].name == "cancelled"
    assert 0 < curves.t[curves.curve(0)][-1] < 1e6


def test_a_quick_run_shows_field_and_curves_at_once_and_a_long_one_the_field_first(monkeypatch) -> None:
    monkeypatch.setattr("core.frame_maker._FRAME_SECONDS", 60.0)
    (only,) = frames(Request(Experiment(OSCILLATOR), EVERYTHING, VIEW))
    assert set(only.readings) == EVERYTHING
    monkeypatch.undo()
    euler = Integration(method="euler", step=1e-4, fixed=True)
    long = frames(Request(Experiment(OSCILLATOR, span=(0.0, 1e3), integration=euler, path="python"), EVERYTHING, VIEW))
    first, second = next(long), next(long)
    assert set(first.readings) == EVERYTHING - {Trajectories, StepSizes}
    assert set(second.readings) == EVERYTHING
    assert not second.final
    assert (second.progress.done, second.progress.total) == (0, 2)
    assert second.progress.share == pytest.approx(reading(second, Trajectories).t.max() / 2e3, rel=0.05)


def test_the_step_budget_is_kept_exactly() -> None:
    experiment = Experiment(VAN_DER_POL, budget=Budget(steps=50), integration=Integration(backward=False))
    curves = reading(last(experiment), Trajectories)
    assert curves.forward[0].name == "max_steps"
    assert curves.accepted[0] + curves.rejected[0] == 50


def test_thinning_keeps_ends_and_start_and_exports_keep_everything() -> None:
    experiment = Experiment(
        OSCILLATOR,
        starts=((1.0, 0.0),),
        span=(0.0, 20.0),
        integration=Integration(method="euler", step=5e-4, fixed=True),
    )
    window = reading(last(experiment), Trajectories)
    export = reading(last(experiment, every_step=True), Trajectories)
    assert len(export.t) == 2 * 40_000 + 1
    assert len(window.t) <= 20_003
    assert (window.t[0], window.t[-1]) == (export.t[0], export.t[-1])
    assert 0.0 in window.t
    assert set(window.t) <= set(export.t)
