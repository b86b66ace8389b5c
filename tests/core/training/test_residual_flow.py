"""The density of Euler's steps themselves: exact determinants and inverses, and what is said where there are none."""

from dataclasses import replace

import learning_networks as networks
import numpy as np
import pytest
import torch

from core.data_set import Points
from core.euler_inverse import euler_inverse
from core.experiment import Experiment, Integration
from core.language import parse
from core.learner import Paths
from core.training.densities import density_of
from core.training.flow_density import FlowDensity
from core.training.session import TrainingSession
from core.training_choice import Training

ROOT = 0.538463915029091917
"""Of x + 0.9 sin x = 1."""
MATRIX = np.array([[0.3, -0.8], [0.5, 0.1]])
LIMITED = """# h f stretches by less than 0.9, whatever W and V are
z' = 1.8 V tanh(W z/max(1, norm(W)) + u t)/max(1, norm(V))
z in R^2
flow normal(2)
W = normal(8, 2, seed 1)
V = normal(2, 8, seed 2)
u = normal(8, seed 3)
t in [0, 2]
"""


def density(text, step, **changes):
    """Of the steps of this length along the text."""
    experiment = Experiment(
        text,
        training=Training(loss="residual_likelihood"),
        integration=Integration(method="euler", step=step),
    )
    return density_of(parse(text), replace(experiment, **changes))


def normal(z):
    """log N(z; 0, I)."""
    return -0.5 * (z**2).sum(axis=-1) - 0.5 * z.shape[-1] * np.log(2.0 * np.pi)


def linear(step, end=1.0):
    """Steps along z' = A z."""
    rows = ", ".join(f"[{a}, {b}]" for a, b in MATRIX)
    return density(f"z' = A z\nz in R^2\nA = [{rows}]\nflow normal(2)\nt in [0, {end}]", step)


def test_one_step_has_the_determinant_of_its_matrix():
    made = density("x' = 0.5 x\ny' = -0.3 y\nflow normal(2)\nt in [0, 1]", 1.0)
    x = np.random.default_rng(0).normal(size=(20, 2))
    found = made.log_density(x) - normal(x * [1.5, 0.7])
    assert found == pytest.approx(0.04879016416943, abs=1e-13)


@pytest.mark.parametrize("steps", [1, 3, 10])
def test_linear_steps_have_the_power_of_a_determinant(steps):
    made = linear(1.0 / steps)
    one = np.eye(2) + MATRIX / steps
    x = np.random.default_rng(1).normal(size=(20, 2))
    ends = x @ np.linalg.matrix_power(one, steps).T
    exact = normal(ends) + steps * np.log(np.linalg.det(one))
    assert made.log_density(x) == pytest.approx(exact, abs=1e-12)
    assert made.to_base(x, 99).states[:, -1] == pytest.approx(ends, abs=1e-12)
    assert made.there_and_back(x) == pytest.approx(x, abs=1e-12)


def test_ever_shorter_steps_become_the_flow_at_first_order():
    x = np.random.default_rng(2).normal(size=(10, 2))
    experiment = Experiment(LIMITED, integration=Integration(method="dop853", rtol=1e-11, atol=1e-11))
    flow = FlowDensity(parse(LIMITED), experiment, {}).log_density(x)
    errors = [np.abs(density(LIMITED, step).log_density(x) - flow).max() for step in (0.04, 0.02, 0.01)]
    assert np.log2(errors[0] / errors[1]) == pytest.approx(1.0, abs=0.1)
    assert np.log2(errors[1] / errors[2]) == pytest.approx(1.0, abs=0.05)


def test_the_inverse_of_a_known_step():
    one = torch.ones((1, 1), dtype=torch.float64)
    found = euler_inverse(lambda _t, x: 0.9 * torch.sin(x), one, (0.0,), 1.0)
    assert float(found.states[0, 1, 0]) == pytest.approx(ROOT, abs=5e-15)
    assert found.residual < 5e-15
    assert found.unsettled == 0.0
    near = euler_inverse(lambda _t, x: 0.9 * torch.sin(x), one, (0.0,), 1.0, 1e-10)
    assert near.iterations == 88 + 1  # the last one looks at what the 88 before have found, at the rate 0.772648
    assert 0.772648 * 1e-10 < near.residual < 1e-10


@pytest.mark.parametrize(("dtype", "far"), [("float32", 3e-5), ("float64", 1e-12)])
def test_points_come_back_step_by_step(dtype, far):
    made = density(LIMITED, 0.5, dtype=dtype)
    x = np.random.default_rng(3).normal(size=(200, 2))
    there = made.to_base(x, 5)
    assert there.depth.tolist() == [0.0, 0.5, 1.0, 1.5, 2.0]
    assert made.there_and_back(x) == pytest.approx(x, abs=far)
    told = made.steps_told(x)
    assert (told.count, told.length, told.unsettled, told.folded) == (4, 0.5, 0.0, 0.0)
    assert 5 < told.iterations < 400
    assert 0.0 < told.residual < far


def test_the_mass_is_one_though_the_steps_are_long():
    line = np.arange(-9.0, 9.0, 0.05)
    grid = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    mass = np.exp(density(LIMITED, 0.5).log_density(grid)).sum() * 0.05**2
    assert mass == pytest.approx(1.0, abs=1e-6)


def test_samples_lie_as_the_density_says():
    made = density(LIMITED, 0.5)
    ways = made.samples(4000, 1, 3)
    assert isinstance(ways, Paths)
    assert ways.depth.tolist() == [2.0, 1.0, 0.0]
    assert ways.states.shape == (4000, 3, 2)
    line = np.arange(-9.0, 9.0, 0.1)
    grid = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    p = np.exp(made.log_density(grid)) * 0.1**2
    mean, square = p @ grid, p @ grid**2
    ends = ways.states[:, -1]
    spread = ends.std(axis=0) / np.sqrt(len(ends))
    assert (np.abs(ends.mean(axis=0) - mean) < 4 * spread).all()
    assert (np.abs((ends**2).mean(axis=0) - square) < 4 * (ends**2).std(axis=0) / np.sqrt(len(ends))).all()


def test_the_density_on_the_way_is_that_of_the_steps_that_are_left():
    made = density(LIMITED, 0.5)
    base = np.random.default_rng(4).normal(size=(30, 2))
    ways, logarithm = made.carried_base(base, 9)
    assert logarithm[:, 0] == pytest.approx(normal(base), abs=1e-12)
    assert logarithm[:, -1] == pytest.approx(made.log_density(ways.states[:, -1]), abs=1e-10)


def test_the_gradient_is_that_of_the_map():
    text = LIMITED.replace("W = ", "learn W = ").replace("V = ", "learn V = ").replace("u = ", "learn u = ")
    experiment = replace(
        networks.flow(loss="residual_likelihood"),
        text=text,
        integration=Integration(method="euler", step=0.5),
    )
    made = TrainingSession(experiment)
    points = Points(np.random.default_rng(5).normal(size=(20, 2)), None)
    w, v = (made.weights[name].detach().clone().requires_grad_() for name in ("W", "V"))
    u = made.weights["u"].detach()

    def step(z, t):
        inside = torch.tanh(z @ w.T / torch.clamp(w.norm(), min=1.0) + u * t)
        return z + 0.5 * 1.8 * inside @ v.T / torch.clamp(v.norm(), min=1.0)

    def carried(z):
        for k in range(4):
            z = step(z, 0.5 * k)
        return z

    x = torch.as_tensor(points.x)
    jacobians = torch.func.vmap(torch.func.jacrev(carried))(x)
    plain = 0.5 * carried(x).square().sum(1) + np.log(2.0 * np.pi) - torch.linalg.slogdet(jacobians)[1]
    loss = made.learner.loss(points)
    assert float(loss.detach()) == pytest.approx(float(plain.mean().detach()), rel=1e-12)
    found = torch.autograd.grad(loss, [made.weights["W"], made.weights["V"]])
    for one, other in zip(found, torch.autograd.grad(plain.mean(), [w, v]), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-9, atol=1e-11)
    assert made.target_name == "the true density"


def test_a_step_that_folds_is_told():
    made = density("x' = -3*x*exp(-x^2)\ny' = 0*y\nflow normal(2)\nt in [0, 1]", 1.0)
    line = np.linspace(-2.0, 2.0, 41)
    places = np.stack([line, 0.0 * line], axis=1)
    slope = 1.0 - 3.0 * (1.0 - 2.0 * line**2) * np.exp(-(line**2))
    assert made.steps_told(places).folded == pytest.approx((slope <= 0.0).mean())
    assert np.isnan(made.steps_told().folded)


def test_a_sample_whose_inverse_does_not_settle_is_lost_and_counted():
    made = density("x' = 4*x\ny' = 0.5*sin(y)\nflow normal(2)\nt in [0, 1]", 1.0)
    ways = made.samples(50, 0, 2)
    assert np.isnan(ways.states[:, -1]).all()
    assert np.isfinite(ways.states[:, 0]).all()
    assert made.steps_told().unsettled == 1.0


def test_other_methods_and_too_many_steps_are_refused():
    with pytest.raises(ValueError, match="a residual flow is a map of Euler's steps: choose the method Euler 1"):
        density(LIMITED, 0.5, integration=Integration(method="rk4", step=0.5))
    with pytest.raises(ValueError, match="2000 steps at most, not 20000: lengthen them"):
        density(LIMITED, 1e-4)


def test_the_step_is_the_nearest_that_fits_the_span():
    told = density(LIMITED, 0.45).steps_told()
    assert (told.count, told.length) == (4, 0.5)
