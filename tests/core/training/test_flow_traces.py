"""A flow that learns by estimates of its divergence: unbiased, with noise that stays, and a way back that is right."""

from __future__ import annotations

from dataclasses import replace

import learning_networks as networks
import numpy as np
import pytest
import torch

import core
from core import catalogue
from core.codec import decode, encode
from core.data_set import Points
from core.experiment import GradientChoice, Integration
from core.experiment_file_error import ExperimentFileError
from core.stored_tensor import StoredTensor
from core.training.session import TrainingSession

torch.set_num_threads(1)  # arrays of a few numbers: a second thread only waits
NOISY = ("gaussian", "rademacher")
A = np.array([[0.3, 1.0], [-0.4, 0.2]])
FINE = Integration(rtol=1e-9, atol=1e-9)


def linear(**changes):
    """z' = A z, with A learnt: every divergence is its trace."""
    experiment = networks.flow(**changes)
    text = "z' = A z\nz in R^2\nlearn A = 0*eye(2)\nflow normal(2)\nt in [0, 2]"
    return replace(experiment, text=text, tensors={"A": StoredTensor.of(A)}, integration=FINE)


def gradient(session, batch, draw):
    """All of it, one behind the other."""
    found = torch.autograd.grad(session.learner.loss(batch, draw), tuple(session.weights.values()))
    return torch.cat([part.reshape(-1) for part in found]).numpy()


@pytest.mark.parametrize("trace", NOISY)
def test_the_mean_gradient_of_many_draws_is_the_exact_one(trace):
    costs = {"kinetic": 0.1, "jacobian": 0.05}
    exact, noisy = (TrainingSession(networks.flow(trace=name, **costs)) for name in ("exact", trace))
    batch = exact._batch()
    often = Points(np.tile(batch.x, (10, 1)), None)  # with noise of its own in every row
    wanted = gradient(exact, batch, 0)
    found = np.array([gradient(noisy, often, draw) for draw in range(60)])
    spread = found.std(axis=0) / np.sqrt(len(found))
    assert np.median(found.std(axis=0)) > 0.003 * np.abs(wanted).max()
    assert (np.abs(found.mean(axis=0) - wanted) <= 4.5 * spread + 1e-12).all()
    assert np.square((found.mean(axis=0) - wanted) / spread).mean() < 1.6


@pytest.mark.parametrize("gradient_method", ["discrete", "checkpointed", "backsolve", "interpolating"])
@pytest.mark.parametrize("integration", [Integration(method="rk4", step=0.05), FINE], ids=["rk4", "dopri5"])
@pytest.mark.parametrize("trace", ["exact", *NOISY])
def test_the_gradient_of_one_draw_agrees_with_central_differences(trace, integration, gradient_method):
    experiment = networks.flow(trace=trace, kinetic=0.1, jacobian=0.05, batch=6)
    choice = GradientChoice(trajectory=gradient_method)
    session = TrainingSession(replace(experiment, integration=integration, gradient=choice))
    batch, weights = session._batch(), tuple(session.weights.values())
    found = gradient(session, batch, 7)
    rng = np.random.default_rng(0)
    directions = [torch.as_tensor(rng.normal(size=tuple(weight.shape))) for weight in weights]
    values = []
    for step in (1e-4, -2e-4):
        with torch.no_grad():
            for weight, direction in zip(weights, directions, strict=True):
                weight += step * direction
            values.append(float(session.learner.loss(batch, 7)))
    slope = found @ torch.cat([direction.reshape(-1) for direction in directions]).numpy()
    assert slope == pytest.approx((values[0] - values[1]) / 2e-4, rel=2e-5)


@pytest.mark.parametrize("trace", NOISY)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_training_that_is_taken_up_goes_on_to_the_bit(trace, dtype):
    experiment = replace(networks.flow(trace=trace, jacobian=0.1), dtype=dtype)
    whole, half = TrainingSession(experiment), TrainingSession(experiment)
    for _ in range(6):
        whole.advance()
    for _ in range(2):
        half.advance()
    rest = TrainingSession(experiment, half.state())
    for _ in range(4):
        rest.advance()
    assert rest.stored() == whole.stored()
    assert np.array_equal(rest.state().curves.loss, whole.state().curves.loss)


def test_noise_is_drawn_for_every_iteration_and_seed():
    session = TrainingSession(networks.flow(trace="gaussian"))
    batch = session._batch()
    losses = [float(session.learner.loss(batch, draw).detach()) for draw in (0, 0, 1)]
    assert losses[0] == losses[1] != losses[2]
    draws = {session._draw()}
    session.advance()
    draws.add(session._draw())
    draws.add(TrainingSession(replace(session.experiment, seed=1))._draw())
    assert len(draws) == 3


def test_every_point_keeps_its_noise_on_all_its_way():
    """With signs e^T A e is 0.5 + 0.6 or 0.5 - 0.6 for a point, so its integral over 2 is 2.2 or -0.2."""
    learner = TrainingSession(linear(trace="rademacher")).learner
    points = np.random.default_rng(0).normal(size=(200, 2))
    with torch.no_grad():
        exact = learner.density.with_cost(points)[0]
        noisy = learner._learning.with_cost(points, np.random.default_rng(1))[0]
    found = (noisy - exact).numpy() + 2.0 * np.trace(A)
    near = np.abs(found - 1.0) - 1.2
    assert np.abs(near).max() < 1e-6
    assert 60 < (found > 0.0).sum() < 140


@pytest.mark.parametrize(("trace", "spread"), [("exact", 1e-8), ("gaussian", 0.1), ("rademacher", 0.1)])
def test_the_jacobian_term_is_the_integral_of_the_square_of_the_jacobian(trace, spread):
    gamma, wanted = 0.5, 0.5 * 2.0 * np.square(A).sum() / 2.0
    learner = TrainingSession(linear(trace=trace, jacobian=gamma)).learner
    points = np.random.default_rng(0).normal(size=(4000, 2))
    with torch.no_grad():
        cost = float(learner._learning.with_cost(points, np.random.default_rng(1))[1])
    assert cost == pytest.approx(wanted, rel=spread)


def test_the_jacobian_and_kinetic_terms_are_added_to_the_loss():
    batch = Points(np.random.default_rng(0).normal(size=(5, 2)), None)
    plain = float(TrainingSession(linear()).learner.loss(batch).detach())
    added = float(TrainingSession(linear(jacobian=2.0)).learner.loss(batch).detach()) - plain
    assert added == pytest.approx(2.0 * np.square(A).sum(), rel=1e-7)
    added = float(TrainingSession(linear(kinetic=2.0)).learner.loss(batch).detach()) - plain
    times = np.linspace(0.0, 2.0, 4001)
    path = TrainingSession(linear()).learner.paths(batch.x, len(times)).states
    speed = np.square(path @ A.T).mean(axis=2)
    assert added == pytest.approx(2.0 * np.trapezoid(speed, times, axis=1).mean(), rel=1e-6)


@pytest.mark.parametrize("trace", NOISY)
def test_test_points_have_the_exact_trace(trace):
    exact, noisy = TrainingSession(networks.flow()), TrainingSession(networks.flow(trace=trace, jacobian=0.3))
    assert noisy.learner.measured(noisy._test) == pytest.approx(exact.learner.measured(exact._test), nan_ok=True)
    assert np.array_equal(noisy.learner.answers(noisy._test.x), exact.learner.answers(exact._test.x))


@pytest.mark.parametrize("trace", NOISY)
def test_noise_in_the_state_does_not_loosen_the_tolerance(trace):
    coarse = replace(networks.flow(trace=trace), integration=Integration(rtol=1e-4, atol=1e-4))
    session, fine = TrainingSession(coarse), TrainingSession(replace(coarse, integration=FINE))
    exact = TrainingSession(replace(coarse, training=replace(coarse.training, trace="exact")))
    batch = session._batch()
    wanted, found = (float(one.learner.loss(batch, 3).detach()) for one in (fine, session))
    assert found == pytest.approx(wanted, abs=1e-3)
    exact.learner.loss(batch, 3)
    assert session.learner.effort().forward >= 0.7 * exact.learner.effort().forward


def test_it_learns_by_estimates_and_another_trace_goes_on_from_there():
    experiment = networks.flow(trace="rademacher", iterations=60, rate=0.02, batch=40, points=400)
    session = TrainingSession(experiment)
    for _ in range(60):
        session.advance()
    session.look()
    tested = session.state().curves.test_loss
    assert tested[-1] < tested[0] - 0.1
    other = replace(experiment, training=replace(experiment.training, trace="exact", iterations=70))
    assert TrainingSession(other, session.state()).iteration == 60


def test_a_script_chooses_it_and_a_file_keeps_it():
    text = networks.flow().text
    settings = {"data": "eight_gaussians", "loss": "likelihood", "points": 100, "test_points": 20, "iterations": 3}
    trained = [core.train(text, trace=trace, **settings) for trace in ("exact", "rademacher")]
    assert not np.array_equal(trained[0].weights["W1"], trained[1].weights["W1"])
    kept, _ = decode(encode(trained[1].experiment), trained[1].experiment.tensors)
    assert kept.training.trace == "rademacher"
    with pytest.raises(ValueError, match="did you mean 'rademacher'"):
        core.train(text, trace="rademacer", **settings)
    with pytest.raises(TypeError, match="trace must be a text, not 3"):
        core.train(text, trace=3, **settings)
    wrong = encode(trained[1].experiment).replace('"rademacher"', '"rademacer"')
    with pytest.raises(ExperimentFileError, match=r"experiment\.training\.trace.*did you mean"):
        decode(wrong, trained[1].experiment.tensors)


def test_every_way_to_a_trace_trains():
    for name in catalogue.trace_estimators():
        session = TrainingSession(networks.flow(trace=name))
        session.advance()
        assert np.isfinite(session.last_loss)


def test_steps_have_a_determinant_of_their_own_and_costs():
    """Of Euler's steps no trace is estimated, and the Jacobian counts as of the equation."""
    experiment = replace(linear(loss="residual_likelihood"), integration=Integration(method="euler", step=0.25))
    batch = Points(np.random.default_rng(0).normal(size=(5, 2)), None)
    losses = []
    for trace, weight in (("exact", 0.0), ("gaussian", 2.0)):
        choice = replace(experiment.training, trace=trace, jacobian=weight)
        losses.append(float(TrainingSession(replace(experiment, training=choice)).learner.loss(batch).detach()))
    assert losses[1] - losses[0] == pytest.approx(2.0 * np.square(A).sum(), rel=1e-12)
