"""What solvers remember, as probes tell it: Anderson's weights and Broyden's distance to the Jacobian."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import numpy as np
import pytest
from root_problems import tutorial_weights

from core import presets
from core.experiment import Experiment, RootFinding
from core.frame import Frame
from core.readings import Iterations, SolverInside, SolversInside
from core.request import Request
from core.runner import frames


def solved(experiment: Experiment, focus: int = 0) -> Frame:
    wanted = frozenset({Iterations, SolversInside})
    frame = deque(frames(Request(experiment, wanted, focus=focus)), maxlen=1).pop()
    assert frame.error is None
    return frame


def tutorial(solver: str, *rivals: str) -> Experiment:
    experiment, _ = presets.load_preset("tutorial_stream_0")
    root = replace(experiment.root, solver=solver, rivals=rivals, tolerance=1e-10, options={"anderson": {"memory": 4}})
    return replace(experiment, root=root)


def inside(frame: Frame) -> tuple[SolverInside, ...]:
    return frame.get(SolversInside).runs


def test_weights_sum_to_one_and_make_the_next_point() -> None:
    frame = solved(tutorial("anderson"))
    (run,), (way,) = inside(frame), frame.get(Iterations).runs
    assert run.weights.shape == (len(way.iteration), 4)
    assert np.isnan(run.weights[0]).all()
    assert np.nansum(run.weights[1:], axis=1) == pytest.approx(np.ones(len(way.iteration) - 1))
    W, x = tutorial_weights(0)
    for record in (1, 2, 3, 7):
        weights = run.weights[record]
        there = np.flatnonzero(~np.isnan(weights))
        assert len(there) == min(record, 4)
        values = [np.tanh(W @ way.z[record - 1 - age, 0] + x) for age in there]
        assert weights[there] @ np.array(values) == pytest.approx(way.z[record, 0], abs=1e-12)


def test_the_matrix_of_a_linear_layer_is_learned() -> None:
    """n + 1 differences in general directions make Broyden's matrix the Jacobian: it is one for one unknown at once."""
    one = Experiment("z <- 0.3*z + 1\nstart (5)", root=RootFinding("broyden", criterion="absolute", tolerance=1e-12))
    (run,) = inside(solved(one))
    assert run.distance[0] == pytest.approx(0.3 / 0.7)  # B = -I at first, and J - I = -0.7
    assert run.distance[1] == pytest.approx(0.0, abs=1e-9)


def test_the_first_distance_is_that_of_minus_the_unit_matrix() -> None:
    (run,) = inside(solved(tutorial("broyden")))
    W, x = tutorial_weights(0)
    slope = (1.0 - np.tanh(x) ** 2)[:, None] * W  # at the start, 0
    assert run.distance[0] == pytest.approx(np.linalg.norm(slope) / np.linalg.norm(slope - np.eye(10)))
    assert run.distance[-1] < 0.7 * run.distance[0]


def test_only_those_who_remember_are_told_with_their_place_in_the_race() -> None:
    frame = solved(tutorial("picard", "broyden", "newton", "anderson_one"))
    assert [(run.solver, run.place) for run in inside(frame)] == [("broyden", 1), ("anderson_one", 3)]
    assert inside(solved(tutorial("picard", "newton"))) == ()


def test_it_is_the_sample_in_focus() -> None:
    text = "x <- tanh(y + 1)\ny <- x/2\nstart (0, 0), (3, -2)"
    experiment = Experiment(text, root=RootFinding("anderson"))
    first, second = (inside(solved(experiment, focus))[0] for focus in (0, 1))
    assert not np.array_equal(first.weights, second.weights, equal_nan=True)
    assert solved(experiment, 1).get(SolversInside).sample == 1
    alone = inside(solved(replace(experiment, starts=((3.0, -2.0),))))[0]
    assert np.array_equal(second.weights[: len(alone.weights)], alone.weights, equal_nan=True)


def test_a_layer_of_very_many_units_keeps_no_matrices() -> None:
    wide = Experiment("z <- 0.5*z + 1\nz in R^40", root=RootFinding("broyden"))
    assert inside(solved(wide)) == ()
