"""Flow matching, where the best velocity has a closed form: the data are normal with variance q."""

from dataclasses import replace

import learning_networks as networks
import numpy as np
import pytest
import torch

from core.data_set import Points
from core.training.session import TrainingSession

Q = 0.25
TEXT = f"""# E[e - x | (1 - t) x + t e = z] for x of N(0, q I), e of N(0, I)
z' = a*(t - (1 - t)*{Q})/((1 - t)^2*{Q} + t^2)*z
z in R^2
flow normal(2)
learn a = 1
t in [0, 1]
"""


def session():
    """What learns the factor a, which should be 1."""
    experiment = networks.flow(loss="flow_matching")
    integration = replace(experiment.integration, method="dopri5", rtol=1e-9, atol=1e-9)
    return TrainingSession(replace(experiment, text=TEXT, integration=integration))


def points(count, seed=1):
    """Data of variance q."""
    return Points(Q**0.5 * np.random.default_rng(seed).standard_normal((count, 2)), None)


def test_the_mean_velocity_of_all_pairs_is_where_the_loss_is_least():
    made = session()
    slopes = []
    for draw in range(200):
        loss = made.learner.loss(points(500, draw), draw)
        slopes.append(float(torch.autograd.grad(loss, made.weights["a"])[0]))
    error = np.std(slopes) / np.sqrt(len(slopes))
    assert abs(np.mean(slopes)) < 4 * error
    with torch.no_grad():
        made.weights["a"] += 0.3
    far = [
        float(torch.autograd.grad(made.learner.loss(points(500, draw), draw), made.weights["a"])[0])
        for draw in range(20)
    ]
    assert np.mean(far) > 20 * error


def test_the_least_loss_is_the_variance_that_is_left():
    losses = [float(session().learner.loss(points(4000, draw), draw).detach()) for draw in range(20)]
    # Var(e - x | z) = 1 + q - (s - (1 - s) q)^2 / ((1 - s)^2 q + s^2), over s
    s = (np.arange(20_000) + 0.5) / 20_000
    left = 1.0 + Q - (s - (1.0 - s) * Q) ** 2 / ((1.0 - s) ** 2 * Q + s**2)
    assert np.mean(losses) == pytest.approx(left.mean(), abs=4 * np.std(losses) / np.sqrt(20))


def test_its_flow_carries_the_one_density_to_the_other():
    x = points(50).x
    exact = -0.5 * (x**2).sum(axis=1) / Q - np.log(2.0 * np.pi * Q)
    assert session().learner.density.log_density(x) == pytest.approx(exact, abs=1e-7)


def test_equal_draws_are_equal_losses():
    made = session()
    one, other = (float(made.learner.loss(points(30), draw).detach()) for draw in (3, 4))
    assert one == float(made.learner.loss(points(30), 3).detach()) != other
