"""A request that trains: its frames hold the state and what else is wanted of the weights at hand."""

from dataclasses import replace

import learning_networks as networks
import numpy as np
import pytest

from core import training_run
from core.readings import DecisionMap, FeaturePaths, ModelDensity, TrainingProgress, Trajectories
from core.request import Request
from core.runner import frames
from core.training.session import TrainingSession
from core.training_state import TrainingTask

WANTED = frozenset({TrainingProgress, DecisionMap, FeaturePaths, Trajectories})


def asked(experiment, task, wanted=WANTED, should_stop=lambda: False):
    """All frames of a request."""
    return list(frames(Request(experiment, wanted, training=task), should_stop))


def test_it_goes_to_the_end_and_says_so():
    experiment = networks.classifier(iterations=6)
    found = asked(experiment, TrainingTask(serial=3))
    last = found[-1].get(TrainingProgress)
    assert [frame.final for frame in found] == [False] * (len(found) - 1) + [True]
    assert (last.serial, last.state.iteration, last.end) == (3, 6, "the 6 iterations are done")
    assert found[-1].error is None
    session = TrainingSession(experiment)
    for _ in range(6):
        session.advance()
    assert last.state.weights == session.state().weights


def test_the_readings_are_those_of_the_weights_at_hand():
    experiment = networks.classifier(iterations=5)
    last = asked(experiment, TrainingTask())[-1]
    state = last.get(TrainingProgress).state
    later = replace(experiment, tensors=dict(state.weights))
    alone = list(frames(Request(later, WANTED)))[-1]
    assert np.array_equal(last.get(DecisionMap).answers, alone.get(DecisionMap).answers)
    assert np.array_equal(last.get(FeaturePaths).states, alone.get(FeaturePaths).states)
    before = list(frames(Request(experiment, WANTED)))[-1]
    assert not np.array_equal(before.get(DecisionMap).answers, alone.get(DecisionMap).answers)


def test_so_many_iterations_and_no_more():
    experiment = networks.classifier(iterations=50)
    first = asked(experiment, TrainingTask(iterations=1))[-1].get(TrainingProgress)
    assert (first.state.iteration, first.end) == (1, "")
    more = asked(experiment, TrainingTask(state=first.state, iterations=2))[-1].get(TrainingProgress)
    assert (more.state.iteration, len(more.state.curves.loss)) == (3, 3)
    none = asked(experiment, TrainingTask(state=more.state, iterations=0))[-1].get(TrainingProgress)
    assert none.state.weights == more.state.weights


def test_it_tells_the_test_loss_where_it_ends_if_asked():
    experiment = networks.classifier(iterations=1000)  # the test points are looked at every tenth time
    plain, looked = (
        asked(experiment, TrainingTask(iterations=13, look=look))[-1].get(TrainingProgress).state
        for look in (False, True)
    )
    assert (plain.curves.tested[-1], looked.curves.tested[-1]) == (10, 13)
    session = TrainingSession(experiment, plain)
    session.look(due=True)
    assert looked.curves.test_loss[-1] == session.state().curves.test_loss[-1]


def test_states_between_two_pictures_are_told(monkeypatch):
    monkeypatch.setattr(training_run, "_LEAST", 0.0)
    monkeypatch.setattr(training_run, "_FIRST", 0.5)
    experiment = networks.classifier(iterations=40)
    found = asked(experiment, TrainingTask())[-1].get(TrainingProgress)
    numbers = [state.iteration for state in found.passed]
    assert 2 < len(numbers) <= 9
    assert numbers == sorted(set(numbers))
    again = TrainingSession(experiment)
    for state in found.passed:
        while again.iteration < state.iteration:
            again.advance()
        assert again.state().weights == state.weights
    rest = TrainingSession(experiment, found.passed[0])
    while not rest.over:
        rest.advance()
    assert rest.state().weights == found.state.weights


def test_it_stops_when_it_is_told_to_and_keeps_what_it_has():
    experiment = networks.classifier(iterations=100_000)
    looks = iter(range(10_000))
    found = asked(experiment, TrainingTask(), should_stop=lambda: next(looks) > 40)
    assert found[-1].final
    state = found[-1].get(TrainingProgress).state
    assert 0 < state.iteration < 1000
    whole = TrainingSession(experiment)
    for _ in range(state.iteration):
        whole.advance()
    assert whole.state().weights == state.weights


def test_a_change_on_the_way_goes_on_from_the_state():
    state = asked(networks.classifier(iterations=5), TrainingTask())[-1].get(TrainingProgress).state
    faster = networks.classifier(iterations=8, rate=0.05)
    curves = asked(faster, TrainingTask(state=state))[-1].get(TrainingProgress).state.curves
    assert list(curves.rate) == [0.01] * 5 + [0.05] * 3


def test_a_step_into_nothing_is_the_end_with_a_sentence():
    wild = networks.classifier(rate=10.0, optimiser="sgd", loss="squares", iterations=30)
    last = asked(wild, TrainingTask())[-1]
    progress = last.get(TrainingProgress)
    assert last.error is None
    assert "lower the learning rate" in progress.end
    assert all(np.isfinite(weight.array()).all() for weight in progress.state.weights.values())


@pytest.mark.parametrize(
    ("change", "words"),
    [({"data": ""}, "nothing is learnt"), ({"loss": "likelihood"}, "the loss likelihood needs a line flow normal(n)")],
)
def test_what_cannot_be_learnt_is_told(change, words):
    last = asked(networks.classifier(**change), TrainingTask())[-1]
    assert last.final
    assert words in last.error


def test_a_density_has_its_mass_and_comes_back():
    experiment = networks.flow(iterations=4, test_points=200)
    density = asked(experiment, TrainingTask(), frozenset({ModelDensity}))[-1].get(ModelDensity)
    assert density.mass == pytest.approx(1.0, abs=0.1)
    # RK4 with 8 steps goes back as well as it goes there
    assert density.round_trip < 1e-3
    assert density.true_likelihood == pytest.approx(-2.83188, abs=0.2)
    assert density.samples.shape[1:] == (len(density.times), 2)


def test_what_is_not_there_is_absent_with_its_reason():
    last = list(frames(Request(networks.equilibrium(), frozenset({DecisionMap, FeaturePaths}))))[-1]
    assert last.get(DecisionMap).answers.shape[2] == 1
    assert last.get(FeaturePaths).inputs == 0
    plain = list(frames(Request(networks.classifier(data=""), frozenset({DecisionMap}))))[-1]
    assert "nothing is learnt" in plain.absent[DecisionMap]
    values = networks.classifier(data="minus_x", loss="squares")
    assert "classes" in list(frames(Request(values, frozenset({DecisionMap}))))[-1].absent[DecisionMap]
