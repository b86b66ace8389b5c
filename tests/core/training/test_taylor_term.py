"""The mean square of a higher time derivative along trajectories: its value, its gradient, and that it is learnt by."""

from __future__ import annotations

from dataclasses import replace

import learning_networks as networks
import numpy as np
import pytest
import torch
from scipy.linalg import expm

import core
from core.codec import decode, encode
from core.data_set import Points
from core.experiment import GradientChoice, Integration
from core.stored_tensor import StoredTensor
from core.training.session import TrainingSession

torch.set_num_threads(1)  # arrays of a few numbers: a second thread only waits
A = np.array([[0.3, 1.0], [-0.8, 0.2]])
FINE = Integration(method="rk4", step=0.025)
POINTS = Points(np.random.default_rng(0).normal(size=(6, 2)), np.zeros(6, dtype=np.int64))
NODES, SHARES = np.polynomial.legendre.leggauss(20)


def integral(function, begin, end):
    """By Gauss's rule."""
    half = 0.5 * (end - begin)
    return half * sum(share * function(begin + half * (1.0 + node)) for node, share in zip(NODES, SHARES, strict=True))


def follows(equation, size, **changes):
    """An equation of R^n that learns A, over [0.5, 2]."""
    experiment = networks.classifier(output="", **changes)
    text = f"z' = {equation}\nz in R^{size}\nlearn A = 0*eye(2)\nt in [0.5, 2]"
    return replace(experiment, text=text, tensors={"A": StoredTensor.of(A)}, integration=FINE)


def added(equation, size, **term):
    """What the term adds to the loss."""
    plain, with_term = (TrainingSession(follows(equation, size, **one)).learner for one in ({}, term))
    return float(with_term.loss(POINTS).detach() - plain.loss(POINTS).detach())


@pytest.mark.parametrize("order", [2, 3])
def test_of_a_linear_equation_it_is_the_integral_of_powers_of_its_matrix(order):
    power = np.linalg.matrix_power(A, order)
    wanted = integral(lambda t: np.square(POINTS.x @ (power @ expm((t - 0.5) * A)).T).mean(), 0.5, 2.0)
    assert added("A z", 2, taylor=2.0, taylor_order=order) == pytest.approx(2.0 * wanted, rel=1e-7)


@pytest.mark.parametrize(("order", "wanted"), [(2, lambda t: 6.0 * t), (3, lambda _: 6.0)])
def test_the_time_itself_counts(order, wanted):
    """z = t^3 and a constant: z'' = 6 t, z''' = 6, of which the mean of two squares is half."""
    found = added("[3 t^2, 0] + 0*A z", 2, taylor=1.0, taylor_order=order)
    assert found == pytest.approx(0.5 * integral(lambda t: wanted(t) ** 2, 0.5, 2.0), rel=1e-7)


@pytest.mark.parametrize("order", [2, 3])
def test_of_an_equation_with_state_and_time_it_is_that_of_the_solution(order):
    """z' = t A z has z' = t y, y = A z; z'' = y + t^2 A y; z''' = 3 t A y + t^3 A^2 y."""

    def derivative(t):
        z = POINTS.x @ expm(0.5 * (t**2 - 0.25) * A).T
        y = z @ A.T
        return y + t**2 * y @ A.T if order == 2 else 3.0 * t * y @ A.T + t**3 * y @ A.T @ A.T

    wanted = integral(lambda t: np.square(derivative(t)).mean(), 0.5, 2.0)
    assert added("t*(A z)", 2, taylor=1.0, taylor_order=order) == pytest.approx(wanted, rel=1e-7)


@pytest.mark.parametrize(
    ("order", "gradient_method"),
    [(2, "discrete"), (2, "checkpointed"), (2, "backsolve"), (2, "interpolating"), (3, "discrete"), (3, "backsolve")],
)
@pytest.mark.parametrize("kind", [networks.classifier, networks.flow])
def test_the_gradient_agrees_with_central_differences(kind, order, gradient_method):
    experiment = kind(taylor=0.05, taylor_order=order, kinetic=0.1, batch=3)
    choice = GradientChoice(trajectory=gradient_method)
    kutta = Integration(method="rk4", step=0.1)
    session = TrainingSession(replace(experiment, integration=kutta, gradient=choice))
    batch, rng = session._batch(), np.random.default_rng(0)
    session.learner.loss(batch).backward()
    slope, directions = 0.0, []
    for weight in session.weights.values():
        directions.append(torch.as_tensor(rng.normal(size=tuple(weight.shape))))
        slope += float((weight.grad * directions[-1]).sum())
    values = []
    for step in (1e-4, -2e-4):
        with torch.no_grad():
            for weight, direction in zip(session.weights.values(), directions, strict=True):
                weight += step * direction
        values.append(float(session.learner.loss(batch).detach()))
    assert slope == pytest.approx((values[0] - values[1]) / 2e-4, rel=2e-5)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_training_that_is_taken_up_goes_on_to_the_bit(dtype):
    experiment = replace(networks.classifier(taylor=0.01), dtype=dtype)
    whole, half = TrainingSession(experiment), TrainingSession(experiment)
    for _ in range(5):
        whole.advance()
    for _ in range(2):
        half.advance()
    rest = TrainingSession(experiment, half.state())
    for _ in range(3):
        rest.advance()
    assert rest.stored() == whole.stored()


def test_a_script_chooses_it_and_a_file_keeps_it():
    text = networks.field_text(2, 8, more=networks.READOUT)
    settings = {"data": "circles", "output": "y", "points": 60, "test_points": 20, "iterations": 2}
    trained = core.train(text, taylor=0.2, taylor_order=3, **settings)
    kept, _ = decode(encode(trained.experiment), trained.experiment.tensors)
    assert (kept.training.taylor, kept.training.taylor_order) == (0.2, 3)
    with pytest.raises(ValueError, match="taylor_order must lie between 2 and 4; 5 does not"):
        core.train(text, taylor=0.2, taylor_order=5, **settings)
