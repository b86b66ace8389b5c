"""A trained network asked with more compute and with less."""

from __future__ import annotations

from dataclasses import replace

import learning_networks as networks
import numpy as np
import pytest
import torch

from core.readings import ComputeAtTest
from core.request import Request
from core.runner import frames
from core.training.material import material
from core.training.session import TrainingSession


def trained(experiment, iterations):
    """The experiment with the weights after so many iterations, and the weights."""
    session = TrainingSession(experiment)
    for _ in range(iterations):
        session.advance()
    weights = {name: weight.detach() for name, weight in session.weights.items()}
    return replace(experiment, tensors={**experiment.tensors, **session.stored()}), weights


def reading_of(experiment, quality="full"):
    """The last one."""
    last = list(frames(Request(experiment, frozenset({ComputeAtTest}), quality=quality)))[-1]
    assert last.error is None
    return last.get(ComputeAtTest)


def line_of(reading, solver):
    """The line of a solver."""
    return next(line for line in reading.lines if line.solver == solver)


def judged(answers, y):
    """Huber's loss and the share that is right, of one answer for two classes."""
    targets = torch.as_tensor(2.0 * y - 1.0)[:, None]
    right = ((answers[:, 0] > 0).numpy() == (y > 0)).mean()
    return float(torch.nn.functional.smooth_l1_loss(answers, targets)), float(right)


def test_picard_with_few_iterations_is_a_weight_tied_network():
    experiment, w = trained(networks.equilibrium(loss="huber"), 30)
    _, _, test = material(experiment)
    x, z, iterates = torch.as_tensor(test.x), torch.zeros(len(test.x), 6, dtype=torch.float64), []
    for _ in range(64):
        iterates.append(z)
        z = torch.tanh(z @ w["W"].T + x @ w["U"].T + w["b"])
    line = line_of(reading_of(experiment), "picard")
    for place, k in enumerate([1, 2, 4, 8]):
        # an iteration looks at f where the last one led: the point after k of them is the network of k - 1 layers
        loss, right = judged(iterates[k - 1] @ w["V"].T + w["c"], test.y)
        assert line.setting[place] == k == line.cost[place]
        assert line.loss[place] == pytest.approx(loss, rel=1e-12)
        assert line.accuracy[place] == right
        assert line.failed[place] == 1.0


def test_many_iterations_are_the_fixed_point():
    experiment, w = trained(networks.equilibrium(loss="huber"), 30)
    _, _, test = material(experiment)
    x = torch.as_tensor(test.x)
    z = torch.zeros(len(x), 6, dtype=torch.float64)
    for _ in range(3000):
        z = torch.tanh(z @ w["W"].T + x @ w["U"].T + w["b"])
    loss, right = judged(z @ w["V"].T + w["c"], test.y)
    reading = reading_of(experiment)
    assert reading.kind == "map"
    assert reading.exact_loss == pytest.approx(loss, rel=1e-8)
    assert reading.exact_accuracy == right
    for line in reading.lines:
        assert line.failed[-1] == 0.0
        assert line.loss[-1] == pytest.approx(loss, rel=1e-7)
        assert (np.diff(line.failed) <= 0.0).all()
    # what it is trained with is the chosen solver up to its end
    own, chosen = reading.own, line_of(reading, "anderson")
    assert own.loss[0] == chosen.loss[-1]
    assert own.cost[0] == chosen.cost[-1]
    assert reading.measured == reading.total


def test_euler_with_few_steps_is_a_residual_network():
    experiment, w = trained(networks.classifier(), 20)
    _, _, test = material(experiment)

    def network(count):
        z = torch.as_tensor(test.x)
        for _ in range(count):
            z = z + (torch.tanh(z @ w["W1"].T + w["b1"]) @ w["W2"].T + w["b2"]) / count
        return judged(z @ w["V"].T + w["c"], test.y)

    reading = reading_of(experiment)
    line = line_of(reading, "euler")
    assert list(line.setting) == [1, 2, 4, 8, 16, 32, 64] == list(line.cost)
    for count, loss, right in zip(line.setting, line.loss, line.accuracy, strict=True):
        assert (loss, right) == pytest.approx(network(int(count)), rel=1e-12)
    # the steps' errors fall with their orders towards the solution
    errors = np.abs(line.loss - reading.exact_loss)
    assert np.log2(errors[-2] / errors[-1]) == pytest.approx(1.0, abs=0.1)
    rk4 = line_of(reading, "rk4")
    assert list(rk4.cost) == [4, 8, 16, 32, 64, 128]
    fine = np.abs(rk4.loss - reading.exact_loss)
    assert fine[-1] < 1e-8
    own = line_of(reading, "dopri5")
    assert own.varied == "tolerance"
    assert abs(own.loss[-1] - reading.exact_loss) < 1e-5
    assert (np.diff(own.cost) >= 0).all()


def test_a_layer_that_does_not_contract_has_no_exact_answer():
    plain = networks.equilibrium()
    wild = replace(plain, text=plain.text.replace("normal(6, 6, seed 1)*0.5/sqrt(6)", "normal(6, 6, seed 1)*40.0"))
    reading = reading_of(replace(wild, root=replace(wild.root, solver="picard", iterations=12)))
    assert reading.lines[0].solver == "picard"
    assert len(reading.lines) == 1
    assert reading.lines[0].failed[-1] > 0.0
    assert np.isnan(reading.exact_loss)


def test_a_look_in_between_is_coarser_and_fixed_steps_are_counted():
    experiment = networks.classifier(kinetic=0.1)
    fixed = replace(experiment, integration=replace(experiment.integration, method="rk4", step=0.25))
    reading = reading_of(fixed, "preview")
    assert [line.solver for line in reading.lines] == ["rk4", "euler"]
    assert [line.varied for line in reading.lines] == ["steps", "steps"]
    assert list(reading.lines[0].setting) == [1, 4, 16]
    assert np.isnan(reading.exact_loss)
    assert reading.own.loss[0] == reading.lines[0].loss[1]


def test_a_density_and_a_text_that_learns_nothing_say_why_not():
    for experiment, words in (
        (networks.flow(), "carries a density"),
        (networks.classifier(data=""), "nothing is learnt"),
    ):
        last = list(frames(Request(experiment, frozenset({ComputeAtTest}))))[-1]
        assert words in last.absent[ComputeAtTest]
