"""A layer with a given number of Picard iterations and their whole unrolled gradient is a network of equal layers."""

from __future__ import annotations

from dataclasses import replace

import learning_networks as networks
import pytest
import torch

from core import catalogue
from core.experiment import GradientChoice, RootFinding
from core.presets import load_preset
from core.training.session import TrainingSession


def by_hand(session, depth, loss):
    """Loss and gradients of a loop over equal layers."""
    weights = {name: weight.detach().clone().requires_grad_() for name, weight in session.weights.items()}
    batch = session._batch()
    x = torch.as_tensor(batch.x).to(weights["W"].dtype)
    z = x.new_zeros(len(x), weights["W"].shape[0])
    for _ in range(depth):
        z = torch.tanh(z @ weights["W"].T + x @ weights["U"].T + weights["b"])
    answers = z @ weights["V"].T + weights["c"]
    value = loss(answers, torch.as_tensor(batch.y))
    value.backward()
    return value.detach(), {name: weight.grad for name, weight in weights.items()}


def compared(experiment, depth, loss):
    """The largest difference of a gradient from that by hand, beside its size; the losses are equal to rounding."""
    session = TrainingSession(experiment)
    value = session.learner.loss(session._batch())
    value.backward()
    expected, gradients = by_hand(session, depth, loss)
    assert float(value.detach()) == pytest.approx(float(expected), rel=4 * torch.finfo(value.dtype).eps)
    return max(
        float((session.weights[name].grad - gradient).abs().max() / gradient.abs().max().clamp(min=1e-3))
        for name, gradient in gradients.items()
    )


def huber(answers, y):
    """One answer, -1 or 1."""
    return torch.nn.functional.smooth_l1_loss(answers, (2 * y - 1).to(answers)[:, None])


@pytest.mark.parametrize(("dtype", "most"), [("float32", 2e-6), ("float64", 1e-14)])
def test_the_preset_is_twelve_layers(dtype, most):
    experiment, _ = load_preset("digits_tied")
    experiment = replace(experiment, dtype=dtype)
    assert compared(experiment, 12, torch.nn.functional.cross_entropy) < most


def test_the_preset_differs_from_the_equilibrium_in_how_it_is_solved_alone():
    tied, _ = load_preset("digits_tied")
    rest, _ = load_preset("digits_equilibrium")

    def equations(text):
        return [line for line in text.splitlines() if not line.startswith("#")]

    assert equations(tied.text) == equations(rest.text)
    assert (tied.training, tied.tensors, tied.seed) == (rest.training, rest.tensors, rest.seed)


@pytest.mark.parametrize("depth", [1, 3, 7])
def test_other_depths_are_that_many_layers(depth):
    experiment = replace(
        networks.equilibrium(loss="huber"),
        root=RootFinding(solver="picard", iterations=depth + 1, tolerance=1e-15),
        gradient=GradientChoice(fixed_point="unrolled", unrolled=depth, options={"unrolled": {"begin": "start"}}),
    )
    assert compared(experiment, depth, huber) < 1e-14


def test_what_is_unrolled_is_the_number_in_force():
    choice = GradientChoice(fixed_point="unrolled", unrolled=23)
    assert catalogue.chosen_gradient(choice, "fixed point").k == 23
