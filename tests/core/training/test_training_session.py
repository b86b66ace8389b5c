"""The loop that moves weights: it goes on to the bit, follows the gradient, and tells what is wrong."""

from dataclasses import replace

import learning_networks as networks
import numpy as np
import pytest
import torch

from core import catalogue
from core.data_set import Points
from core.experiment import GradientChoice
from core.formula_field import FormulaField
from core.training.session import TrainingError, TrainingSession

KINDS = {"ode": networks.classifier, "layer": networks.equilibrium, "flow": networks.flow, "score": networks.score}


def trained(experiment, steps, state=None):
    """A session after some iterations."""
    session = TrainingSession(experiment, state)
    for _ in range(steps):
        session.advance()
    return session


def assert_equal(one, other):
    """Weights, memory and everything measured but the seconds are the same to the bit."""
    assert one.iteration == other.iteration
    assert one.weights == other.weights
    assert one.optimiser == other.optimiser
    for name in ("loss", "rate", "forward", "backward", "gradient_norms", "tested", "test_loss", "accuracy"):
        assert np.array_equal(getattr(one.curves, name), getattr(other.curves, name), equal_nan=True), name


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_training_that_is_taken_up_goes_on_to_the_bit(kind, dtype):
    experiment = replace(KINDS[kind](noise=0.05, schedule="cosine"), dtype=dtype)
    whole = trained(experiment, 9).state()
    rest = trained(experiment, 5, trained(experiment, 4).state()).state()
    assert_equal(whole, rest)


@pytest.mark.parametrize("name", sorted(catalogue.optimisers()))
def test_every_optimiser_goes_on_to_the_bit_and_learns(name):
    rate = {"lbfgs": 0.5, "adam": 0.02, "adamw": 0.02}.get(name, 0.3)
    experiment = networks.classifier(optimiser=name, rate=rate, batch=100)
    whole = trained(experiment, 12)
    rest = trained(experiment, 7, trained(experiment, 5).state())
    assert_equal(whole.state(), rest.state())
    loss = whole.state().curves.loss
    assert loss[-1] < 0.9 * loss[0]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_gradient_agrees_with_central_differences(kind):
    session = TrainingSession(KINDS[kind](kinetic=0.0))
    batch = session._batch()
    session.learner.loss(batch).backward()
    rng = np.random.default_rng(0)
    for name, weight in session.weights.items():
        direction = torch.as_tensor(rng.normal(size=tuple(weight.shape)))
        slope = float((weight.grad * direction).sum())
        values = []
        for sign in (1.0, -1.0):
            with torch.no_grad():
                weight += sign * 1e-4 * direction
                values.append(float(session.learner.loss(batch)))
                weight -= sign * 1e-4 * direction
        difference = (values[0] - values[1]) / 2e-4
        # the adaptive method's steps move with the weights, whose effect its gradient leaves out
        assert slope == pytest.approx(difference, rel=2e-4, abs=2e-6), name


def test_the_kinetic_term_is_the_integral_of_the_square_of_the_speed():
    plain, with_term = networks.classifier(), networks.classifier(kinetic=2.0)
    one, other = TrainingSession(plain), TrainingSession(with_term)
    batch = one._batch()
    added = float(other.learner.loss(batch).detach() - one.learner.loss(batch).detach())
    paths = one.learner.paths(batch.x, 401)
    step = paths.depth[1] - paths.depth[0]
    speed = np.gradient(paths.states, step, axis=1, edge_order=2)
    square = (speed**2).mean(axis=2)
    integral = step * (square[:, 1:-1].sum(axis=1) + 0.5 * (square[:, 0] + square[:, -1]))
    assert added == pytest.approx(2.0 * integral.mean(), rel=1e-4)


def test_the_jacobian_term_of_an_equation_is_the_integral_of_its_square():
    gamma = 0.5
    plain = TrainingSession(networks.classifier())
    with_term = TrainingSession(networks.classifier(jacobian=gamma, kinetic=0.1))
    kinetic = TrainingSession(networks.classifier(kinetic=0.1))
    batch = plain._batch()
    base = float(kinetic.learner.loss(batch).detach())
    added = [float(with_term.learner.loss(batch, draw).detach()) - base for draw in range(300)]
    paths = plain.learner.paths(batch.x, 101)
    jacobian = FormulaField(plain.system).jacobian()
    square = np.array([np.square(jacobian(0.0, z)).sum(axis=(1, 2)) / 2.0 for z in np.moveaxis(paths.states, 1, 0)])
    integral = np.trapezoid(square, paths.depth, axis=0).mean()
    assert np.mean(added) == pytest.approx(gamma * integral, abs=4 * np.std(added) / np.sqrt(len(added)))


def test_a_drawn_end_lies_around_its_own_and_goes_on_to_the_bit():
    session = TrainingSession(networks.classifier(steer=0.5))
    ends = [1.0 + session.learner._steered(draw) for draw in range(400)]
    assert 0.5 <= min(ends) < 0.52
    assert 1.48 < max(ends) <= 1.5
    assert np.mean(ends) == pytest.approx(1.0, abs=0.06)
    batch = session._batch()
    losses = {float(session.learner.loss(batch, draw).detach()) for draw in range(3)}
    assert len(losses) == 3
    whole = trained(networks.classifier(steer=0.5), 6).state()
    rest = trained(networks.classifier(steer=0.5), 4, trained(networks.classifier(steer=0.5), 2).state()).state()
    assert_equal(whole, rest)


def test_the_jacobian_term_is_the_mean_square_of_the_jacobian():
    gamma = 0.5
    plain, with_term = TrainingSession(networks.equilibrium()), TrainingSession(networks.equilibrium(jacobian=gamma))
    batch = plain._batch()
    base = float(plain.learner.loss(batch).detach())
    added = np.mean([float(with_term.learner.loss(batch, draw).detach()) - base for draw in range(600)])
    learner = plain.learner
    rows = learner._tensor(batch.x)
    z = learner._layer(rows).detach()
    jacobians = torch.func.vmap(torch.func.jacrev(learner._row))(z, rows)
    exact = gamma * float(jacobians.detach().square().sum()) / z.numel()
    assert added == pytest.approx(exact, rel=0.05)


def test_it_learns_what_it_should():
    ode = trained(networks.classifier(iterations=150, rate=0.02, batch=40), 150)
    assert ode.state().curves.loss[-1] < 0.6 * ode.state().curves.loss[0]
    layer = trained(networks.equilibrium(iterations=150, rate=0.02, batch=40), 150)
    layer.look()
    curves = layer.state().curves
    assert curves.accuracy[-1] >= 0.9
    assert np.isfinite(curves.spectral_radius).all()
    assert list(curves.tested[:3]) == [0, 1, 2]


def test_a_step_into_nothing_keeps_the_weights_and_says_so():
    session = TrainingSession(networks.classifier(rate=10.0, optimiser="sgd", loss="squares"))
    fault = None
    while fault is None and session.iteration < 20:
        before = {name: weight.detach().clone() for name, weight in session.weights.items()}
        try:
            session.advance()
        except TrainingError as found:
            fault = found
    assert "lower the learning rate" in str(fault)
    assert all(torch.equal(before[name], weight) for name, weight in session.weights.items())
    assert session.state().iteration == session.iteration < 20


def test_a_state_of_another_network_begins_anew():
    state = trained(networks.classifier(), 3).state()
    other = networks.classifier()
    wider = replace(other, text=other.text.replace("8", "9"))
    assert TrainingSession(wider, state).iteration == 0
    assert TrainingSession(other, state).iteration == 3


def test_an_optimiser_that_was_exchanged_begins_without_memory():
    state = trained(networks.classifier(), 3).state()
    session = trained(networks.classifier(optimiser="momentum"), 1, state)
    assert session.iteration == 4


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"output": "w"}, "no line of the text says what 'w' is"),
        ({"loss": "likelihood"}, r"the loss likelihood needs a line flow normal\(n\) in the text"),
        ({"loss": "flow_matching"}, "the loss flow_matching needs a line"),
        ({"data": "circle"}, "circles"),
        ({"optimiser": "adm"}, "adam"),
        ({"data": "digits", "points": 100, "test_points": 50}, "the data have 64 components"),
    ],
)
def test_what_does_not_fit_is_told(change, words):
    with pytest.raises((ValueError, TypeError), match=words):
        TrainingSession(networks.classifier(**change))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"loss": "cross_entropy"}, r"\(flow normal\(2\)\): choose the loss likelihood, .* or score_matching"),
        ({"data": "circles"}, "and circles is no density to learn: choose one of checkerboard, density_circles, "),
    ],
)
def test_what_does_not_fit_a_flow_is_told(change, words):
    with pytest.raises(ValueError, match=words):
        TrainingSession(networks.flow(**change))


def test_a_text_without_weights_is_refused():
    experiment = replace(networks.classifier(output=""), text="x' = y\ny' = -x")
    with pytest.raises(ValueError, match="no weights to learn"):
        TrainingSession(experiment)


@pytest.mark.parametrize("gradient", ["discrete", "checkpointed", "backsolve", "interpolating"])
def test_any_gradient_method_trains(gradient):
    experiment = replace(networks.classifier(iterations=8), gradient=GradientChoice(trajectory=gradient))
    reference = trained(networks.classifier(iterations=8), 8).state().curves.loss
    assert trained(experiment, 8).state().curves.loss == pytest.approx(reference, rel=1e-3)


@pytest.mark.parametrize("gradient", ["implicit", "adjoint_picard", "neumann", "phantom", "jacobian_free", "unrolled"])
def test_any_gradient_of_a_fixed_point_trains(gradient):
    experiment = replace(networks.equilibrium(iterations=60), gradient=GradientChoice(fixed_point=gradient))
    loss = trained(experiment, 60).state().curves.loss
    assert loss[-5:].mean() < loss[:5].mean()


def test_samples_without_a_fixed_point_give_no_gradient():
    experiment = networks.equilibrium(batch=16)
    root = replace(experiment.root, solver="picard", iterations=200, tolerance=1e-6)
    many = TrainingSession(replace(experiment, root=root))
    batch = many._batch()
    many.learner.loss(batch)
    enough = int(np.median(many.learner._layer.report.iterations))
    session = TrainingSession(replace(experiment, root=replace(root, iterations=enough)))
    loss = session.learner.loss(batch)
    failed = session.learner.effort().failed
    assert 0.0 < failed < 1.0
    found = torch.autograd.grad(loss, session.weights["U"])[0]
    solved = np.array([outcome.success for outcome in session.learner._layer.report.outcomes])
    alone = session.learner.loss(Points(batch.x[solved], batch.y[solved]))
    rest = torch.autograd.grad(alone, session.weights["U"])[0] * solved.mean()
    torch.testing.assert_close(found, rest, rtol=1e-9, atol=1e-12)


def test_another_data_set_or_loss_begins_anew():
    state = trained(networks.classifier(), 3).state()
    for change in ({"data": "moons"}, {"loss": "squares"}, {"data_options": {"circles": {"disc": 0.4}}}):
        assert TrainingSession(networks.classifier(**change), state).iteration == 0
