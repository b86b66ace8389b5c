"""Ensembles: the same starts for a seed, every trajectory on its own, and time where it is spent."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core import presets
from core.batch_run import Batch, follow_batch
from core.budget import Budget
from core.catalogue import tableau
from core.ensemble_picture import _quantile
from core.ensemble_starts import ensemble_starts
from core.experiment import Ensemble, Experiment
from core.formula_field import FormulaField
from core.kernels.compiler import is_available
from core.language import parse
from core.ode_path import Path, choose_controller
from core.problem import InitialValue
from core.readings import NOWHERE, EnsembleRun, Trajectories
from core.request import Request, Viewport
from core.runner import frames
from core.step_rules import ENDINGS
from core.visit_raster import VisitRaster

PATHS = ["python", "torch", *(["kernel"] if is_available() else [])]
ROTATION = "x' = y\ny' = -x\nstart (1, 0)\nview x [-2, 2], y [-2, 2]\nt in [0, 6]"
REST = "x' = 0\ny' = 0\nstart (0, 0)\nview x [-2, 2], y [-2, 2]\nt in [0, 3]"
BLOW_UP = "x' = x^2\ny' = -y\nstart (0, 0)\nview x [-1, 1], y [-1, 1]\nt in [0, 2]"
PLANE = Viewport("x", "y", (-2.0, 2.0), (-2.0, 2.0), (80, 60))


def experiment(text: str, count: int, seed: int = 3, **others: object) -> Experiment:
    return Experiment(text, ensemble=Ensemble(on=True, count=count, seed=seed, **others))


def run(given: Experiment, viewport: Viewport = PLANE) -> EnsembleRun:
    *_, frame = frames(Request(given, frozenset({EnsembleRun}), viewport))
    assert (frame.error, frame.final) == (None, True)
    found = frame.get(EnsembleRun)
    assert found is not None
    return found


def followed(text: str, starts: list[tuple[float, ...]], times: np.ndarray, path: Path) -> Batch:
    system = parse(text)
    problem = InitialValue(FormulaField(system), np.array(starts), system.span)
    running = follow_batch(problem, tableau("dopri5"), choose_controller(tableau("dopri5"), 1e-8, 1e-10, None),
                           Budget(), times, path)  # fmt: skip
    counts = []
    while True:
        try:
            counts.append(next(running))
        except StopIteration as end:
            assert counts == sorted(counts)
            batch: Batch = end.value
            assert path == "kernel" or counts[-1] == np.count_nonzero(batch.ending == ENDINGS.index("success"))
            return batch


def test_equal_seeds_give_equal_starts_in_the_view() -> None:
    system = parse(ROTATION)
    starts = ensemble_starts(experiment(ROTATION, 4_000), system)
    assert np.array_equal(starts, ensemble_starts(experiment(ROTATION, 4_000), system))
    assert np.array_equal(starts[:700], ensemble_starts(experiment(ROTATION, 700), system))
    assert np.array_equal(starts[:700], ensemble_starts(experiment(ROTATION, 4_000), system, 700))
    assert not np.array_equal(starts, ensemble_starts(experiment(ROTATION, 4_000, seed=4), system))
    assert np.abs(starts).max() < 2.0
    # uniform: mean 0 and variance 4^2/12, to four standard errors
    assert np.abs(starts.mean(axis=0)).max() < 4 * (4 / 12**0.5) / 4_000**0.5
    assert starts.var(axis=0) == pytest.approx(16 / 12, rel=0.06)


def test_a_box_wins_over_the_view_and_the_first_start_fills_the_rest() -> None:
    text = "x' = y\ny' = z\nz' = -x\nstart (1, 2, 3)\nview x [-2, 2]"
    starts = ensemble_starts(experiment(text, 50, box={"y": (5.0, 6.0)}), parse(text))
    assert (starts[:, 2] == 3.0).all()
    assert ((starts[:, 1] >= 5.0) & (starts[:, 1] < 6.0)).all()
    assert np.ptp(starts[:, 0]) > 3.0
    with pytest.raises(ValueError, match="box names 'q'"):
        ensemble_starts(experiment(text, 5, box={"q": (0.0, 1.0)}), parse(text))


@pytest.mark.parametrize("path", PATHS)
def test_a_rotation_keeps_every_point_on_its_circle(path: Path) -> None:
    times = np.linspace(0.0, 6.0, 13)
    batch = followed(ROTATION, [(1.0, 0.0), (0.0, -0.5), (0.0, 0.0)], times, path)
    assert batch.path == path
    assert batch.z[0] == pytest.approx(np.stack([np.cos(times), -np.sin(times)], axis=1), abs=1e-6)
    assert np.hypot(*batch.z[1].T) == pytest.approx(0.5, abs=1e-6)
    assert (batch.z[2] == 0.0).all()
    assert [ENDINGS[place] for place in batch.ending] == ["success"] * 3
    assert batch.t_end.tolist() == [6.0] * 3
    assert (batch.evaluations == 2 + 6 * (batch.accepted + batch.rejected)).all()


def test_the_paths_agree_and_a_blow_up_disturbs_nobody() -> None:
    starts = [(0.25, 1.0), (4.0, 1.0), (-1.0, -0.5), (np.nan, 0.0)]
    times = np.linspace(0.0, 2.0, 21)
    python, torch, *kernel = (followed(BLOW_UP, starts, times, path) for path in PATHS)
    alone = followed(BLOW_UP, [starts[0], starts[2]], times, "torch")
    for batch in (python, torch, *kernel):
        assert [ENDINGS[place] for place in batch.ending[[0, 2, 3]]] == ["success", "success", "bad_input"]
        assert ENDINGS[batch.ending[1]] in ("nonfinite_state", "step_underflow")
        assert batch.t_end[1] == pytest.approx(0.25, abs=1e-6)  # x = 1/(1/4 - t)
        assert np.isfinite(batch.z[1][times < 0.25]).all()
        assert np.isnan(batch.z[1][times > 0.25]).all()
        assert batch.z[0, :, 0] == pytest.approx(1.0 / (4.0 - times), rel=1e-6)
    assert np.array_equal(torch.z[[0, 2]], alone.z)
    for other in (torch, *kernel):
        assert np.allclose(python.z, other.z, rtol=1e-11, atol=1e-14, equal_nan=True)
        assert np.array_equal(python.ending, other.ending)
        assert same_counts(python, other, [0, 2, 3])
        # its last steps are as small as the rounding of t, so that their number hangs on the last bit
        assert python.accepted[1] == pytest.approx(other.accepted[1], abs=3)


def test_the_paths_take_the_same_steps_towards_a_blow_up() -> None:
    starts = [(0.25, 1.0), (4.0, 1.0), (-1.0, -0.5)]
    times = np.linspace(0.0, 0.2499, 21)  # there x is 10,000
    text = BLOW_UP.replace("[0, 2]", "[0, 0.2499]")
    python, *others = (followed(text, starts, times, path) for path in PATHS)
    for other in others:
        assert np.allclose(python.z, other.z, rtol=1e-8, atol=0.0)
        assert np.array_equal(python.ending, other.ending)
        assert same_counts(python, other, [0, 1, 2])


def same_counts(one: Batch, other: Batch, samples: list[int]) -> bool:
    """Whether two batches took as many steps and evaluations for these trajectories."""
    names = ("evaluations", "accepted", "rejected")
    return all(np.array_equal(getattr(one, name)[samples], getattr(other, name)[samples]) for name in names)


def test_a_batch_can_be_closed_on_its_way() -> None:
    problem = InitialValue(FormulaField(parse(ROTATION)), np.ones((40, 2)), (0.0, 6.0))
    settings = tableau("dopri5"), choose_controller(tableau("dopri5"), 1e-6, 1e-9, None), Budget()
    running = follow_batch(problem, *settings, np.array([0.0, 6.0]), "python")
    assert next(running) <= 40
    running.close()
    with pytest.raises(StopIteration):
        next(running)


def test_what_rests_fills_only_the_pixels_of_its_starts() -> None:
    given = experiment(REST, 30)
    picture = run(given)
    starts = ensemble_starts(given, parse(REST))
    column = ((starts[:, 0] + 2.0) / 4.0 * 80).astype(int)
    row = ((starts[:, 1] + 2.0) / 4.0 * 60).astype(int)
    expected = np.zeros((60, 80))
    np.add.at(expected, (row, column), 3.0)
    assert picture.visits * picture.unit == pytest.approx(expected, rel=1e-9)
    assert (picture.x[0], picture.y[-1], picture.step) == (-1.975, pytest.approx(2.0 - 2.0 / 60), 1)


def test_the_visits_sum_to_the_time_inside_the_view() -> None:
    text = ROTATION.replace("t in [0, 6]", "t in [0, 6.283185307179586]")
    box = {"x": (1.0, 1.0), "y": (0.0, 0.0)}
    whole = run(experiment(text, 7, box=box))
    assert whole.visits.sum() * whole.unit == pytest.approx(7 * 2 * np.pi, rel=1e-6)
    quarter = run(experiment(text, 7, box=box), replace(PLANE, x_range=(0.0, 2.0), y_range=(0.0, 2.0)))
    assert quarter.visits.sum() * quarter.unit == pytest.approx(7 * np.pi / 2, rel=0.01)
    # all of it lies on the circle
    x, y = np.meshgrid(whole.x, whole.y)
    assert np.abs(np.hypot(x, y)[whole.visits > 0] - 1.0).max() < 0.05


def test_the_playhead_knows_where_everyone_is() -> None:
    given = experiment(ROTATION, 25)
    picture = run(given)
    assert (picture.times[0], picture.times[-1]) == (0.0, 6.0)
    assert picture.places.shape == (len(picture.times), 25, 2)
    starts = ensemble_starts(given, parse(ROTATION))
    assert picture.places_at(0) == pytest.approx(starts, abs=2e-4)
    middle = len(picture.times) // 2
    c, s = np.cos(picture.times[middle]), np.sin(picture.times[middle])
    turned = np.stack([c * starts[:, 0] + s * starts[:, 1], c * starts[:, 1] - s * starts[:, 0]], axis=1)
    assert picture.places_at(middle) == pytest.approx(turned, abs=3e-4)


def test_those_that_run_away_are_counted_singly() -> None:
    given = experiment(BLOW_UP, 60)
    picture = run(given)
    begin = ensemble_starts(given, parse(BLOW_UP))[:, 0]
    lost = begin > 0.5  # x = 1/(1/x0 - t) ends before t = 2
    assert 5 < lost.sum() < 55
    assert np.array_equal(picture.ending != ENDINGS.index("success"), lost)
    assert (picture.arrived, picture.ran_away + picture.failed) == (60 - lost.sum(), lost.sum())
    assert (picture.places[-1, lost] == NOWHERE).all()
    near = ~lost & (1.0 / (1.0 / begin - 2.0) < 6.0)
    assert (picture.places[-1, near] != NOWHERE).all()
    assert np.isnan(picture.places_at(len(picture.times) - 1)[lost]).all()


def test_one_state_is_drawn_over_time() -> None:
    text = "x' = -x\nstart (1)\nview x [-2, 2]\nt in [0, 5]"
    picture = run(experiment(text, 20, box={"x": (1.0, 1.0)}), Viewport("t", "x", (0.0, 5.0), (-2.0, 2.0), (50, 200)))
    rows = picture.visits.argmax(axis=0)
    assert picture.y[rows] == pytest.approx(np.exp(-picture.x), abs=0.06)
    assert picture.visits.sum(axis=0) * picture.unit == pytest.approx(20 * 0.1, rel=0.05)


def test_it_is_made_only_where_it_is_switched_on() -> None:
    off = Experiment(ROTATION, ensemble=Ensemble(on=False, count=5))
    for given, viewport in ((off, PLANE), (experiment(ROTATION, 5), None)):
        *_, frame = frames(Request(given, frozenset({EnsembleRun}), viewport))
        assert (frame.error, frame.get(EnsembleRun)) == (None, None)


def test_a_drag_does_not_wait_for_a_path_that_is_not_compiled() -> None:
    given = replace(experiment(ROTATION, 500), path="torch")
    wanted = frozenset({EnsembleRun, Trajectories})
    *_, frame = frames(Request(given, wanted, PLANE, "preview"))
    assert frame.get(Trajectories) is not None
    assert frame.get(EnsembleRun) is None


@pytest.mark.kernel
def test_a_drag_follows_a_thousand_on_a_coarser_raster() -> None:
    given = experiment(ROTATION, 10_000)
    *_, frame = frames(Request(given, frozenset({EnsembleRun}), PLANE, "preview"))
    found = frame.get(EnsembleRun)
    assert found is not None
    assert (found.path, found.step, found.visits.shape, len(found.ending)) == ("kernel", 2, (30, 40), 1_200)
    assert found.arrived == found.count == 1_200
    starts = ensemble_starts(given, parse(ROTATION), 1_200)
    assert found.places_at(0) == pytest.approx(starts, abs=2e-4)
    c, s = np.cos(found.times[-1]), np.sin(found.times[-1])
    turned = starts @ np.array([[c, -s], [s, c]])
    assert found.places_at(-1) == pytest.approx(turned, abs=5e-3)  # a twentieth of a pixel


def test_the_picture_grows_and_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.ensemble_picture._PART", 20_000)  # twenty trajectories at a time
    given, seen = replace(experiment(ROTATION, 100), path="torch"), []
    for frame in frames(Request(given, frozenset({EnsembleRun}), PLANE)):
        found = frame.get(EnsembleRun)
        if found is not None:
            seen.append((len(found.ending), len(found.times) > 0, frame.final))
    assert seen[-1] == (100, True, True)
    assert [count for count, _, _ in seen] == sorted(count for count, _, _ in seen)
    assert len({count for count, _, _ in seen}) >= 4
    assert all(placed == (count == 100) for count, placed, _ in seen)
    stopped = iter([False] * 6 + [True] * 1000)
    *_, last = frames(Request(given, frozenset({EnsembleRun}), PLANE), lambda: next(stopped))
    assert last.final
    part = last.get(EnsembleRun)
    assert part is None or len(part.ending) < 100


def test_an_axis_that_is_not_there_is_refused_in_words() -> None:
    *_, frame = frames(Request(experiment(ROTATION, 5), frozenset({EnsembleRun}), replace(PLANE, x="w")))
    assert frame.error is not None
    assert "no component is called 'w'" in frame.error


def test_the_preset_gathers_on_its_cycle() -> None:
    given, _ = presets.load_preset("forced_van_der_pol")
    few = replace(given, ensemble=replace(given.ensemble, count=200))
    picture = run(few, Viewport("x", "y", (-3.4, 3.4), (-4.2, 4.2), (200, 200)))
    assert picture.arrived == 200
    x, y = picture.places_at(len(picture.times) - 1).T
    assert np.hypot(x, y).min() > 1.2  # nobody is left at the unstable spiral
    assert np.abs(x).max() < 2.4


@pytest.mark.parametrize("scale", [1, 40, 5_000])
def test_the_brightest_is_a_quantile_of_all_pixels(scale: int) -> None:
    visits = np.random.default_rng(1).poisson(3.0, (60, 80)).astype(np.uint32) * scale
    assert _quantile(visits, 0.992) == np.sort(visits.ravel())[int(0.992 * 4_799)]
    few = np.zeros((60, 80), dtype=np.uint32)
    few[3, :11] = scale * np.arange(1, 12)
    assert _quantile(few, 0.992) == 10 * scale  # of those with any
    assert _quantile(few * 0, 0.992) == 0.0


def test_the_line_between_two_places_is_visited_evenly() -> None:
    raster = VisitRaster((0.0, 8.0), (0.0, 1.0), 8, 1)
    raster.add(np.array([[0.0, 8.0]]), np.array([[0.5, 0.5]]), 16)
    assert raster.visits.tolist() == [[2] * 8]
    raster.add(np.array([[-3.0, -1.0], [np.nan, 2.0], [np.inf, np.inf]]), np.full((3, 2), 0.5), 4)
    assert raster.visits.tolist() == [[2] * 8]
    assert raster.chord(np.array([[0.0, 8.0], [1.0, 1.0]]), np.full((2, 2), 0.5)) == pytest.approx(7.6, abs=0.5)


def test_the_number_of_parts_follows_the_length_of_the_lines() -> None:
    slow, fast = (run(experiment(text, 4)) for text in (REST, ROTATION.replace("[0, 6]", "[0, 600]")))
    assert slow.unit == pytest.approx(3.0 / (len(np.unique(slow.times)) * 4 - 4), rel=0.05)
    assert fast.unit < 600.0 / 999 / 4
