"""States to go back to: how many, which, and what is known at each."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from training_states import curves_until, state_at

from core.stored_tensor import StoredTensor
from core.training_state import LearningCurves
from explorer.training_log import MOST_STATES, TrainingLog


def logged(iterations) -> TrainingLog:
    log = TrainingLog()
    for iteration in iterations:
        log = log.grown(state_at(iteration))
    return log


@pytest.fixture(scope="module")
def light():
    """A state of no weight to speak of."""
    return replace(state_at(0), curves=curves_until(0))


@pytest.mark.parametrize("pace", [1, 7, 350])
def test_states_stay_few_and_even(light, pace):
    log = TrainingLog()
    for iteration in range(0, 3000 * pace, pace):
        log = log.grown(replace(light, iteration=iteration))
        assert len(log.states) <= MOST_STATES
        assert log.iterations[0] == 0
        assert log.newest.iteration == iteration
    assert len(log.states) > MOST_STATES // 2 - 2
    gaps = np.diff(log.iterations[:-1])
    assert gaps.max() <= 2 * gaps.min()


def test_the_same_states_leave_the_same_log(light):
    iterations = np.cumsum(np.random.default_rng(3).integers(1, 9, 1500)).tolist()
    one, other = TrainingLog(), TrainingLog()
    for iteration in iterations:
        one, other = (log.grown(replace(light, iteration=iteration)) for log in (one, other))
    assert one.iterations == other.iterations


def test_large_states_are_fewer(light):
    log = TrainingLog()
    for iteration in range(100):
        log = log.grown(replace(light, iteration=iteration, optimiser=bytes(8_000_000)))
    assert len(log.states) <= 32
    assert log.iterations[0] == 0
    assert log.newest.iteration == 99


def test_fixed_points_weigh_too(light):
    solved, log = StoredTensor.of(np.zeros((1000, 1000))), TrainingLog()
    for iteration in range(100):
        log = log.grown(replace(light, iteration=iteration, solved=solved))
    assert len(log.states) <= 32


def test_the_nearest_and_the_one_before():
    log = logged([0, 10, 20, 45])
    found = [log.nearest(at).iteration for at in (-1, 4, 6, 15, 33, 1000)]
    assert found == [0, 0, 10, 10, 45, 45]
    assert log.before(20).iteration == 10
    assert log.before(21).iteration == 20
    assert log.before(0) is None
    assert TrainingLog().nearest(3) is None
    assert TrainingLog().newest is None


def test_a_kept_state_knows_what_was_known_then():
    log = logged([0, 10, 25, 40])
    kept = log.nearest(25)
    assert len(kept.curves.loss) == 0  # all are the beginning of the newest one's
    whole, truth = log.whole(kept), curves_until(25)
    for field in fields(LearningCurves):
        assert np.array_equal(getattr(whole.curves, field.name), getattr(truth, field.name), equal_nan=True)
    assert log.whole(log.newest) is log.newest


def test_a_branch_leaves_what_came_later():
    log = logged([0, 10, 20, 30])
    branch = log.branch(log.nearest(10))
    assert branch.iterations == (0, 10)
    assert branch.branched == 10
    assert len(branch.newest.curves.loss) == 10
    assert branch.grown(state_at(13)).iterations == (0, 10, 13)
    assert log.branch(log.newest) is log


def test_the_newest_state_may_come_twice():
    log = logged([0, 10])
    again = state_at(10)
    assert log.grown(again).iterations == (0, 10)
    assert log.grown(again).newest is again
