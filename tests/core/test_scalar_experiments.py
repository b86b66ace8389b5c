"""Guided experiments with one unknown show their numbers: one neuron, orders of convergence, Newton's fractal.

References: closed forms, or computed in 25 digits elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from experiment_runs import SOLVED, changed, counted, frame_of, preset, runs, shown, word

from core import presets
from core.language import parse
from core.observed_cycle import observed_cycle
from core.readings import Branches, FixedPoints, LayerGradients, PlaneMap, SolverRun, Spectrum
from core.request import Viewport

COS = 0.7390851332151606416553121


def errors(run: SolverRun, root: float) -> np.ndarray:
    return np.asarray(np.abs(run.z[:, 0, 0] - root))


FOLD = 0.532839975353552


def test_neuron() -> None:
    frame = shown("neuron")
    assert runs(frame)["picard"].solution[0, 0] == pytest.approx(-0.907996987222667, abs=1e-12)
    roots = [(-0.907996987222667, 0.3511), (-0.310610452329499, 1.8070), (0.978312184853417, 0.0858)]
    found = sorted((float(point.point[0]), point.radius) for point in frame.readings[FixedPoints].points)
    assert np.array(found) == pytest.approx(np.array(roots), abs=5e-5)
    assert [z for z, _ in found] == pytest.approx([z for z, _ in roots], abs=1e-11)
    halved = frame_of(replace(preset("neuron"), values={"w": 0.5}))
    assert runs(halved)["picard"].solution[0, 0] == pytest.approx(0.500831887669865027, abs=1e-12)
    assert halved.readings[Spectrum].radius[0] == pytest.approx(0.374583710146520, abs=1e-11)
    assert halved.readings[LayerGradients].methods[0].gradient == pytest.approx([1.19787001465624], abs=1e-11)


def diagram(parameter: str, values: Mapping[str, float]) -> Branches:
    """As the window has it, which opens with x across."""
    system = parse(preset("neuron").text)
    (declared,) = (one for one in system.parameters if one.name == parameter)
    viewport = Viewport(parameter, "z", (declared.lo, declared.hi), system.view["z"])
    return frame_of(replace(preset("neuron"), values=values), frozenset({Branches}), viewport).readings[Branches]


def test_the_neurons_diagram_opens_with_its_folds_and_its_hysteresis() -> None:
    notes = presets.load_preset("neuron")[1]
    assert (notes.main, notes.axes) == ("bifurcation", ("x", "z"))
    found = diagram("x", {})
    folds = sorted((mark.p, float(mark.z[0])) for mark in found.marks)
    assert [mark.kind for mark in found.marks] == ["fold", "fold"]
    assert np.array(folds) == pytest.approx(np.array([(-FOLD, 0.5**0.5), (FOLD, -(0.5**0.5))]), abs=1e-12)
    loop = found.loop
    assert loop is not None
    spacing = loop.values[1] - loop.values[0]
    assert 0.0 < loop.values[np.argmax(loop.up[:, 0] > 0.0)] - FOLD < spacing
    assert loop.solver == "Picard"
    down = loop.values[loop.down[:, 0] < 0.0].max()
    assert -spacing < down + FOLD < 0.0
    (pitchfork,) = diagram("w", {"x": 0.0}).marks
    assert (pitchfork.kind, pitchfork.p, float(pitchfork.z[0])) == ("branch", pytest.approx(1.0), pytest.approx(0.0))


@pytest.mark.parametrize(("distance", "slope"), [(1e-2, 2.5711), (1e-4, 29.315), (1e-6, 296.885)])
def test_the_gradient_grows_towards_the_fold(distance: float, slope: float) -> None:
    frame = frame_of(replace(preset("neuron"), values={"x": FOLD - distance}))
    assert counted(frame)["picard"] > 100
    gradients = frame.readings[LayerGradients]
    assert gradients.names == ("x",)
    digits = {2.5711: 4, 29.315: 3, 296.885: 3}[slope]
    assert round(float(gradients.methods[0].gradient[0]), digits) == slope


def test_square_root() -> None:
    found = runs(shown("square_root"))
    assert counted(shown("square_root"))["bisection"] == 51
    assert {solver: word(found[solver]) for solver in ("newton", "secant", "halley")} == {
        "newton": "order 2", "secant": "order 1.62", "halley": "order 3"
    }  # fmt: skip
    table = {
        "newton": [8.58e-2, 2.4531043e-3, 2.1239014e-6, 1.5948618e-12],
        "halley": [1.42e-2, 3.6440e-7],
        "secant": [0.58578644, 8.09e-2, 1.42e-2, 4.2058e-4, 2.1239e-6, 3.1577e-10],
    }
    for solver, expected in table.items():
        off = errors(found[solver], 2.0**0.5)
        assert off[1 : len(expected) + 1] == pytest.approx(expected, rel=2e-3)
        assert off[len(expected) + 1] < 5e-16


def test_cosine() -> None:
    found = runs(shown("cosine"))
    assert counted(shown("cosine"))["picard"] == 58
    assert found["picard"].solution[0, 0] == pytest.approx(COS, abs=1e-10)
    assert shown("cosine").readings[Spectrum].radius[0] == pytest.approx(0.6736120291832148, abs=1e-10)
    for tolerance, count in ((1e-4, 23), (1e-6, 34)):
        assert counted(frame_of(changed("cosine", rivals=(), tolerance=tolerance), SOLVED)) == {"picard": count}
    assert {solver: word(run) for solver, run in found.items()} == {
        "picard": "order 1, rate 0.674", "anderson": "order 1.63", "steffensen": "order 2", "newton": "order 2",
        "halley": "order 3",
    }  # fmt: skip
    steffensen, anderson = (errors(found[solver], COS)[1:] for solver in ("steffensen", "anderson"))
    assert steffensen[:3] == pytest.approx([1.10748e-2, 1.81663e-5, 4.9085e-11], rel=1e-4)
    assert anderson[:5] == pytest.approx([0.198783, 1.10748e-2, 5.41879e-4, 1.33243e-6, 1.5938e-10], rel=1e-5)
    assert anderson[5] < 2e-16
    radii = [
        float(frame_of(replace(preset("cosine"), values={"k": k})).readings[Spectrum].radius[0]) for k in (1.31, 1.32)
    ]
    assert radii[0] < 1.0 < radii[1]
    turning = observed_cycle(runs(frame_of(replace(preset("cosine"), values={"k": 1.4}), SOLVED))["picard"], 0)
    assert turning is not None
    assert turning.period == 2


def plane_map(name: str, re: tuple[float, float], im: tuple[float, float], pixels: int, c: float = 2.0) -> PlaneMap:
    values = {"c": c} if name == "newton_cycle" else {}
    viewport = Viewport("re z", "im z", re, im, (pixels, pixels))
    return frame_of(changed(name, values=values), frozenset({PlaneMap}), viewport).readings[PlaneMap]


def test_newton_cubic() -> None:
    """The shares on a grid of 2000 x 2000, which is looked at in quarters: a map has 1024 pixels across at most."""
    sizes: dict[str, int] = {}
    halves = ((-2.0, 0.0), (0.0, 2.0))
    for re, im in ((re, im) for re in halves for im in halves):
        quarter = plane_map("newton_cubic", re, im, 1000)
        assert (quarter.end.shape, quarter.step) == ((1000, 1000), 1)
        for end, name in enumerate(quarter.names):
            sizes[name] = sizes.get(name, 0) + int((quarter.end == end).sum())
    assert sum(sizes.values()) == 2000**2
    shares = sorted(round(size / 2000**2, 5) for size in sizes.values())
    assert shares == [0.32358, 0.32358, 0.35283]
    assert preset("newton_cubic").text.count("35.28 %") == 1


def test_newtons_steps_in_the_fractal() -> None:
    roots = np.exp(2j * np.pi * np.arange(3) / 3)
    frame = shown("newton_cubic")
    run = runs(frame)["picard"]
    assert run.solution.copy().view(complex)[:, 0] == pytest.approx(roots[[1, 0, 2, 1]], abs=1e-15)
    points = {complex(*np.round(each.point, 12)) for each in frame.readings[FixedPoints].points}
    assert points == set(np.round(roots, 12))
    away = np.abs(run.z[:, 0].copy().view(complex)[:, 0] - roots[1])
    assert away[5] == pytest.approx(away[4] ** 2, rel=0.01)  # |f''/2f'| = 1 at every root
    assert max(frame.readings[Spectrum].radius) < 1e-14
    assert word(run) == "order 2"


def test_the_shares_of_the_fractals_basins_in_the_square_that_is_shown() -> None:
    system = parse(preset("newton_cubic").text)
    shown_map = plane_map("newton_cubic", system.view["re z"], system.view["im z"], 500)
    shares = sorted(float((shown_map.end == end).mean()) for end in range(3))
    assert shares == pytest.approx([0.32358, 0.32358, 0.35283], abs=1e-4)


def test_newton_cycle() -> None:
    frame = shown("newton_cycle")
    newton = runs(frame)["newton"]
    cycle = observed_cycle(newton, 0)
    assert cycle is not None
    assert (cycle.period, cycle.step) == (2, 1.0)
    assert newton.z[:5, 0].tolist() == [[0.0, 0.0], [1.0, 0.0], [0.0, 0.0], [1.0, 0.0], [0.0, 0.0]]
    assert all(outcome.success for outcome in newton.outcomes[1:])
    stuck = runs(frame)["line_search"]
    assert stuck.outcomes[0].name == "local_minimum"
    assert stuck.solution[0] == pytest.approx([(2.0 / 3.0) ** 0.5, 0.0], abs=1e-3)
    found = plane_map("newton_cycle", (-2.0, 2.0), (-2.0, 2.0), 300)
    assert sum("cycle of period 2" in name for name in found.names) == 1
    assert len(found.names) == 4
    place = next(place for place, name in enumerate(found.names) if "cycle" in name)
    assert 0.009 < float((found.end == place).mean()) < 0.012
    centre = found.end[:, int(np.argmin(np.abs(found.x)))][int(np.argmin(np.abs(found.y)))]
    assert centre == place


@pytest.mark.parametrize("c", [1.0, 3.0])
def test_newtons_cycle_is_gone_at_the_ends_of_the_slider(c: float) -> None:
    assert not any("cycle" in name for name in plane_map("newton_cycle", (-2.0, 2.0), (-2.0, 2.0), 300, c).names)
