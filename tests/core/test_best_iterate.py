"""The best point of a way that found no root."""

from __future__ import annotations

from collections import deque

import numpy as np
import pytest
import torch

import core
from core.experiment import Experiment, RootFinding
from core.readings import Iterations
from core.request import Request
from core.runner import frames

WALK = "0 = x^2 + 0.01\nsolve x = 1"
"""Newton's method goes to and fro about 0, where |g| is least, 0.01."""


def test_the_best_point_is_that_of_the_smallest_residual() -> None:
    starts = np.array([[1.0], [0.7], [2.0]])
    last, best = (core.solve(core.parse(WALK), starts, "newton", best=best, iterations=60) for best in (False, True))
    assert not any(outcome.success for outcome in best.outcome)
    assert best.outcome == last.outcome
    assert np.array_equal(best.iterations, last.iterations)
    history = best.history
    assert np.array_equal(best.residual, np.nanmin(history.residual, axis=0))
    assert best.residual == pytest.approx(best.z[:, 0] ** 2 + 0.01)
    assert (best.residual <= last.residual).all()
    assert (best.residual < last.residual).any()


def test_a_root_is_left_as_it_is_and_a_start_without_numbers_too() -> None:
    found = core.solve(core.parse("z <- cos(z)"), [[1.0], [np.nan]], best=True)
    plain = core.solve(core.parse("z <- cos(z)"), [[1.0], [np.nan]])
    assert np.array_equal(found.z, plain.z, equal_nan=True)
    assert np.array_equal(found.residual, plain.residual, equal_nan=True)


def test_one_start_and_a_tensor_keep_their_kinds() -> None:
    one = core.solve(core.parse(WALK), [1.0], "newton", best=True, iterations=30)
    assert one.z.shape == (1,)
    assert isinstance(one.residual, float)
    assert one.residual == one.history.residual.min()
    tensor = core.solve(core.parse(WALK), torch.ones(1, 1, dtype=torch.float64), "newton", best=True, iterations=30)
    assert isinstance(tensor, core.Root)
    assert isinstance(tensor.z, torch.Tensor)
    assert tensor.z[0, 0].item() == one.z[0]


def test_the_windows_run_keeps_it_too() -> None:
    ends = {}
    for best in (False, True):
        root = RootFinding("newton", iterations=40, best=best)
        frame = deque(frames(Request(Experiment(WALK, root=root), frozenset({Iterations}))), maxlen=1).pop()
        (run,) = frame.get(Iterations).runs
        ends[best] = run.solution[0, 0]
    assert ends[True] ** 2 + 0.01 == pytest.approx(np.nanmin(run.residual))
    assert abs(ends[True]) < abs(ends[False])
