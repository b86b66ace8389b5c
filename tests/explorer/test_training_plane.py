"""The plane that the engine is asked to look at: laid through the states that are kept, and anew while it learns."""

from __future__ import annotations

import time

import numpy as np
import pytest
from learning_bench import NAMES, learner
from training_states import state_at

from core.frame import Frame
from core.readings import LossSlice, TrainingProgress
from core.weight_plane import flat
from explorer import training_plane
from explorer.views.training_path import TrainingPath


@pytest.fixture
def bench(qtbot, tmp_path, monkeypatch):  # noqa: ARG001 - Qt's messages are watched
    with learner(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def looking(qtbot, tmp_path, monkeypatch):  # noqa: ARG001 - Qt's messages are watched
    """With the view in the middle."""
    with learner(tmp_path, monkeypatch, views=(TrainingPath,)) as made:
        yield made


def test_only_who_sees_it_asks_for_a_plane(bench):
    bench.do("train")
    bench.train_to(5, 11, 16)
    bench.do("train")
    assert LossSlice not in bench.engine.asked.wanted
    assert bench.engine.asked.plane is None


def test_the_plane_goes_through_the_states_of_the_line(looking):
    assert LossSlice in looking.engine.asked.wanted
    assert looking.engine.asked.plane is None  # of one state
    looking.do("train")
    looking.train_to(5, 11, 16)
    looking.do("train")
    plane = looking.engine.asked.plane
    assert plane.iterations.tolist() == [0, 5, 11, 16]
    assert np.allclose(plane.place(state_at(16, NAMES).weights), 0.0)
    length = np.linalg.norm(flat(state_at(11, NAMES).weights) - flat(state_at(16, NAMES).weights))
    assert abs(plane.path[2, 0]) == pytest.approx(length)  # all numbers are that of the iteration: a straight line
    assert plane.shares.tolist() == pytest.approx([1.0, 0.0])
    assert looking.window.learning.plane.lay() is plane  # computed once for a log


def answer_with_slice(bench, iteration, seconds):
    """As the engine does at the begin of a request, so many seconds after that."""
    asked = bench.engine.asked
    progress = TrainingProgress(asked.training.serial, state_at(iteration, NAMES))
    readings = {TrainingProgress: progress, LossSlice: object.__new__(LossSlice)}
    bench.engine._send(Frame(asked.generation, readings, seconds=seconds))
    bench.look()


def test_while_it_learns_the_engine_is_asked_anew_now_and_then(looking, monkeypatch):
    monkeypatch.setattr(TrainingPath, "draw", lambda *_: None)
    now = [time.monotonic()]
    monkeypatch.setattr(training_plane, "monotonic", lambda: now[0])
    looking.do("train")
    asked = len(looking.engine.requests)
    answer_with_slice(looking, 7, 0.5)
    now[0] += 3.9
    looking.train_to(9)
    assert len(looking.engine.requests) == asked
    now[0] += 0.2
    looking.train_to(12)
    assert len(looking.engine.requests) == asked + 1
    assert looking.trainer.running
    task = looking.engine.asked.training
    assert (task.state.iteration, task.iterations) == (12, None)
    assert looking.engine.asked.plane.iterations[-1] == 12
    # what takes long comes less often
    answer_with_slice(looking, 13, 3.0)
    now[0] += 14.9
    looking.train_to(20)
    assert len(looking.engine.requests) == asked + 1
    now[0] += 0.2
    looking.train_to(21)
    assert len(looking.engine.requests) == asked + 2


def test_at_rest_nothing_is_asked_anew(looking, monkeypatch):
    now = [time.monotonic()]
    monkeypatch.setattr(training_plane, "monotonic", lambda: now[0])
    asked = len(looking.engine.requests)
    now[0] += 100.0
    looking.engine.answer(0, final=True)
    looking.look()
    assert len(looking.engine.requests) == asked


def test_an_earlier_moment_keeps_the_plane_and_moves_the_weights(looking):
    looking.do("train")
    looking.train_to(5, 11, 16)
    looking.do("train")
    before = looking.engine.asked.plane
    looking.playback.seek(5.0)
    looking.look()
    asked = looking.engine.asked
    assert asked.plane is before
    assert np.allclose(asked.plane.place(dict(asked.experiment.tensors)), before.path[1])
