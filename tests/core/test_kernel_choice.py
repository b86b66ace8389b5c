"""The compiled loop asked for by an experiment: it runs and says so, or a sentence says why it cannot."""

from __future__ import annotations

import pytest

import core
from core import sweep_path
from core.experiment import Experiment
from core.frame import Frame
from core.readings import Iterations, PlaneMap, Trajectories
from core.request import Request, Viewport
from core.root_path import choose_root_path
from core.runner import frames

OSCILLATOR = "x' = y\ny' = -x\nstart (1, 0)\nt in [0, 5]"
CUBE = "z <- z - (z^3 - 1)/(3 z^2)\nz in C"
LONG = "x' = " + " + ".join(f"sin({number}*x)*cos(x + {number})" for number in range(1, 200))
VIEW = Viewport("re z", "im z", (-2.0, 2.0), (-2.0, 2.0), (64, 48))


def last(experiment: Experiment, *wanted: type, viewport: Viewport | None = None) -> Frame:
    *_, frame = frames(Request(experiment, frozenset(wanted), viewport))
    return frame


@pytest.mark.parametrize("path", ["kernel", "python", "torch"])
def test_the_back_end_asked_for_is_the_one_that_ran(path: str) -> None:
    frame = last(Experiment(OSCILLATOR, path=path), Trajectories)
    assert (frame.error, frame.path) == (None, path)
    assert core.integrate(core.parse(OSCILLATOR), (1.0, 0.0), (0.0, 1.0), path=path).path == path
    assert core.integrate(core.parse(OSCILLATOR), (1.0, 0.0), (0.0, 1.0), at=[0.5], path=path).path == path


@pytest.mark.parametrize(
    ("experiment", "sentence"),
    [
        (Experiment("z' = -z\nz in R^20"), "follows up to 12 components, and this system has 20"),
        (Experiment(OSCILLATOR, device="cuda"), "runs on the processor, not on cuda"),
        (Experiment(LONG), "compiles up to 600 operations, and this system has"),
    ],
)
def test_what_a_kernel_cannot_follow_is_told(experiment: Experiment, sentence: str) -> None:
    frame = last(Experiment(experiment.text, device=experiment.device, path="kernel"), Trajectories)
    assert sentence in str(frame.error)
    assert 'use path="torch"' in str(frame.error)


@pytest.mark.kernel
def test_root_solvers_have_no_kernel_and_maps_have(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = Experiment(CUBE, path="kernel")
    assert "roots are found in numpy or torch" in str(last(experiment, Iterations).error)
    frame = last(experiment, PlaneMap, viewport=VIEW)
    assert (frame.error, frame.path, frame.readings[PlaneMap].path) == (None, "kernel", "kernel")
    assert last(Experiment(CUBE, path="python"), PlaneMap, viewport=VIEW).readings[PlaneMap].path == "python"
    monkeypatch.setattr(sweep_path, "is_available", lambda: False)
    assert "needs the package llvmlite" in str(last(experiment, PlaneMap, viewport=VIEW).error)
    assert last(Experiment(CUBE), PlaneMap, viewport=VIEW).readings[PlaneMap].path == "python"


def test_without_llvmlite_a_kernel_is_refused_with_a_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep_path, "is_available", lambda: False)
    frame = last(Experiment(OSCILLATOR, path="kernel"), Trajectories)
    assert frame.error == 'path="kernel" needs the package llvmlite, which is not installed here: use path="torch"'
    assert last(Experiment(OSCILLATOR), Trajectories).path == "python"


def test_a_root_says_which_arrays_it_was_found_with() -> None:
    layer = core.parse("z <- cos(z)")
    assert [core.solve(layer, [1.0], path=path).path for path in ("auto", "torch")] == ["numpy", "torch"]
    with pytest.raises(ValueError, match='use path="auto"'):
        choose_root_path(core.layer(lambda z: z, 1), "kernel")
