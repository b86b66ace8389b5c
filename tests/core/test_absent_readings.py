"""A plane over parameters: what can be drawn in it comes, and what cannot says why, beside it."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from core import catalogue
from core.experiment import Ensemble, Experiment, RootFinding
from core.frame import Frame
from core.readings import (
    EnsembleRun,
    FixedPoints,
    Iterations,
    LossContours,
    Nullclines,
    OrbitDiagram,
    PlaneMap,
    Trajectories,
    VelocityGrid,
)
from core.request import Request, Viewport
from core.run_summary import run_summary
from core.runner import frames, make_context

PARAMETERS = "a = 0 in [-2, 1]\nb = 0 in [-1.5, 1.5]\n"
MANDELBROT = f"x <- x^2 - y^2 + a\ny <- 2*x*y + b\n{PARAMETERS}start (0, 0)"
FLOW = f"x' = y + a\ny' = -x + b\n{PARAMETERS}start (1, 0)\nt in [0, 5]"
VALLEY = f"minimise x^2 + a*y^2 + b\nover x = 1, y = 1\n{PARAMETERS}"
FIELDS = (VelocityGrid, Nullclines)


def last(text: str, axes: tuple[str, str], *wanted: type, **settings: object) -> Frame:
    view = Viewport(*axes, (-2.0, 1.0), (-1.5, 1.5), (60, 60))
    *_, frame = frames(Request(Experiment(text, **settings), frozenset(wanted), view))  # type: ignore[arg-type]
    return frame


def test_escape_times_over_two_parameters_come_beside_what_cannot() -> None:
    frame = last(MANDELBROT, ("a", "b"), PlaneMap, Iterations, FixedPoints, OrbitDiagram, *FIELDS)
    assert frame.error is None
    assert frame.readings.keys() == {PlaneMap, Iterations, FixedPoints}
    shown = frame.readings[PlaneMap]
    middle = shown.end[np.abs(shown.y) < 0.1][:, np.abs(shown.x) < 0.1]
    assert (shown.x_name, shown.y_name, (middle >= 0).all(), shown.end[0, 0]) == ("a", "b", True, -1)
    for reading, title in zip(FIELDS, ("vector field", "nullclines"), strict=True):
        why = f"no {title} in this plane: a is a parameter, and only maps and orbit diagrams run over parameters"
        assert frame.absent[reading] == why
    assert "a parameter across and a component up" in frame.absent[OrbitDiagram]
    assert pickle.loads(pickle.dumps(frame)).absent == frame.absent


def test_a_flow_and_a_minimisation_over_parameters() -> None:
    frame = last(FLOW, ("a", "x"), Trajectories, PlaneMap, EnsembleRun, *FIELDS, ensemble=Ensemble(on=True, count=5))
    assert (frame.error, frame.readings.keys()) == (None, {Trajectories})
    assert frame.absent[PlaneMap].startswith("no basins in this plane")
    assert frame.absent[EnsembleRun].startswith("no ensemble in this plane: a is a parameter")
    frame = last(VALLEY, ("a", "b"), Trajectories, LossContours, *FIELDS)
    assert (frame.error, frame.readings.keys()) == (None, {Trajectories})
    assert frame.absent[LossContours].startswith("no contours of the loss in this plane")


def test_a_solver_with_a_memory_has_no_map_over_parameters() -> None:
    frame = last(MANDELBROT, ("a", "b"), PlaneMap, root=RootFinding("anderson"))
    assert (frame.error, dict(frame.readings)) == (None, {})
    assert "by Anderson" in frame.absent[PlaneMap]


@pytest.mark.parametrize("text", [MANDELBROT, FLOW, VALLEY])
@pytest.mark.parametrize("axes", [("a", "b"), ("a", "x"), ("x", "b"), ("x", "y")])
def test_every_reading_of_the_catalogue_can_be_asked_for_in_any_plane(text: str, axes: tuple[str, str]) -> None:
    frame = last(text, axes, *catalogue.probes())
    assert frame.error is None, frame.traceback
    assert not frame.readings.keys() & frame.absent.keys()


def test_a_name_that_is_nothing_of_the_system_is_still_an_error() -> None:
    assert "no component is called 'w'" in str(last(MANDELBROT, ("w", "x"), VelocityGrid).error)


def test_what_is_absent_is_in_the_summary() -> None:
    experiment = Experiment(FLOW)
    system = make_context(Request(experiment, frozenset())).field.system
    assert system is not None
    frame = last(FLOW, ("a", "b"), Trajectories, VelocityGrid)
    assert run_summary(experiment, system, frame)["absent"] == [f"vector field: {why}" for why in frame.absent.values()]
    assert "absent" not in run_summary(experiment, system, last(FLOW, ("x", "y"), Trajectories, VelocityGrid))
