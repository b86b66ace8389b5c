"""Maps of several solvers: the starts' own iterations, the same ends in all, coarse before fine, in time."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from plane_frames import CUBE, SQUARE, pictures, request

import core
from core.analysis import solver_map
from core.budget import Budget
from core.experiment import RootFinding
from core.frame import Frame
from core.probes import solver_maps
from core.probes.solver_maps import SolverMapsProbe
from core.readings import RAN_AWAY, UNDECIDED, MapFigures, PlaneMap, SolverMaps
from core.request import Request, Viewport
from core.runner import frames, make_context

VIEW = Viewport("x", "y", *SQUARE, (96, 96))
SMALL = Viewport("x", "y", *SQUARE, (24, 18))
RACE = RootFinding("newton", ("anderson", "broyden", "picard"), tolerance=1e-10, iterations=80)


def sharpest(text: str = CUBE, view: Viewport = SMALL, root: RootFinding = RACE, **options: object) -> SolverMaps:
    maps: SolverMaps = pictures(request(text, SolverMaps, view, root=root, **options))[-1]
    return maps


def map_of(maps: SolverMaps, solver: str) -> PlaneMap:
    found = maps.maps[maps.solvers.index(solver)]
    assert found is not None
    return found


def test_newtons_basins_have_the_printed_shares() -> None:
    found = map_of(sharpest(view=VIEW, root=replace(RACE, rivals=())), "newton")
    figures = MapFigures.of(found)
    # a pixel of 96 x 96 tells a share to about the length of the boundary that it meets
    assert figures.shares == pytest.approx([0.35283, 0.32358, 0.32358], abs=0.006)
    assert figures.shares[1] == pytest.approx(figures.shares[2], abs=1e-3)
    assert figures.failed == pytest.approx(1.0 - figures.shares.sum(), abs=1e-12)
    assert figures.failed < 1e-3
    z = found.x[None, :] + 1j * found.y[:, None]
    with np.errstate(all="ignore"):
        for _ in range(80):
            z = z - (z**3 - 1) / (3 * z**2)
        nearest = np.abs(z[..., None] - np.exp(2j * np.pi * np.array([0, 1, 2]) / 3)).argmin(axis=-1)
    there = found.end >= 0
    assert (found.end[there] == nearest[there]).mean() > 0.999


@pytest.mark.parametrize("solver", ["newton", "anderson", "broyden"])
def test_a_pixel_has_the_iterations_and_the_end_of_a_solution_from_there(solver: str) -> None:
    maps = sharpest()
    found = map_of(maps, solver)
    starts = np.array([(x, y) for y in found.y for x in found.x])
    root = core.solve(core.parse(CUBE), starts, solver, tol=1e-10, iterations=80)
    assert found.count.ravel().tolist() == root.iterations.tolist()
    solved = np.array([outcome.success for outcome in root.outcome])
    assert ((found.end.ravel() >= 0) == solved).all()
    assert np.abs(found.ends[found.end.ravel()[solved]] - root.z[solved]).max() < 1e-3


def test_all_maps_number_the_same_ends_and_the_map_of_the_plane_its_own_likewise() -> None:
    maps = sharpest()
    known = [one for one in maps.maps if one is not None]
    assert maps.solvers == ("newton", "anderson", "broyden", "picard")
    assert maps.titles == ("Newton", "Anderson", "Broyden", "Picard")
    assert {one.names for one in known} == {("(1, 0)", "(−0.5, 0.866)", "(−0.5, −0.866)")}
    assert {one.question for one in known} == {maps.question}
    plane: PlaneMap = pictures(request(CUBE, PlaneMap, SMALL, root=RACE))[-1]
    newton = map_of(maps, "newton")
    assert plane.names == newton.names
    both = (plane.end >= 0) & (newton.end >= 0)
    assert both.mean() > 0.95
    assert (plane.end[both] == newton.end[both]).all()


def test_a_solver_that_finds_nothing_says_so() -> None:
    text = "0 = x^2 + y^2 - 4\n0 = x*y - 1\nsolve x = 2, y = 0.5"
    figures = MapFigures.of(map_of(sharpest(text), "picard"))
    assert figures.shares.tolist() == [0.0] * 4
    assert figures.failed == 1.0
    assert np.isnan(figures.iterations)


def test_figures_count_every_pixel_once() -> None:
    end = np.array([[0, 0, 1], [RAN_AWAY, UNDECIDED, 0]], dtype=np.int16)
    count = np.array([[2, 4, 9], [7, 80, 6]], dtype=np.float32)
    axis = np.arange(3.0)
    shown = PlaneMap("x", "y", axis, axis[:2], end, count, np.zeros((3, 2)), ("a", "b", "c"), "", 80.0, 1, ())
    figures = MapFigures.of(shown)
    assert figures.shares.tolist() == [3 / 6, 1 / 6, 0.0]
    assert figures.failed == pytest.approx(2 / 6)
    assert figures.iterations == pytest.approx((2 + 4 + 9 + 6) / 4)


def test_every_solver_has_a_coarse_map_before_any_has_a_fine_one() -> None:
    seen = pictures(request(CUBE, SolverMaps, SMALL, root=RACE))
    steps = [[0 if one is None else one.step for one in maps.maps] for maps in seen]
    assert steps == [
        *([2] * done + [0] * (4 - done) for done in range(1, 5)),
        *([1] * done + [2] * (4 - done) for done in range(1, 5)),
    ]
    coarse, fine = map_of(seen[3], "anderson"), map_of(seen[-1], "anderson")
    assert fine.end.shape == (18, 24)
    assert np.array_equal(coarse.end, fine.end[::2, ::2])
    assert np.array_equal(coarse.count, fine.count[::2, ::2])
    assert not seen[-1].short_of_time


def test_a_large_view_is_looked_at_through_128_pixels() -> None:
    large = Viewport("x", "y", *SQUARE, (1280, 960))
    maps = pictures(request("x <- x/2\ny <- y/2", SolverMaps, large, root=RootFinding("picard")))[-1]
    assert map_of(maps, "picard").end.shape == (96, 128)


def test_a_preview_is_coarse() -> None:
    large = Viewport("x", "y", *SQUARE, (128, 96))
    maps = pictures(request(CUBE, SolverMaps, large, "preview", root=RACE))[-1]
    assert [one.end.shape for one in maps.maps] == [(12, 16)] * 4


def test_what_would_take_longer_than_the_run_may_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count()
    monkeypatch.setattr(solver_maps, "perf_counter", lambda: float(next(clock)))  # every look takes a second
    maps = sharpest(budget=Budget(seconds=0.5))
    assert maps.maps == (None,) * 4
    assert maps.short_of_time


def test_a_run_is_left_between_two_slices() -> None:
    stopped: list[bool] = []
    last = Frame(0)
    for last in frames(request(CUBE, SolverMaps, VIEW, root=RACE), lambda: bool(stopped)):
        if last.get(SolverMaps) is not None:
            stopped.append(True)
    assert last.final
    assert [one is None for one in last.get(SolverMaps).maps] == [False, True, True, True]


def test_slices_count_up_to_all_of_the_work() -> None:
    probe = SolverMapsProbe()
    probe.begin(make_context(request(CUBE, SolverMaps, SMALL, root=RACE)))
    assert probe.read() is None
    parts = list(probe.slices())
    assert [part.share for part in parts] == sorted(part.share for part in parts)
    assert parts[-1].share == 1.0
    assert max(part.done for part in parts) <= 24 * 18


@pytest.mark.parametrize(
    ("text", "view", "reason"),
    [
        ("x <- x*r/2\ny <- y/2\nr = 1 in [0, 1]", Viewport("r", "y", *SQUARE, (9, 9)), "two different components"),
        ("x <- x/2\ny <- y/2", Viewport("x", "x", *SQUARE, (9, 9)), "two different components"),
    ],
)
def test_another_plane_has_none_for_a_reason(text: str, view: Viewport, reason: str) -> None:
    *_, last = frames(request(text, SolverMaps, view, root=RootFinding("picard")))
    assert reason in last.absent[SolverMaps]


def test_without_a_plane_there_is_nothing_to_do() -> None:
    probe = SolverMapsProbe()
    probe.begin(make_context(Request(request(CUBE, SolverMaps, SMALL).experiment, frozenset({SolverMaps}))))
    assert list(probe.slices()) == []


def test_starts_that_begin_anew_end_as_if_they_had_gone_on(monkeypatch: pytest.MonkeyPatch) -> None:
    staged = map_of(sharpest(root=replace(RACE, solver="anderson", rivals=())), "anderson")
    assert (staged.count > 16).sum() > 20
    monkeypatch.setattr(solver_map, "_STAGES", ())
    whole = map_of(sharpest(root=replace(RACE, solver="anderson", rivals=())), "anderson")
    assert np.array_equal(staged.end, whole.end)
    assert np.array_equal(staged.count, whole.count)


def test_who_races_is_no_part_of_the_question_and_where_one_looks_is() -> None:
    question = sharpest().question
    assert sharpest(root=replace(RACE, solver="broyden", rivals=("newton",))).question == question
    assert sharpest(root=replace(RACE, iterations=81)).question != question
    assert sharpest(view=replace(SMALL, x_range=(-1.0, 2.0))).question != question
