"""From a request about an implicit layer to its frames, with layers whose answers are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.experiment import Experiment, RootFinding
from core.frame import Frame
from core.readings import FixedPoints, Iterations, MapCurve, Spectrum, Trajectories, VelocityGrid
from core.request import Request, Viewport
from core.runner import frames
from core.stored_tensor import StoredTensor

REFERENCE = Path(__file__).parent.parent / "reference"
NEURON = "z <- tanh(w*z + x)\nw = 0.5 in [0, 3]\nx = 0.3 in [-1, 1]"
WANTED = frozenset({Iterations, Spectrum, FixedPoints, MapCurve, Trajectories})
VIEW = Viewport("z", "f(z)", (-1.5, 1.5), (-1.5, 1.5), (400, 300))
ALL = ("anderson", "damped", "newton", "picard")


def layer(stream: int, **root: object) -> Experiment:
    """The tutorial's layer of chapter 2 under one of the two random streams."""
    tensors = {
        name: StoredTensor.of(
            np.loadtxt(REFERENCE / f"tutorial_ch2_{name}_threefry{stream}.csv", np.float32, delimiter=",")
        )
        for name in ("W", "x")
    }
    text = 'z <- tanh(W z + x)\nW = data "W"\nx = data "x"'
    return Experiment(text, tensors=tensors, root=RootFinding(**root))  # type: ignore[arg-type]


def last(experiment: Experiment, wanted: frozenset[type] = WANTED, viewport: Viewport | None = None) -> Frame:
    *_, frame = frames(Request(experiment, wanted, viewport))
    assert frame.final
    assert frame.error is None, f"{frame.error}\n{frame.traceback}"
    return frame


def test_a_neuron_is_solved_and_described() -> None:
    frame = last(Experiment(NEURON, root=RootFinding(tolerance=1e-12)), viewport=VIEW)
    (run,) = frame.readings[Iterations].runs
    assert (run.solver, run.outcomes[0].name) == ("picard", "converged")
    assert run.solution[0, 0] == pytest.approx(0.500831887669865027, abs=2e-12)
    assert run.iteration[0] == 1
    assert run.z[0, 0, 0] == 1.0  # off the middle, where many maps rest
    assert run.z[1:, 0, 0] == pytest.approx(np.tanh(0.5 * run.z[:-1, 0, 0] + 0.3))
    assert frame.evaluations == run.evaluations[-1, 0] == run.iterations[0]
    spectrum = frame.readings[Spectrum]
    assert spectrum.radius[0] == pytest.approx(0.374583710146520, rel=1e-11)
    assert (spectrum.damping[0], spectrum.damped_radius[0]) == pytest.approx((1.0, 0.374583710146520), rel=1e-6)
    (point,) = frame.readings[FixedPoints].points
    assert point.point[0] == pytest.approx(0.500831887669865027, abs=1e-14)
    assert (point.radius, point.attracting) == (pytest.approx(0.374583710146520, rel=1e-12), True)
    curve = frame.readings[MapCurve]
    assert curve.f[0] == pytest.approx(np.tanh(0.5 * curve.z + 0.3), rel=1e-13)
    assert Trajectories not in frame.readings
    assert frame.path == "numpy"


def test_beyond_the_fold_three_fixed_points_and_which_of_them_attract() -> None:
    frame = last(Experiment(NEURON, values={"w": 2.0}), viewport=VIEW)
    points = frame.readings[FixedPoints].points
    assert [point.point[0] for point in points] == pytest.approx(
        [-0.907996987222667, -0.310610452329499, 0.978312184853417], abs=1e-12
    )
    assert [point.radius for point in points] == pytest.approx([0.3511, 1.8070, 0.0858], abs=5e-5)
    assert [point.attracting for point in points] == [True, False, True]


def test_the_race_of_four_solvers_finds_one_point() -> None:
    rivals = tuple(name for name in ALL if name != "newton")
    frame = last(layer(0, solver="newton", rivals=rivals, tolerance=1e-10))
    iterations = frame.readings[Iterations]
    assert [run.solver for run in iterations.runs] == ["newton", "anderson", "damped", "picard"]
    assert all(run.outcomes[0].name == "converged" for run in iterations.runs)
    solutions = np.stack([run.solution[0] for run in iterations.runs])
    assert np.abs(solutions - solutions[0]).max() < 1e-9
    assert solutions[0, :3] == pytest.approx([0.006494103677614, -0.7015949556646, -0.98471503073893], abs=1e-12)
    assert iterations.last == max(int(run.iterations[0]) for run in iterations.runs)
    assert frame.evaluations == sum(int(run.evaluations[-1, 0]) for run in iterations.runs)


def test_the_layer_that_fixed_point_iteration_cannot_solve() -> None:
    frame = last(layer(1, rivals=("newton",), tolerance=1e-10))
    picard, newton = frame.readings[Iterations].runs
    assert (picard.outcomes[0].name, picard.outcomes[0].period) == ("cycle", 2)
    assert "period 2" in str(picard.outcomes[0])
    assert newton.outcomes[0].name == "converged"
    # at the fixed point, whoever found it: the rival, or Newton's method on its own
    for other in (frame, last(layer(1)), last(layer(1, solver="newton"))):
        spectrum = other.readings[Spectrum]
        assert spectrum.solved[0]
        assert spectrum.radius[0] == pytest.approx(1.049278479398, abs=1e-7)
    assert (spectrum.damping[0], spectrum.damped_radius[0]) == pytest.approx((0.918, 0.88180), abs=1e-3)


def test_damping_and_norms_of_the_other_stream() -> None:
    spectrum = last(layer(0, solver="newton", tolerance=1e-12)).readings[Spectrum]
    assert spectrum.radius[0] == pytest.approx(0.66914320, abs=1e-8)
    assert (spectrum.damping[0], spectrum.damped_radius[0]) == pytest.approx((0.8785, 0.46715), abs=5e-4)
    assert spectrum.damped_radius[0] <= 0.46715
    assert spectrum.norm[0] == pytest.approx(1.139012, abs=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_row_of_a_batch_is_a_sample(dtype: str) -> None:
    text = 'z <- tanh(w*z + x)\nw = 0.5\nx = data "X" as batch\nstart (0), (1)'
    tensors = {"X": StoredTensor.of(np.array([0.3, 0.0, -0.3]))}
    frame = last(Experiment(text, tensors=tensors, dtype=dtype, root=RootFinding(tolerance=1e-5)), viewport=VIEW)
    iterations = frame.readings[Iterations]
    assert iterations.row.tolist() == [0, 1, 2, 0, 1, 2]
    assert iterations.starts[:, 0].tolist() == [0, 0, 0, 1, 1, 1]
    expected = [0.500831887669865, 0.0, -0.500831887669865]
    assert iterations.runs[0].solution[:, 0] == pytest.approx(expected * 2, abs=3e-5)
    assert frame.readings[MapCurve].f.shape[0] == 3
    assert frame.path == ("numpy" if dtype == "float64" else "torch")


def test_a_wide_layer_is_solved_in_torch() -> None:
    random = np.random.default_rng(0)
    tensors = {"W": StoredTensor.of(random.normal(size=(40, 40)) / 20), "x": StoredTensor.of(random.normal(size=40))}
    text = 'z <- tanh(W z + x)\nW = data "W"\nx = data "x"'
    frame = last(Experiment(text, tensors=tensors, root=RootFinding(tolerance=1e-12)))
    run = frame.readings[Iterations].runs[0]
    z, W, x = run.solution[0], tensors["W"].array(), tensors["x"].array()
    assert np.abs(np.tanh(W @ z + x) - z).max() < 1e-11
    J = (1 - z**2)[:, None] * W
    assert frame.readings[Spectrum].radius[0] == pytest.approx(np.abs(np.linalg.eigvals(J)).max(), rel=1e-9)
    assert frame.path == "torch"
    assert frame.readings[FixedPoints].note


def test_a_root_problem_moves_by_its_displacement() -> None:
    text = "0 = x^2 + y^2 - 4\n0 = x*y - 1\nsolve x = 2, y = 0.5\nview x [0, 3], y [0, 3]"
    view = Viewport("x", "y", (0, 3), (0, 3), (300, 300))
    experiment = Experiment(text, root=RootFinding(solver="newton", tolerance=1e-14))
    frame = last(experiment, WANTED | {VelocityGrid}, view)
    assert frame.readings[Iterations].runs[0].solution[0] == pytest.approx(
        [1.931851652578136574, 0.517638090205041525], abs=1e-14
    )
    points = [point.point for point in frame.readings[FixedPoints].points]
    assert np.array(points) == pytest.approx(
        np.array([[0.517638090205041525, 1.931851652578136574], [1.931851652578136574, 0.517638090205041525]]), abs=1e-9
    )
    grid = frame.readings[VelocityGrid]
    x, y = np.meshgrid(grid.x, grid.y)
    assert grid.u == pytest.approx(-(x**2 + y**2 - 4))
    assert grid.v == pytest.approx(-(x * y - 1))


def test_many_iterations_are_thinned_and_both_ends_kept() -> None:
    text = "z <- z + 1e-7*cos(z)"
    frame = last(Experiment(text, root=RootFinding(tolerance=1e-15, iterations=30_000, criterion="absolute")))
    run = frame.readings[Iterations].runs[0]
    assert len(run.iteration) <= 4_100
    assert (run.iteration[0], run.iteration[-1]) == (1, int(run.iterations[0]))
    *_, whole = frames(
        Request(frame_experiment := Experiment(text, root=RootFinding(iterations=9_000)), WANTED, every_step=True)
    )
    assert len(whole.readings[Iterations].runs[0].iteration) == int(whole.readings[Iterations].runs[0].iterations[0])
    assert frame_experiment.root.iterations == 9_000


def test_a_cancelled_run_says_so_and_keeps_what_it_has() -> None:
    looks = iter(range(10_000))
    experiment = Experiment("z <- z + 1e-7*cos(z)\nstart (0)", root=RootFinding(iterations=100_000, tolerance=1e-15))
    *_, frame = frames(Request(experiment, frozenset({Iterations})), lambda: next(looks) > 20)
    run = frame.readings[Iterations].runs[0]
    assert frame.final
    assert run.outcomes[0].name == "cancelled"
    assert 0 < len(run.iteration) < 100_000


@pytest.mark.parametrize(
    ("root", "words"),
    [
        ({"solver": "picrad"}, "did you mean 'picard'"),
        ({"solver": "anderson", "options": {"anderson": {"memry": 3.0}}}, "did you mean 'memory'"),
        ({"solver": "damped", "options": {"damped": {"beta": 7.0}}}, "must lie between"),
    ],
)
def test_a_solver_that_is_not_there_is_told_in_words(root: dict[str, object], words: str) -> None:
    *_, frame = frames(Request(Experiment(NEURON, root=RootFinding(**root)), WANTED))  # type: ignore[arg-type]
    assert frame.error is not None
    assert words in frame.error


def test_a_start_that_is_no_number_does_not_touch_its_mates() -> None:
    alone = last(Experiment(f"{NEURON}\nstart (0.2)")).readings[Iterations].runs[0]
    mates = last(Experiment(NEURON, starts=((0.2,), (float("nan"),), (5.0,)))).readings[Iterations].runs[0]
    assert mates.outcomes[1].name == "bad_input"
    assert mates.iterations[0] == alone.iterations[0]
    assert mates.solution[0].tobytes() == alone.solution[0].tobytes()
