"""Pictures that become finer: what passes keep, how slices are cancelled, and what previews leave out."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from time import perf_counter

import numpy as np
import pytest
from plane_frames import CUBE, DUFFING, LOGISTIC, NEWTON, SQUARE, pictures, request

from core.budget import Budget
from core.kernels.compiler import is_available
from core.probe import Slice, SweepProbe
from core.probes import plane_map
from core.probes.orbit_diagram import OrbitDiagramProbe
from core.probes.plane_map import PlaneMapProbe
from core.readings import OrbitDiagram, PlaneMap
from core.request import Request, Viewport
from core.runner import frames, make_context

VIEW = Viewport("x", "y", *SQUARE, (150, 110))
CASES = [(CUBE, {"root": NEWTON}), (DUFFING, {})]


@pytest.mark.parametrize(("text", "options"), CASES)
def test_a_coarse_pass_is_a_subsample_of_the_sharp_one(text: str, options: dict) -> None:
    maps = pictures(request(text, PlaneMap, VIEW, **options))
    assert [shown.step for shown in maps] in ([8, 4, 2, 1], [4, 2, 1])
    sharp = maps[-1]
    assert (sharp.x.shape, sharp.y.shape, sharp.end.shape) == ((150,), (110,), (110, 150))
    for shown in maps:
        every = slice(None, None, shown.step)
        assert np.array_equal(shown.x, sharp.x[every])
        assert np.array_equal(shown.y, sharp.y[every])
        assert np.array_equal(shown.end, sharp.end[every, every])
        assert np.array_equal(shown.count, sharp.count[every, every])


def test_centres_fill_the_view_symmetrically() -> None:
    sharp = pictures(request(CUBE, PlaneMap, VIEW, root=NEWTON))[-1]
    assert np.allclose(sharp.x, -sharp.x[::-1], atol=1e-14)
    assert sharp.x[0] == pytest.approx(-2 + 2 / 150)
    assert np.allclose(np.diff(sharp.y), 4 / 110)


def test_passes_compute_every_pixel_once() -> None:
    probe = PlaneMapProbe()
    probe.begin(make_context(request(CUBE, PlaneMap, VIEW, root=NEWTON)))
    shares = [part.share for part in probe.slices()]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert probe._done == 150 * 110


def test_a_picture_is_never_larger_than_1024_pixels() -> None:
    view = Viewport("x", "y", (0.0, 1.0), (0.0, 1.0), (4000, 1))
    sharp = pictures(request("x <- x/2\ny <- y/2", PlaneMap, view))[-1]
    assert sharp.end.shape == (1, 1024)


def test_a_preview_ends_with_a_coarse_pass() -> None:
    view = Viewport("x", "y", *SQUARE, (900, 700))
    (shown, *more) = pictures(request(DUFFING, PlaneMap, view, "preview", path="python"))
    assert shown.step == 16
    assert more == []


@pytest.mark.parametrize(("seconds", "step", "short"), [(3.0, 8, True), (1e5, 1, False)])
def test_a_map_becomes_sharp_unless_the_run_may_not_take_so_long(
    monkeypatch: pytest.MonkeyPatch, seconds: float, step: int, short: bool
) -> None:
    clock = itertools.count()
    monkeypatch.setattr(plane_map, "perf_counter", lambda: float(next(clock)))  # every look takes a second
    asked = request(CUBE, PlaneMap, VIEW, root=NEWTON, budget=Budget(seconds=seconds))
    shown = pictures(asked)
    assert (shown[-1].step, shown[-1].short_of_time) == (step, short)
    assert not any(earlier.short_of_time for earlier in shown[:-1])
    assert not pictures(request(CUBE, PlaneMap, VIEW, "preview", root=NEWTON))[-1].short_of_time


@pytest.mark.parametrize("slow", [PlaneMap, OrbitDiagram])
def test_a_run_is_left_between_two_slices(slow: type) -> None:
    view = Viewport("x", "y", *SQUARE, (900, 700))
    asked = request(CUBE, PlaneMap, view, root=NEWTON)
    if slow is OrbitDiagram:
        asked = request(LOGISTIC, OrbitDiagram, Viewport("r", "x", (2.5, 4.0), (0.0, 1.0), (900, 700)))
    stopped: list[float] = []
    last = None
    for frame in frames(asked, lambda: bool(stopped)):
        if not stopped and frame.get(slow) is not None:
            stopped.append(perf_counter())
        last = frame
    assert last is not None
    assert last.final
    assert last.get(slow).step > 1
    assert perf_counter() - stopped[0] < 0.3


def test_progress_is_told_and_the_path() -> None:
    seen = list(frames(request(CUBE, PlaneMap, VIEW, root=NEWTON)))
    told = [frame.progress.share for frame in seen if frame.progress is not None]
    assert told == sorted(told)
    assert told
    assert seen[-1].path == ("kernel" if is_available() else "python")
    assert list(frames(request(CUBE, PlaneMap, VIEW, root=NEWTON, path="python")))[-1].path == "python"
    assert seen[-1].progress is None


@pytest.mark.parametrize("probe", [PlaneMapProbe, OrbitDiagramProbe])
def test_nothing_is_computed_when_it_begins(probe: type[SweepProbe]) -> None:
    one = probe()
    context = make_context(request(LOGISTIC, PlaneMap, Viewport("r", "x", (2.5, 4.0), (0.0, 1.0), (900, 700))))
    begun = perf_counter()
    one.begin(context)
    assert perf_counter() - begun < 0.05
    assert one.read() is None


def test_both_pictures_of_one_request_are_shown() -> None:
    view = Viewport("r", "x", (2.5, 4.0), (0.0, 1.0), (90, 70))
    both = Request(request(LOGISTIC, PlaneMap, view).experiment, frozenset({PlaneMap, OrbitDiagram}), view)
    *_, last = frames(both)
    assert last.get(PlaneMap).step == last.get(OrbitDiagram).step == 1


def test_slices_of_a_probe_that_has_nothing_are_none() -> None:
    probe = PlaneMapProbe()
    probe.begin(make_context(Request(request(CUBE, PlaneMap, VIEW).experiment, frozenset({PlaneMap}))))
    parts: Iterator[Slice] = probe.slices()
    assert list(parts) == []
